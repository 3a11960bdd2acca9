// The commands that change how many slots a running worker has.

import * as rule from "../model/option-rules.ts";
import type { Capacity } from "./capacity.ts";
import { commandWith, type WorkerCommand } from "./worker-command.ts";

const COUNT = rule.integer(1, 100_000);

/** Their rows in the table of commands. */
export function capacityCommands(capacity: Pick<Capacity, "grow" | "setBounds">): readonly WorkerCommand[] {
  return [
    commandWith<{ readonly count?: number }>("pool_grow", { rules: { count: COUNT } }, ({ count = 1 }) => {
      capacity.grow(count);
      return { ok: "pool will grow" };
    }),
    commandWith<{ readonly count?: number }>("pool_shrink", { rules: { count: COUNT } }, ({ count = 1 }) => {
      capacity.grow(-count);
      return { ok: "pool will shrink" };
    }),
    commandWith<{ readonly max: number; readonly min: number }>(
      "autoscale",
      { rules: { max: COUNT, min: COUNT }, needed: ["max", "min"] },
      (wanted) => {
        const { max, min } = capacity.setBounds(wanted.max, wanted.min);
        return { ok: `autoscale now max=${max} min=${min}` };
      },
    ),
  ];
}
