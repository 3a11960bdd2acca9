import { expect, it } from "vitest";
import { InvalidArgumentError } from "../../src/model/errors.ts";
import { capacityCommands } from "../../src/worker/capacity-commands.ts";

function scene(): { grown: number[]; run: (name: string, args?: Record<string, unknown>) => unknown } {
  const grown: number[] = [];
  const commands = capacityCommands({
    grow: (count) => void grown.push(count),
    setBounds: (max, min) => ({ max: Math.max(max, min), min: Math.min(max, min) }),
  });
  return { grown, run: (name, args = {}) => commands.find((command) => command.name === name)?.run(args) };
}

it("grows and shrinks, by one where no number is given", () => {
  const { grown, run } = scene();
  expect(run("pool_grow")).toEqual({ ok: "pool will grow" });
  expect(run("pool_grow", { count: 3 })).toEqual({ ok: "pool will grow" });
  expect(run("pool_shrink")).toEqual({ ok: "pool will shrink" });
  expect(run("pool_shrink", { count: 2 })).toEqual({ ok: "pool will shrink" });
  expect(grown).toEqual([1, 3, -1, -2]);
});

it("changes the bounds, in either order", () => {
  expect(scene().run("autoscale", { max: 2, min: 10 })).toEqual({ ok: "autoscale now max=10 min=2" });
});

it.each([
  ["pool_grow", { count: -1 }],
  ["pool_grow", { count: 1e9 }],
  ["pool_grow", { count: 0.5 }],
  ["pool_shrink", { count: "2" }],
  ["autoscale", { max: 3 }],
])("refuses %s %j", (name, args) => {
  expect(() => scene().run(name, args)).toThrow(InvalidArgumentError);
});
