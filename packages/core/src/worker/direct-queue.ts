// The private queue of a worker, by the worker's name. Two workers of different names never share one.

import { createHash } from "node:crypto";
import { isQueueName } from "../model/names.ts";
import { checkWorkerName } from "./worker-name.ts";

const PREFIX = "direct.";
// With the hash, a name that a queue may have.
const KEPT_CHARACTERS = 32;

/**
 * Name of the private queue of a worker, which consumes it where the setting `workerDirect` is true: `direct.w1.at.host` for
 * `w1@host`. A worker's name that is too long for a queue's, or could be taken for another, is cut and ends in a hash.
 *
 * @param hostname - The worker's name, `name@host`, with nothing left to be filled in.
 * @throws {InvalidArgumentError} no worker can have this name.
 * @see Celery's `worker_direct`
 */
export function directQueue(hostname: string): string {
  const plain = PREFIX + checkWorkerName(hostname).replace("@", ".at.");
  const isClear = !hostname.includes("--") && !hostname.split(/[.@]/).includes("at");
  if (isClear && isQueueName(plain)) return plain;
  const start = hostname.replaceAll(/[^A-Za-z0-9]/g, "-").slice(0, KEPT_CHARACTERS);
  return `${PREFIX}${start}--${createHash("sha256").update(hostname).digest("hex").slice(0, 16)}`;
}

/** Whether a queue is the private one of some worker. */
export function isDirectQueue(queue: string): boolean {
  return queue.startsWith(PREFIX);
}
