// The private queue of a worker, by the worker's name.

import { queueOfWorker } from "../client/queue-of-worker.ts";
import { checkWorkerName } from "./worker-name.ts";

const PREFIX = "direct.";

/**
 * Name of the private queue of a worker, which consumes it where the setting `workerDirect` is true: `direct.w1.at.host` for
 * `w1@host`. A worker's name that is too long for a queue's, or could be taken for another, is cut and ends in a hash.
 *
 * @param hostname - The worker's name, `name@host`, with nothing left to be filled in.
 * @throws {InvalidArgumentError} no worker can have this name.
 * @see Celery's `worker_direct`
 */
export function directQueue(hostname: string): string {
  return queueOfWorker(PREFIX, checkWorkerName(hostname));
}

/** Whether a queue is the private one of some worker. */
export function isDirectQueue(queue: string): boolean {
  return queue.startsWith(PREFIX);
}
