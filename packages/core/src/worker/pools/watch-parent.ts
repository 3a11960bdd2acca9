// Inside a child that is a process: ends it when its worker is gone. A handler that never gives up the event loop would never hear
// of that, so a thread watches too.

import { Worker } from "node:worker_threads";

const LOOK_EVERY_MS = 500;
// It does next to nothing.
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 1, codeRangeSizeMb: 1 };

/** Starts to watch. */
export function watchParent(): void {
  const watch = `const parent = ${process.ppid};
    setInterval(() => process.ppid === parent || process.kill(process.pid, "SIGKILL"), ${LOOK_EVERY_MS});`;
  new Worker(watch, { eval: true, execArgv: [], resourceLimits: RESOURCE_LIMITS }).unref();
}
