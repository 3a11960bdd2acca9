// The queues behind a broadcast queue: one for each node, which is a worker's name. A node's queue is what says that it is a node: it is
// there from the moment at which its worker is ready until it is forgotten.

import { queueOfWorker } from "./queue-of-worker.ts";

const BETWEEN = "--";

/** Longest name of a broadcast queue: its nodes' have to fit. */
export const LONGEST_BROADCAST_NAME = 40;

/** Whether a queue's name leaves room for its nodes', and cannot be taken for one of them. */
export function canBroadcast(queue: string): boolean {
  return queue.length <= LONGEST_BROADCAST_NAME && !queue.includes(BETWEEN) && !queue.endsWith("-");
}

/** Where a node has its copies of what is sent to a broadcast queue: `news--w1.at.host` for `w1@host`. */
export function nodeQueue(queue: string, hostname: string): string {
  return queueOfWorker(queue + BETWEEN, hostname);
}

/** Whether a queue is a node's, of a broadcast queue. */
export function isNodeQueue(name: string, queue: string): boolean {
  return name.startsWith(queue + BETWEEN);
}

/** What a node's queue says of the node: `w1.at.host`. */
export function nodeOf(name: string, queue: string): string {
  return name.slice(queue.length + BETWEEN.length);
}
