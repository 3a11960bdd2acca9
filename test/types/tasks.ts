// The tasks that the type tests call, and an application. Nothing of this folder ever runs: it compiles or it does not.

import { type Errback, type Task, type TaskContext, Troupe } from "@troupe/core";

export const app: Troupe = new Troupe("proj");

export const add: Task<[x: number, y: number, ({ debug?: boolean } | undefined)?], number, "proj.add"> = app.task(
  "proj.add",
  (x: number, y: number, { debug = false }: { debug?: boolean } = {}) => (debug ? x : x + y),
);
export const mul: Task<[x: number, y: number], number, "proj.mul"> = app.task(
  "proj.mul",
  (x: number, y: number) => x * y,
);
export const tsum: Task<[list: number[]], number, "proj.tsum"> = app.task("proj.tsum", (list: number[]) =>
  list.reduce((sum, x) => sum + x, 0),
);
export const nestedSum: Task<[lists: number[][]], number, "proj.nestedSum"> = app.task(
  "proj.nestedSum",
  (lists: number[][]) => lists.flat().length,
);
export const shout: Task<[s: string], string, "proj.shout"> = app.task("proj.shout", async (s: string) =>
  s.toUpperCase(),
);
export const opt: Task<[x: number, y?: number | undefined], number, "proj.opt"> = app.task(
  "proj.opt",
  (x: number, y = 1) => x + y,
);
export const both: Task<[p: readonly [number, string]], string, "proj.both"> = app.task(
  "proj.both",
  (p: readonly [number, string]) => p[1].repeat(p[0]),
);
export const notify: Task<[id: string], null, "proj.notify"> = app.task("proj.notify", (id: string): void => {
  void id;
});
export const rest: Task<number[], number, "proj.rest"> = app.task("proj.rest", (...xs: number[]) => xs.length);
export const user: Task<[u: { id: string }], string, "proj.user"> = app.task("proj.user", (u: { id: string }) => u.id);
export const bound: Task<[x: number], string, "proj.bound"> = app.task(
  "proj.bound",
  function (this: TaskContext, x: number) {
    return `${this.id} ${x}`;
  },
);
export const onError: Errback<[], "proj.on-error"> = app.errback("proj.on-error", (request, error) => {
  void [request, error];
});
