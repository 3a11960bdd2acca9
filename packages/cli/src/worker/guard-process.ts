// What happens when code of a task fails outside of it. A promise that nobody awaits is logged, for the other tasks of the
// worker have nothing to do with it. An exception that nobody catches ends the worker: what state it left is unknown.

import type { Logger, Worker } from "@troupe/core";

/** Longest wait for running tasks to be given back before the process ends. */
const GIVE_BACK_MS = 2_000;

/**
 * Guards the process of a worker.
 *
 * @param exit - Ends the process as failed.
 */
export function guardProcess(worker: Worker, logger: Logger, exit: () => void): void {
  process.on("unhandledRejection", (reason) => {
    logger.error({ err: reason }, `a promise was rejected and nobody awaited it: ${String(reason)}`);
  });
  process.on("uncaughtException", (error) => {
    logger.error(
      { err: error },
      `an exception was not caught; the worker ends and gives its tasks back: ${error.message}`,
    );
    setTimeout(exit, GIVE_BACK_MS);
    void worker.stop({ mode: "cold" }).then(exit, exit);
  });
}
