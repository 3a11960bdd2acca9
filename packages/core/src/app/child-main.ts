// What a child of a pool runs, thread or process: imports what its worker says, then runs the tasks that it is given. It ends with its
// worker, and with nothing else that a terminal or a process group is told.

import { isMainThread } from "node:worker_threads";
import { failureOf } from "../model/failure.ts";
import { ChildLogger } from "../worker/pools/child-logger.ts";
import type { ChildSetup, ToChild } from "../worker/pools/child-messages.ts";
import { ChildTasks } from "../worker/pools/child-tasks.ts";
import { memoryGauge } from "../worker/pools/memory-gauge.ts";
import { openParentPort, type ParentPort } from "../worker/pools/parent-port.ts";
import { watchParent } from "../worker/pools/watch-parent.ts";
import { openChildApp } from "./child-app.ts";

// A terminal tells them to all processes of its group. The worker decides what comes of them.
const SIGNALS_OF_THE_WORKER = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const;

function main(port: ParentPort): void {
  if (isMainThread) {
    for (const signal of SIGNALS_OF_THE_WORKER) process.on(signal, () => {});
    watchParent();
  }
  let tasks: ChildTasks | null = null;
  port.listen((message: ToChild) => {
    if (tasks) tasks.hear(message);
    else if (message.troupe === "stop") port.exit(0);
    else if (message.troupe === "setup")
      open(message.setup, port).then(
        (opened) => {
          tasks = opened;
          port.send({ troupe: "ready" });
        },
        (error: unknown) => {
          port.send({ troupe: "refused", reason: failureOf(error) });
          port.exit(1);
        },
      );
  });
}

async function open(setup: ChildSetup, port: ParentPort): Promise<ChildTasks> {
  const logger = new ChildLogger(port, setup.levels);
  process.on("unhandledRejection", (reason) => {
    logger.error({ err: reason }, `a promise was rejected and nobody awaited it: ${String(reason)}`);
  });
  if (isMainThread)
    process.on("uncaughtException", (error) => {
      port.send({ troupe: "uncaught", error: failureOf(error) });
      port.exit(1);
    });
  const app = await openChildApp(setup, logger);
  await app.begin();
  return new ChildTasks(app, setup, port, memoryGauge(isMainThread));
}

const port = openParentPort();
if (port) main(port);
