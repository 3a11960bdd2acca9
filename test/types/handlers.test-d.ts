// What the compiler learns of a task from its handler.

import { Ignore, kw, Retry, type Task, type TaskContext } from "@troupe/core";
import { same } from "./same.ts";
import { app } from "./tasks.ts";

// Parameters, defaults and names come from the handler itself.
export const plain = app.task("t.plain", (x: number, y: number) => x + y);
same<typeof plain, Task<[x: number, y: number], number, "t.plain">>();

export const optional = app.task("t.optional", (x: number, y = 1) => x + y);
same<typeof optional, Task<[x: number, y?: number | undefined], number, "t.optional">>();

export const several = app.task("t.several", (...xs: number[]) => xs.length);
same<typeof several, Task<number[], number, "t.several">>();

export const none = app.task("t.none", (): string => "done");
same<typeof none, Task<[], string, "t.none">>();

// A keywords parameter needs no annotation.
export const keywords = app.task("t.keywords", (x: number, { debug = false, level = 1 } = {}) => (debug ? x : level));
void keywords.delay(1, kw({ debug: true }));
void keywords.delay(1, kw({ level: 2 }));
// @ts-expect-error -- a text is not a flag
void keywords.delay(1, kw({ debug: "yes" }));
// @ts-expect-error -- the handler has no such keyword
void keywords.delay(1, kw({ debugg: true }));

// What arrives is awaited, and null for nothing.
same<ReturnType<typeof app.task<"t", () => Promise<number>>>, Task<[], number, "t">>();
export const nothing = app.task("t.nothing", (_id: string) => {});
same<typeof nothing, Task<[_id: string], null, "t.nothing">>();
export const nothingLater = app.task("t.nothing-later", async (_id: string) => {});
same<typeof nothingLater, Task<[_id: string], null, "t.nothing-later">>();
export const maybe = app.task("t.maybe", (x: number) => (x > 0 ? x : undefined));
same<typeof maybe, Task<[x: number], number | null, "t.maybe">>();
export const either = app.task("t.either", async (x: number): Promise<string | number> => (x > 0 ? x : "none"));
same<typeof either, Task<[x: number], string | number, "t.either">>();
export const never = app.task("t.never", (): never => {
  throw new Ignore();
});
same<typeof never, Task<[], never, "t.never">>();

// A retry ends the path, where `this` is declared.
export const retried = app.task("t.retried", function (this: TaskContext, n: number | string) {
  if (typeof n === "string") this.retry({ countdown: "10s", args: [Number(n)] });
  const k: number = n;
  return k;
});
same<typeof retried, Task<[n: number | string], number, "t.retried">>();
export const retriedByThrow = app.task("t.retried-by-throw", (): never => {
  throw new Retry({ exc: new TypeError("busy"), maxRetries: null });
});
// @ts-expect-error -- the unit is s
export const wordedRetry = new Retry({ countdown: "10 sec" });
// @ts-expect-error -- an error is wanted
export const textRetry = new Retry({ exc: "busy" });

// Options do not change that.
export const withOptions = app.task("t.options", { queue: "hipri", acksLate: false }, (x: number, y = 1) => x + y);
same<typeof withOptions, Task<[x: number, y?: number | undefined], number, "t.options">>();

// The handler's `this` is the context, where the handler says so.
export const withThis = app.task("t.this", function (this: TaskContext, x: number) {
  same<typeof this.id, string>();
  same<typeof this.parentId, string | null>();
  same<typeof this.eta, Date | null>();
  same<typeof this.expires, Date | null>();
  same<typeof this.signal, AbortSignal>();
  same<ReturnType<typeof this.updateState>, Promise<void>>();
  same<ReturnType<typeof this.progress>, Promise<void>>();
  return x;
});
same<typeof withThis, Task<[x: number], number, "t.this">>();

app.task("t.no-this", function (x: number) {
  // @ts-expect-error -- without an annotation, `this` is nothing that is known
  void this.id;
  return x;
});

// @ts-expect-error -- parameters are annotated, or have defaults, or come from a schema
app.task("t.unannotated", (x, y) => x + y);

// @ts-expect-error -- a task needs a handler
app.task("t.no-handler");

// @ts-expect-error -- a text is no handler
app.task("t.text", "handler");

// @ts-expect-error -- a name is a text
app.task(5, () => 1);
