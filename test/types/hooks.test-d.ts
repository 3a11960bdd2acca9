// Hooks know their events; a task's own hooks know its arguments and its value.

import type { AnySignature, Middleware } from "@troupe/core";
import { same } from "./same.ts";
import { app } from "./tasks.ts";

declare module "@troupe/core" {
  interface HookMap {
    orderPaid: { readonly total: number };
  }
}

export const off: () => void = app.on("taskSuccess", ({ value, runtimeMs }) => {
  same<typeof value, unknown>();
  same<typeof runtimeMs, number>();
});
app.on("orderPaid", ({ total }) => total.toFixed(2));
app.on("beforeTaskPublish", async ({ headers }) => {
  headers["tenant"] = "a";
});
app.on("taskFailure", ({ error }) => error.message, { sender: "t.plain" });
app.on("messageRejected", ({ reason, body }) => {
  same<typeof reason, string>();
  same<typeof body, Uint8Array>();
});
app.on("workerProcessInit", ({ pid, threadId }) => pid + threadId);
// @ts-expect-error -- there is no such hook
app.on("taskDone", () => {});
// @ts-expect-error -- a worker has no value
app.on("workerReady", ({ value }) => value);

export const hooked = app.task(
  "t.hooked",
  {
    beforeStart: (id, args, kwargs) => {
      same<typeof id, string>();
      same<typeof args, readonly [x: number, y?: string | undefined]>();
      same<typeof kwargs, Readonly<Record<string, unknown>>>();
    },
    onSuccess: (value) => same<typeof value, Date>(),
    onReplace: (signature, _id, args) => {
      same<typeof signature, AnySignature>();
      same<typeof args, readonly [x: number, y?: string | undefined]>();
      return signature.stamp({ by: "hook" });
    },
    afterReturn: (state, value) => {
      same<typeof state, "SUCCESS" | "FAILURE">();
      same<typeof value, Error | Date>();
    },
  },
  async (x: number, y?: string) => new Date(x + (y?.length ?? 0)),
);
same<ReturnType<typeof hooked>, Date | Promise<Date>>();
// @ts-expect-error -- the value is a number
app.task("t.wrong-hook", { onSuccess: (value: string) => value.length }, () => 1);

export const middleware: Middleware = {
  publish: (call, next) => next({ ...call, headers: { ...call.headers, a: 1 } }),
  execute: async ({ context }, next) => [context.id, await next()],
};
// @ts-expect-error -- there is no such place
export const misplaced: Middleware = { consume: () => {} };
// @ts-expect-error -- nobody would wait for it
app.task("t.replacing", { onReplace: async (signature) => signature }, () => 1);
