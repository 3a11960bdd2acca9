// The application that is measured, and its client.

import { type AsyncResult, chain, chord, group, type Signature, Troupe } from "@troupe/core";
import type { Caller } from "./contender.ts";

/** Namespace on the broker. */
export const TROUPE = "bench";

/** The application, and what is called of it. */
export interface BenchApp {
  readonly app: Troupe;
  /** Calls one small task. */
  readonly add: () => Promise<AsyncResult<number>>;
  /** A group of `count` such calls. @returns how many values it has. */
  readonly group: (count: number) => Promise<number>;
  /** A chord of `count` such calls. @returns the sum of their values. */
  readonly chord: (count: number) => Promise<number>;
  /** A chain of `count` steps, each of which adds one. @returns the last value. */
  readonly chain: (count: number) => Promise<number>;
}

/** An application with a few small tasks. `onRun` is told each run of `add`. */
export function makeApp(broker: string, onRun: () => void): BenchApp {
  const app = new Troupe("bench", { broker, namespace: TROUPE });
  const add = app.task("bench.add", (x: number, y: number) => {
    onRun();
    return x + y;
  });
  const sum = app.task("bench.sum", (values: readonly number[]) => values.reduce((a, b) => a + b, 0));
  const next = app.task("bench.next", (x: number) => x + 1);
  const members = (count: number): Signature<number, []>[] => Array.from({ length: count }, () => add.s(1, 1));
  return {
    app,
    add: () => add.delay(2, 2),
    group: async (count) => (await (await group(members(count)).delay()).get()).length,
    chord: async (count) => (await chord(members(count), sum.s()).delay()).get(),
    chain: async (count) => {
      const steps = Array.from({ length: count }, (_, step) => (step === 0 ? next.s(0) : next.s()));
      return Number(await (await chain(steps).delay()).get());
    },
  };
}

/** The client's side of Troupe. */
export async function troupeCaller(broker: string): Promise<Caller> {
  const { app, add } = makeApp(broker, () => undefined);
  await app.connect();
  return {
    send: async () => void (await add()),
    call: async () => void (await (await add()).get()),
    close: () => app.close(),
  };
}
