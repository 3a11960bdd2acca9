// Tasks of another package, known by its types alone; error callbacks; replacing.

import {
  type AsyncResult,
  type Errback,
  type FailedRequest,
  type Task,
  type TaskContext,
  type TaskLike,
} from "@troupe/core";
import { same } from "./same.ts";
import { add, app, type onError, shout } from "./tasks.ts";

// remote: names, arguments and results are those of the exported tasks.
// oxlint-disable-next-line typescript/consistent-type-imports -- this is how it is written: the types of a module in one place
const remote = app.remote<typeof import("./tasks.ts")>();
void remote("proj.shout").delay("a");
same<ReturnType<(typeof remoteShout)["delay"]>, Promise<AsyncResult<string>>>();
const remoteShout = remote("proj.shout");
same<typeof remoteShout, TaskLike<[s: string], string>>();
void remote("proj.add").s(2).pipe(remote("proj.mul").s(2)).delay(4);
// @ts-expect-error -- no task has that name
void remote("proj.ad");
// @ts-expect-error -- the argument is a text
void remote("proj.shout").delay(5);
// @ts-expect-error -- its code is not here
void remoteShout("a");
// @ts-expect-error -- its code is not here
void remoteShout.apply(["a"]);

// An error callback gets request, error and traceback; then what is its own.
same<typeof onError, Errback<[], "proj.on-error">>();
export const own = app.errback("t.own", (request, error, traceback, channel: string) => {
  same<typeof request.id, string>();
  same<typeof request.rootId, string>();
  same<typeof error, Error>();
  same<typeof traceback, string | null>();
  void channel;
});
void add.s(1, 1).linkError(own.s("ops"));
void add.s(1, 1).linkError(own.s("ops").set({ queue: "lopri" }));
// @ts-expect-error -- a channel is a text
void own.s(5);
// @ts-expect-error -- its own argument is missing
void own.s();
// @ts-expect-error -- it takes one argument of its own
void own.s("ops", "now");
// An immutable one gets its own arguments only: all that its handler takes.
declare const failed: FailedRequest;
void add.s(1, 1).linkError(own.si(failed, new Error("by hand"), null, "ops"));
void add.s(1, 1).linkError(own.s("ops").set({ immutable: true, queue: "lopri" }));
// @ts-expect-error -- its handler takes a request first
void own.si("ops");
export const either = app.errback("t.either", (request: FailedRequest | number, error: Error | number) => [
  request,
  error,
]);
same<typeof either, Errback<[], "t.either", [request: number | FailedRequest, error: number | Error]>>();
void add.s(1, 1).linkError(either.s()).linkError(either.si(7, 8));
void add.s(1, 1).linkError(app.errback("t.alarm", () => "ring").si());
// @ts-expect-error -- an error callback gets a request
app.errback("t.number", (request: number) => request);
// @ts-expect-error -- what fails is told as an error
app.errback("t.text", (request, error: string) => error);
export const withThis = app.errback("t.this", function (this: TaskContext, request) {
  return `${this.id} ${request.id}`;
});

// What replaces a task gives the task its value.
export const replaced = app.task("t.replaced", function (this: TaskContext, x: number, y: number) {
  return this.replace(add.s(x, y));
});
same<typeof replaced, Task<[x: number, y: number], number, "t.replaced">>();
export const replacedLater = app.task("t.replaced-later", async function (this: TaskContext, x: number) {
  if (x > 0) return this.replace(shout.s("a"));
  return x;
});
same<typeof replacedLater, Task<[x: number], string | number, "t.replaced-later">>();
