// The task object: a function that runs here, with methods that send.

import { composeCall } from "../canvas/compose.ts";
import { type GivenOptions, UntypedSignature } from "../canvas/signature.ts";
import type { SignatureApp } from "../canvas/signature-app.ts";
import type { SignatureData } from "../canvas/signature-data.ts";
import type { Immutable } from "../canvas/signature-types.ts";
import { chunksSignature, mapSignature, starmapSignature, taskSignature } from "../canvas/task-signature.ts";
import type { AnyResult, AsyncResult, EagerResult } from "../client/async-result.ts";
import type { CallOptions, Chunks, Errback, Signature } from "../client/signature.ts";
import type { ApplyOptions } from "../model/apply-options.ts";
import { failureOf } from "../model/failure.ts";
import type { Bindable, CallArgs, KwOf, MapItem, Missing, Positional, WithKw } from "../model/task-types.ts";

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

  /**
   * The call as a signature, which binds the last parameters: `add.s(2).delay(4)` runs `add(4, 2)`. Keywords are given by `kw`.
   *
   * @see Celery `Task.s`
   */
  s<B extends Bindable<Positional<A>, KwOf<A>>>(
    ...last: B | WithKw<Positional<A>, KwOf<A>>
  ): Signature<R, Missing<Positional<A>, B>, KwOf<A>>;

  /** The call as an immutable signature: with all its arguments, whatever comes in. */
  si(...args: CallArgs<A>): Signature<R, Immutable>;

  /** As `s`, with options: `add.signature([2, 2], { queue: "lopri" })`. */
  signature<const B extends Bindable<Positional<A>, KwOf<A>> = []>(
    last?: B | WithKw<Positional<A>, KwOf<A>>,
    options?: CallOptions<KwOf<A>>,
  ): Signature<R, Missing<Positional<A>, B>, KwOf<A>>;

  /** One task that calls the handler with each item, one after the other: `tsum.map([[1, 2], [3]])`. */
  map(items: Iterable<MapItem<Positional<A>>>): Signature<R[], Immutable>;

  /** As `map`, with a list of arguments for each call: `add.starmap([[1, 1], [2, 2]])`. */
  starmap(argLists: Iterable<Readonly<Positional<A>>>): Signature<R[], Immutable>;

  /** A group of `starmap`s, with `size` argument lists each. */
  chunks(argLists: Iterable<Readonly<Positional<A>>>, size: number): Chunks<R>;
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
  applyAsync(args: readonly unknown[], options?: ApplyOptions): Promise<AnyResult>;
  apply(args: readonly unknown[], options?: ApplyOptions): Promise<AnyResult>;
  /** Sends the signatures of the task. */
  readonly signatures: SignatureApp;
}

/** Makes the task object of a name. */
export function makeTask(name: string, operations: TaskOperations): AnyTask {
  const task = (...args: unknown[]): unknown => operations.call(args);
  const members = {
    ...membersOf(name, operations),
    apply: (args: readonly unknown[] = [], options?: ApplyOptions) =>
      hasLinks(options)
        ? new UntypedSignature(taskSignature(name), operations.signatures).apply(args, options)
        : operations.apply(args, options),
  };
  for (const [key, value] of Object.entries(members)) Object.defineProperty(task, key, { value, enumerable: true });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the members are those of the interface; only their types are not known here
  return Object.freeze(task) as unknown as AnyTask;
}

/** Makes the object of a task whose code is elsewhere. */
export function makeRemoteTask(name: string, operations: Omit<TaskOperations, "call" | "apply">): object {
  return Object.freeze(membersOf(name, operations));
}

function membersOf(name: string, { applyAsync, signatures }: Omit<TaskOperations, "call" | "apply">): object {
  const partial = (bound: readonly unknown[], options?: GivenOptions): UntypedSignature =>
    composeCall(name, bound, options ?? {}, signatures);
  const over = (data: SignatureData): UntypedSignature => new UntypedSignature(data, signatures);
  const itself = taskSignature(name);
  return {
    name,
    delay: (...args: unknown[]) => applyAsync(args),
    applyAsync: (args: readonly unknown[] = [], options?: ApplyOptions) =>
      hasLinks(options) ? over(itself).applyAsync(args, options) : applyAsync(args, options),
    s: (...last: unknown[]) => partial(last),
    si: (...args: unknown[]) => partial(args, { immutable: true }),
    signature: (last: readonly unknown[] = [], options?: GivenOptions) => partial(last, options),
    map: (items: Iterable<unknown>) => over(mapSignature(itself, [...items])),
    starmap: (argLists: Iterable<unknown>) => over(starmapSignature(itself, [...argLists])),
    chunks: (argLists: Iterable<unknown>, size: number) => over(chunksSignature(itself, [...argLists], size)),
  };
}

/** Makes the object of an error callback. */
export function makeErrback<A extends unknown[], N extends string, P extends unknown[]>(
  name: N,
  app: SignatureApp,
): Errback<A, N, P> {
  const call = (args: readonly unknown[], immutable: boolean): UntypedSignature =>
    new UntypedSignature({ ...composeCall(name, args, { immutable }, app).toJSON(), subtaskType: "errback" }, app);
  const s = (...own: A): UntypedSignature => call(own, false);
  // An error travels as what it is made of again.
  const si = (...all: P): UntypedSignature =>
    call(
      all.map((arg) => (arg instanceof Error ? failureOf(arg) : arg)),
      true,
    );
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- signatures of all kinds are of one class
  return Object.freeze({ name, s, si }) as unknown as Errback<A, N, P>;
}

// What follows from a task is sent with it as a canvas.
function hasLinks(options?: ApplyOptions): boolean {
  return Boolean(options?.link ?? options?.linkError);
}
