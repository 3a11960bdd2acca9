// The application that is measured, and its client.

import { type AsyncResult, Troupe } from "@troupe/core";
import type { Caller } from "./contender.ts";

/** Namespace on the broker. */
export const TROUPE = "bench";

/** An application with one small task. `onRun` is told each run. */
export function makeApp(broker: string, onRun: () => void): { app: Troupe; add: () => Promise<AsyncResult<number>> } {
  const app = new Troupe("bench", { broker, namespace: TROUPE });
  const add = app.task("bench.add", (x: number, y: number) => {
    onRun();
    return x + y;
  });
  return { app, add: () => add.delay(2, 2) };
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
