// An application with a task for each row of the acks matrix and for each way to misbehave: the module that threads and processes
// import. Each run of a row leaves a line in a file.

import { appendFileSync, existsSync } from "node:fs";
import { type TaskContext, Troupe } from "@troupe/core";

export const app: Troupe = new Troupe("acks", { logLevel: "silent" });
app.includeFrom(import.meta.url);

/** How a run of a row ends for the first time. */
export type Ending = "returns" | "throws" | "is out of time" | "loses its child";

/** What a row says of a task. */
export interface AcksOptions {
  readonly acksLate: boolean;
  readonly acksOnFailureOrTimeout: boolean;
  readonly rejectOnWorkerLost: boolean;
}

const BOTH = [true, false] as const;

/** All of them. */
export const ROWS: readonly AcksOptions[] = BOTH.flatMap((acksLate) =>
  BOTH.flatMap((acksOnFailureOrTimeout) =>
    BOTH.map((rejectOnWorkerLost) => ({ acksLate, acksOnFailureOrTimeout, rejectOnWorkerLost })),
  ),
);

export const nameOf = (row: AcksOptions): string => `acks.${Object.values(row).join(".")}`;

for (const row of ROWS) app.task(nameOf(row), row, (file: string, how: Ending) => run(file, how));

function run(file: string, how: Ending): unknown {
  const isFirst = !existsSync(file);
  appendFileSync(file, "run\n");
  if (!isFirst || how === "returns") return "done";
  if (how === "throws") throw new RangeError("as asked");
  if (how === "loses its child") return process.exit(7);
  return new Promise<never>(() => {});
}

/** Ways in which a handler does not end by itself. */
export const misbehaving: Readonly<Record<string, { readonly name: string }>> = {
  spins: app.task("misbehaving.spins", () => {
    for (;;);
  }),
  "spins in promises": app.task("misbehaving.promises", async () => {
    for (;;) await Promise.resolve();
  }),
  "never settles": app.task("misbehaving.never", () => new Promise<never>(() => {})),
  blocks: app.task("misbehaving.blocks", () => {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  }),
  "hears nothing of its signal": app.task("misbehaving.deaf", async function (this: TaskContext) {
    this.signal.addEventListener("abort", () => {
      throw new Error("not for me");
    });
    await new Promise<never>(() => {});
  }),
};

/** What is thrown that is no error. */
export const thrown: Readonly<Record<string, unknown>> = {
  nothing: undefined,
  null: null,
  "a number": 7,
  "an object": { no: "error" },
  "an object that cannot be read": Object.defineProperty({}, "message", {
    get: () => {
      throw new Error("no");
    },
  }),
};

export const throwing = app.task("misbehaving.throws", (what: string) => {
  throw thrown[what];
});
