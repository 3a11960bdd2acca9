// Asks workers about themselves.

import type { CommandArguments } from "../model/control-command.ts";
import type {
  ActiveQueue,
  ActiveTask,
  QueriedTask,
  ReservedTask,
  ScheduledTask,
  WorkerMemory,
  WorkerStats,
} from "../model/inspect-replies.ts";
import { checkTaskId, shown } from "../model/names.ts";
import { isPlainObject } from "../model/option-rules.ts";
import { type AskOptions, audienceOf } from "./ask-options.ts";
import { type AskPorts, askWorkers, type Replies } from "./ask-workers.ts";

/** What a reply must be to be given. */
type Shape = (reply: unknown) => boolean;

const LIST: Shape = Array.isArray;
const OBJECT: Shape = (reply) => isPlainObject(reply) && !("error" in reply);
const OK_OR_ERROR: Shape = (reply) => isPlainObject(reply) && ("ok" in reply || "error" in reply);

// It takes its time, and much memory.
const SNAPSHOT_TIMEOUT = "60s";

/**
 * Questions to workers. Each rejects with `BrokerUnreachableError` when the broker does not answer within the timeout. A reply that says
 * that the worker could not answer, or is not of the shape that is promised, is left out, with a warning in the log; `control.broadcast`
 * gives all replies as they are.
 */
export class Inspect {
  readonly #ports: AskPorts;
  readonly #options: AskOptions | undefined;

  constructor(ports: AskPorts, options?: AskOptions) {
    audienceOf(options, "inspect option");
    this.#ports = ports;
    this.#options = options;
  }

  /** Who is there: `{ ok: "pong" }` of each worker. One whose event loop is blocked does not answer in time. */
  ping(): Promise<Replies<{ readonly ok: "pong" } | { readonly error: string }>> {
    return this.#ask("ping", OK_OR_ERROR);
  }

  /** Tasks that run now. */
  active(): Promise<Replies<readonly ActiveTask[]>> {
    return this.#ask("active", LIST);
  }

  /** Tasks that each worker holds until they are due, which is within a second. For those that wait longer: `app.delayed`. */
  scheduled(): Promise<Replies<readonly ScheduledTask[]>> {
    return this.#ask("scheduled", LIST);
  }

  /** Tasks that each worker has and has not started: they wait for a slot, or for their turn. */
  reserved(): Promise<Replies<readonly ReservedTask[]>> {
    return this.#ask("reserved", LIST);
  }

  /**
   * Names of the tasks that each worker knows.
   *
   * @param attributes - Of each task, also these, where it has them: `proj.add [rateLimit=10/m timeLimit=2000]`. `acksLate`, `expires`,
   * `ignoreResult`, `maxRetries`, `rateLimit`, `rejectOnWorkerLost`, `serializer`, `softTimeLimit`, `timeLimit`, `trackStarted`.
   */
  registered(...attributes: readonly string[]): Promise<Replies<readonly string[]>> {
    return this.#ask("registered", LIST, attributes.length > 0 ? { attributes } : {});
  }

  /**
   * What is revoked, as each worker keeps it: ids of tasks, and stamps as `header=value`. The newest 5,000; none of tasks where more than
   * 50,000 are revoked.
   */
  revoked(): Promise<Replies<readonly string[]>> {
    return this.#ask("revoked", LIST);
  }

  /** Queues that each worker consumes. */
  activeQueues(): Promise<Replies<readonly ActiveQueue[]>> {
    return this.#ask("active_queues", LIST);
  }

  /**
   * Where tasks are: `{ [id]: ["active" | "reserved" | "scheduled", task] }` of each worker, without those that it does not have.
   *
   * @param ids - At most 1,000.
   */
  queryTask(...ids: readonly string[]): Promise<Replies<Readonly<Record<string, QueriedTask>>>> {
    return this.#ask("query_task", OBJECT, { ids: ids.map(checkTaskId) });
  }

  /** Figures of each worker. */
  stats(): Promise<Replies<WorkerStats>> {
    return this.#ask("stats", OBJECT);
  }

  /**
   * The settings of each worker's application, without secrets.
   *
   * @param options.withDefaults - Also those that do not differ from their defaults. Default: false.
   */
  conf(options?: { readonly withDefaults?: boolean | undefined }): Promise<Replies<Readonly<Record<string, unknown>>>> {
    return this.#ask("conf", OBJECT, options?.withDefaults ? { withDefaults: true } : {});
  }

  /** Versions, platform and changed settings of each worker, without secrets, as text: `{ ok }`. */
  report(): Promise<Replies<{ readonly ok: string }>> {
    return this.#ask("report", OBJECT);
  }

  /** The broker's time, as each worker has it, in milliseconds since the epoch: what is due is judged by it. */
  clock(): Promise<Replies<{ readonly clock: number }>> {
    return this.#ask("clock", OBJECT);
  }

  /** Memory of each worker's process, in bytes. */
  memory(): Promise<Replies<WorkerMemory>> {
    return this.#ask("memory", OBJECT);
  }

  /**
   * Has each worker write what is in its memory to a file on its machine, for the memory panel of Chrome's developer tools, and gives the
   * file's path. The worker stands still meanwhile and needs as much memory again. The file holds all that the worker knows; only the
   * worker's user can read it. Unless said otherwise, waits for 60 s.
   */
  objgraph(): Promise<Replies<{ readonly filename: string }>> {
    return this.#ask("objgraph", OBJECT);
  }

  async #ask<T>(command: string, isRight: Shape, args: CommandArguments = {}): Promise<Replies<T>> {
    const audience = audienceOf(this.#options, "inspect option", command === "objgraph" ? SNAPSHOT_TIMEOUT : undefined);
    const replies = await askWorkers<T>({ command, args, ...audience }, this.#ports);
    return Object.fromEntries(
      Object.entries(replies).filter(([hostname, reply]) => isRight(reply) || this.#refuse(command, hostname, reply)),
    );
  }

  #refuse(command: string, hostname: string, reply: unknown): false {
    const error: unknown = isPlainObject(reply) ? reply["error"] : undefined;
    const why = typeof error === "string" ? error : `it replied with ${shown(reply)}`;
    this.#ports.logger().warn({ worker: hostname, command }, `worker ${hostname} did not answer "${command}": ${why}`);
    return false;
  }
}
