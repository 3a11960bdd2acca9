// Copies of a call, for the queues or nodes that it goes to. A task has one outcome, so that each copy is a task of its own.

import { InvalidArgumentError } from "../model/errors.ts";
import { checkTaskId } from "../model/names.ts";
import type { TaskMessage } from "../model/task-message.ts";
import { isNodeQueue, nodeOf } from "./node-queue.ts";

/** A copy for each further queue that a routing key leads to. */
export function copiesForQueues(message: TaskMessage, queues: readonly string[]): TaskMessage[] {
  return queues.map((queue) => copyOf(message, queue, queue));
}

/**
 * A copy for each node of the broadcast queue that a call goes to.
 *
 * @param names - All queues that there are.
 */
export function copiesForNodes(message: TaskMessage, names: readonly string[]): TaskMessage[] {
  const { queue } = message;
  return names.filter((name) => isNodeQueue(name, queue)).map((name) => copyOf(message, name, nodeOf(name, queue)));
}

/** @throws {InvalidArgumentError} always. */
export function refuseUniqueCopies({ name }: TaskMessage, why: string): never {
  throw new InvalidArgumentError(`task "${name}" is unique, but ${why}; name one queue`);
}

function copyOf(message: TaskMessage, queue: string, suffix: string): TaskMessage {
  return { ...message, id: checkTaskId(`${message.id}.${suffix}`), queue, reply: null };
}
