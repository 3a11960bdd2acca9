// The task object: a function that runs here, with methods that send.

import type { AsyncResult, EagerResult } from "../client/async-result.ts";
import type { ApplyOptions } from "../model/apply-options.ts";
import type { CallArgs, Positional } from "../model/task-types.ts";

/** A task without its code: what can be called from anywhere. `A` are its parameters, `R` is what arrives. */
export interface TaskLike<in out A extends unknown[], out R> {
  /** Registered name. */
  readonly name: string;

  /**
   * Sends a call: `add.delay(2, 2)`, with keywords `add.delay(2, 2, kw({ debug: true }))`. Resolves when the broker has it durably.
   *
   * @throws {SerializationError | PayloadTooLargeError | InvalidArgumentError} the arguments cannot be sent; nothing was.
   * @throws {BrokerUnreachableError} not sent within the deadline.
   * @throws {OutcomeUnknownError} sent, but not confirmed: call again with the same `taskId` to be sure.
   * @throws {QueueFullError} refused: the broker's store is full.
   */
  delay(...args: CallArgs<A>): Promise<AsyncResult<R>>;

  /** As `delay`, with options: `add.applyAsync([2, 2], { queue: "lopri" })`. */
  applyAsync(args?: Readonly<CallArgs<A>> | Readonly<Positional<A>>, options?: ApplyOptions): Promise<AsyncResult<R>>;
}

/** A task that is registered here. */
export interface Task<in out A extends unknown[], out R, out N extends string = string> extends TaskLike<A, R> {
  readonly name: N;

  /** Runs the task here and now; sends and stores nothing. */
  (...args: CallArgs<A>): R | Promise<R>;

  /** Runs the task here, as a worker would, and gives a result that is decided. Sends and stores nothing. */
  apply(args?: Readonly<CallArgs<A>> | Readonly<Positional<A>>, options?: ApplyOptions): Promise<EagerResult<R>>;
}

/** A task of any kind. */
export type AnyTask = Task<never[], unknown>;

/** What a task object does, untyped. */
export interface TaskOperations {
  call(args: readonly unknown[]): unknown;
  applyAsync(args: readonly unknown[], options?: ApplyOptions): Promise<AsyncResult<unknown>>;
  apply(args: readonly unknown[], options?: ApplyOptions): Promise<EagerResult<unknown>>;
}

/** Makes the task object of a name. */
export function makeTask(name: string, operations: TaskOperations): AnyTask {
  const task = (...args: unknown[]): unknown => operations.call(args);
  const members = {
    name,
    delay: (...args: unknown[]) => operations.applyAsync(args),
    applyAsync: (args: readonly unknown[] = [], options?: ApplyOptions) => operations.applyAsync(args, options),
    apply: (args: readonly unknown[] = [], options?: ApplyOptions) => operations.apply(args, options),
  };
  for (const [key, value] of Object.entries(members)) Object.defineProperty(task, key, { value, enumerable: true });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the members are those of the interface; only their types are not known here
  return Object.freeze(task) as unknown as AnyTask;
}
