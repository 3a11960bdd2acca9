// Tasks for tests with processes. Each writes its start and its end into the ledger.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { TaskContext, Troupe } from "@troupe/core";
import { LedgerWriter } from "./ledger.ts";

/** Files that the tasks work with. */
export interface TestTaskFiles {
  /** File of the ledger. */
  readonly ledger: string;
  /** Folder in which gates are opened. */
  readonly gates: string;
}

const GATE_POLL_MS = 10;
const RETRY_AFTER_MS = 1_500;

/** Registers the tasks. */
export function registerTestTasks(app: Troupe, files: TestTaskFiles): void {
  const ledger = new LedgerWriter(files.ledger);
  // oxlint-disable-next-line typescript/no-explicit-any -- handlers of any parameters are wrapped alike
  const add = (name: string, options: object, run: (...args: any[]) => unknown): void => {
    app.task(name, options, async function (this: TaskContext, ...args: unknown[]) {
      ledger.write("start", this.id, this.deliveryInfo.redelivered);
      const value = await run(...args);
      ledger.write("end", this.id, this.deliveryInfo.redelivered);
      return value;
    });
  };
  add("test.add", {}, (x: number, y: number) => x + y);
  add("test.addOnce", { acksLate: false }, (x: number, y: number) => x + y);
  // Runs twice, a moment apart.
  const addAgain = (x: number, y: number): number => {
    if (app.currentTask?.retries === 0) app.currentTask.retry({ countdown: RETRY_AFTER_MS });
    return x + y;
  };
  add("test.addAgain", {}, addAgain);
  add("test.addAgainOnce", { acksLate: false }, addAgain);
  add("test.pid", {}, () => process.pid);
  add("test.throw", {}, (message: string) => Promise.reject(new RangeError(message)));
  add("test.wait", {}, (gate: string) => passGate(join(files.gates, gate)));
  add("test.waitOnce", { acksLate: false }, (gate: string) => passGate(join(files.gates, gate)));
  add("test.block", {}, blockEventLoop);
  add("test.die", {}, die);
  add("test.dieOnce", { acksLate: false }, die);
}

/** Waits until the test opens the gate. Gives the process that waited. */
async function passGate(path: string): Promise<number> {
  while (!existsSync(path)) await pause(GATE_POLL_MS);
  return process.pid;
}

function blockEventLoop(ms: number): number {
  const until = performance.now() + ms;
  while (performance.now() < until);
  return process.pid;
}

function die(how: "abort" | "exit"): void {
  if (how === "abort") process.abort();
  process.exit(3);
}
