// Which queues a worker consumes: those it is given, else all that are declared; without those that it leaves to others; and its own.

import { InvalidArgumentError, QueueNotFound } from "../model/errors.ts";
import { checkQueueName, shown } from "../model/names.ts";
import { nearestName } from "../model/nearest-name.ts";
import { directQueue } from "./direct-queue.ts";

/** What a worker's options say about its queues. */
interface QueueChoice {
  readonly queues?: readonly string[] | undefined;
  readonly excludeQueues?: readonly string[] | undefined;
}

/** What the application's settings say about the queues of workers. */
export interface QueueDefaults {
  /** All that are declared, the default queue among them. */
  readonly queues: readonly string[];
  /** Whether each worker has a queue of its own. */
  readonly direct: boolean;
  /** @throws {QueueNotFound} the queue is not declared, and must be. */
  readonly checkQueueExists: (queue: string) => void;
}

/** @throws {InvalidArgumentError | QueueNotFound} a name is wrong, not declared, or excluded but nowhere known; or no queue is left. */
export function consumedQueues(
  { queues: given, excludeQueues }: QueueChoice,
  hostname: string,
  defaults: QueueDefaults,
): readonly string[] {
  const wanted = [...new Set(given ?? defaults.queues)].map(checkQueueName);
  wanted.forEach(defaults.checkQueueExists);
  const excluded = new Set(excludeQueues ?? []);
  const known = [...new Set([...wanted, ...defaults.queues])];
  for (const name of excluded) if (!known.includes(checkQueueName(name))) throw notKnown(name, known);
  const left = wanted.filter((queue) => !excluded.has(queue));
  const queues = defaults.direct ? [...new Set([...left, directQueue(hostname)])] : left;
  if (queues.length > 0) return queues;
  throw new InvalidArgumentError(
    excluded.size > 0
      ? `all queues of the worker are excluded: ${shown([...excluded])}; leave one that it can consume`
      : "a worker needs at least one queue; leave the option out for all declared queues",
  );
}

function notKnown(name: string, known: readonly string[]): QueueNotFound {
  const nearest = nearestName(name, known);
  const guess = nearest === null ? "" : `did you mean ${shown(nearest)}? `;
  return new QueueNotFound(
    `queue ${shown(name)} of excludeQueues is neither declared nor consumed; ${guess}Known are ${shown(known)}`,
  );
}
