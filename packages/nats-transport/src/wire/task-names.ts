// Names of the tasks in their queues: streams, subjects, consumers, message ids.

import type { TaskAddress } from "./addresses.ts";
import { decodeToken, encodeName, encodeToken } from "./tokens.ts";

/** Tail of a task's subject when its key is not exclusive. */
const SHARED_TAIL = "-";
const QUEUE_CONSUMER = /^q-(.+)-\d$/;

/** The part of the names of one namespace that is about queues. */
export class TaskNames {
  /** Stream of all queues that have none of their own. */
  readonly tasks: string;
  readonly #root: string;
  /** Queues that have a stream of their own. */
  readonly #own: ReadonlySet<string>;

  /** @param own - Queues that have a stream of their own. */
  constructor(namespace: string, own: ReadonlySet<string> = new Set()) {
    this.#root = encodeName(namespace);
    this.tasks = `${this.#root}_TASKS`;
    this.#own = own;
  }

  /** Where a task waits. `key` is null when it is not exclusive. */
  taskSubject(queue: string, key: string | null, priority: number = 0): string {
    const tail = key === null ? SHARED_TAIL : encodeToken(key);
    return `${this.#root}.${this.#kindOf(queue)}.${encodeName(queue)}.${priority}.${tail}`;
  }

  /** Stream of a queue. */
  streamOf(queue: string): string {
    return this.#own.has(queue) ? this.ownStream(queue) : this.tasks;
  }

  /** The stream that a queue has when it has one of its own. */
  ownStream(queue: string): string {
    return `${this.tasks}_${encodeName(queue)}`;
  }

  /** Queue of such a stream; null when it is another stream. */
  queueOfStream(stream: string): string | null {
    const prefix = `${this.tasks}_`;
    return stream.startsWith(prefix) && stream.length > prefix.length ? decodeToken(stream.slice(prefix.length)) : null;
  }

  /** All tasks of such a stream; of all such streams. Streams must not share subjects, so these begin otherwise. */
  ownTasks(queue: string | null): string {
    return `${this.#root}.own.${queue === null ? "" : `${encodeName(queue)}.`}>`;
  }

  /** All tasks of a queue in the stream that queues share, also when it has one of its own by now. */
  sharedTasksOf(queue: string): string {
    return `${this.#root}.task.${encodeName(queue)}.>`;
  }

  /** All tasks of all queues in that stream. */
  allTasks(): string {
    return `${this.#root}.task.>`;
  }

  /** What the consumer of a queue takes. */
  queueFilter(queue: string, priority: number = 0): string {
    return `${this.#root}.${this.#kindOf(queue)}.${encodeName(queue)}.${priority}.*`;
  }

  /** Durable consumer of a queue. */
  queueConsumer(queue: string, priority: number = 0): string {
    return `q-${encodeName(queue)}-${priority}`;
  }

  /** Priority of a consumer of a queue; null when it is another consumer. */
  priorityOfConsumer(name: string, queue: string): number | null {
    const priority = Number(name.slice(-1));
    return name === this.queueConsumer(queue, priority) ? priority : null;
  }

  /** Queue of a consumer; null when it is another consumer. */
  queueOfConsumer(name: string): string | null {
    const [, queue] = QUEUE_CONSUMER.exec(name) ?? [];
    return queue === undefined ? null : decodeToken(queue);
  }

  /** All tasks of all queues that have no subject of their own: few subjects. */
  sharedTasks(): string {
    return `${this.#root}.task.*.*.${SHARED_TAIL}`;
  }

  /** Queue of a task's subject; null when it is not of Troupe's making. */
  queueOfSubject(subject: string): string | null {
    const [, kind, queue] = subject.split(".");
    return (kind === "task" || kind === "own") && queue !== undefined ? decodeToken(queue) : null;
  }

  /** Where it is told that a queue has a further priority. */
  prioritySubject(queue: string): string {
    return `${this.#root}.priority.${encodeName(queue)}`;
  }

  /** Id by which the broker recognises a quick repeat. Ids count for a whole stream (M7), so the queue is part of it. */
  messageId(queue: string, key: string): string {
    return `${encodeName(queue)}.${encodeToken(key)}`;
  }

  /**
   * Reads the subject and message id of a stored task; null when they are not of Troupe's making. The key of a task is
   * `<id>-<gen>`.
   */
  taskAddress(subject: string, messageId: string | null): TaskAddress | null {
    const [root, kind, queue, priority, tail] = subject.split(".");
    if (root !== this.#root || (kind !== "task" && kind !== "own") || tail === undefined) return null;
    const key = tail === SHARED_TAIL ? messageId?.split(".")[1] : tail;
    const [, id, gen] = /^(.+)-(\d+)$/.exec(decodeToken(key ?? "")) ?? [];
    if (key === undefined || id === undefined) return null;
    const exclusiveSubject = `${root}.${kind}.${queue}.${priority}.${key}`;
    return { id, gen: Number(gen), priority: Number(priority), exclusiveSubject };
  }

  #kindOf(queue: string): "task" | "own" {
    return this.#own.has(queue) ? "own" : "task";
  }
}

/** Whether the subject of a task ends in its own key. */
export function hasOwnSubject(subject: string): boolean {
  return !(subject.endsWith(SHARED_TAIL) && subject.charAt(subject.length - 2) === ".");
}
