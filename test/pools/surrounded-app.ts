// An application with hooks and middleware, which threads and processes import too. Each of them leaves a line in the file that
// a task is given, with the thread and process that it ran in.

import { appendFileSync } from "node:fs";
import { threadId } from "node:worker_threads";
import { type TaskContext, Troupe } from "@troupe/core";

export const app: Troupe = new Troupe("surrounded", { logLevel: "silent" });
app.includeFrom(import.meta.url);

/** Where this runs. */
export const here = (): string => `${process.pid}.${threadId}`;

function note(args: readonly unknown[], what: string): void {
  appendFileSync(String(args[0]), `${what} ${app.currentTask?.id ?? "none"} ${here()}\n`);
}

app.on("taskPrerun", ({ args }) => note(args, "taskPrerun"));
app.on("taskPostrun", ({ args, state }) => note(args, `taskPostrun:${state}`));
app.on("taskSuccess", ({ args }) => note(args, "taskSuccess"));
app.on("taskFailure", ({ args }) => note(args, "taskFailure"));
app.on("taskRetry", ({ args }) => note(args, "taskRetry"));
// The file is named by an environment variable, which children have of their worker.
const ENDS = "SURROUNDED_ENDS";
const begun: string[] = [];
app.on("workerProcessInit", async ({ hostname, pid, threadId: thread }) => {
  await Promise.resolve();
  begun.push(`${hostname} ${pid}.${thread}`);
});
app.on("workerProcessShutdown", async ({ hostname, pid, threadId: thread }) => {
  await Promise.resolve();
  const file = process.env[ENDS];
  if (file) appendFileSync(file, `${hostname} ${pid}.${thread}\n`);
});

/** What the child that it runs in was told before its first task, then where it runs. */
export const began = app.task("surrounded.began", (_file: string) => [...begun, here()]);

app.use({
  async execute(execution, next) {
    note(execution.args, "execute");
    const [file, how] = execution.args;
    const value = await next(how === "change" ? { ...execution, args: [file, "changed"] } : execution);
    note(execution.args, "executed");
    return value;
  },
});

/** Gives back how it was called, or fails, or is retried once. */
export const told = app.task(
  "surrounded.told",
  {
    maxRetries: 1,
    beforeStart: (_id, args) => note(args, "beforeStart"),
    onSuccess: (_value, _id, args) => note(args, "onSuccess"),
    onFailure: (_error, _id, args) => note(args, "onFailure"),
    onRetry: (_error, _id, args) => note(args, "onRetry"),
    afterReturn: (state, _value, _id, args) => note(args, `afterReturn:${state}`),
  },
  function (this: TaskContext, file: string, how: string): string {
    note([file], "handler");
    if (how === "fail") throw new RangeError("as asked");
    if (how === "retry" && this.retries === 0) this.retry({ countdown: 0 });
    return how;
  },
);
