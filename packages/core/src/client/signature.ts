// Signatures as users see them: a call not yet sent, typed by its value, the parameters that are missing, the keywords it takes and
// how it ends. At run time all of them are one class (`canvas/signature.ts`).

import type { Countdowns } from "../canvas/group.ts";
import type { SignatureType } from "../canvas/signature.ts";
import type { SignatureData, SignatureOptions } from "../canvas/signature-data.ts";
import type {
  Completion,
  Exit,
  ExitOf,
  Exits,
  Fits,
  Followed,
  Immutable,
  Input,
  ResultOf,
  types,
  Unrolled,
  UnrolledExit,
} from "../canvas/signature-types.ts";
import type { StampOptions, Stamps, StampVisitor } from "../canvas/stamp.ts";
import type { ApplyOptions } from "../model/apply-options.ts";
import type { FailedRequest } from "../model/flow.ts";
import type { Bindable, Keywords, Missing } from "../model/task-types.ts";
import type { AsyncResult, EagerResult, GroupResult } from "./async-result.ts";

/** A signature of any kind. */
// oxlint-disable-next-line typescript/no-explicit-any -- input and keywords are invariant: no other type is above them all
export type AnySignature = Signature<unknown, any, any, Exit>;

/** A task known by its name only: its parameters are not checked, and what arrives is the caller's word. */
// oxlint-disable-next-line typescript/no-explicit-any -- so its input is not known
export type NamedSignature<R> = Signature<R, any>;

/** A signature from plain data: of any kind. */
// oxlint-disable-next-line typescript/no-explicit-any -- so its input is not known
export type StoredSignature<R> = Signature<R, any, never, Exit>;

/** Handle of a signature's result: `GroupResult` where it ends in a group, else `AsyncResult`. */
type HandleOf<R, X extends Exit> = X extends "one" ? AsyncResult<R> : GroupResult<R>;

/** What signatures and error callbacks have in common. */
interface SignatureBase {
  /** Registered name of the task; `troupe.<kind>` of a canvas. */
  readonly task: string;
  readonly args: readonly unknown[];
  readonly kwargs: Readonly<Record<string, unknown>>;
  readonly options: Readonly<SignatureOptions>;
  /** What comes in is ignored. */
  readonly immutable: boolean;
  readonly type: SignatureType;
  /** Id that it will run under, once frozen or set; of a canvas, that of its exit. */
  readonly id: string | undefined;

  /** Fixes the id it will run under, and all ids within: the one it has, else `taskId`, else a new one. */
  freeze(taskId?: string): this & { readonly id: string };
  /** Whether the other says the same: by content, not by identity. */
  equals(other: SignatureBase): boolean;
  /** Labels it and all within; the labels travel with the tasks. `append`: collect them beside earlier ones of the same name. @default false */
  stamp(stamps: StampVisitor | Stamps, options?: StampOptions): this;
  /** Plain data: `signature(data)` makes an equal signature. */
  toJSON(): SerializedSignature;
  /** For people: `proj.tasks.add(4, 4) | mul(8)`. */
  toString(): string;
}

/** A signature as plain data. */
export type SerializedSignature = SignatureData;

/**
 * A call, not yet sent. Immutable: each method gives a new one.
 *
 * `R` is its value, `M` the parameters that are still missing, or `Immutable`; `K` the keywords it takes; `X` says how
 * it ends: not "one" where it ends in a group, so that its handle is a `GroupResult`.
 *
 * @see Celery `Signature`
 */
export interface Signature<out R, in out M extends Input = [], out K = never, out X extends Exit = "one">
  extends SignatureBase {
  readonly [types]: { readonly r: R; readonly m: M; readonly k: K; readonly x: X };

  /**
   * Sends it. What is missing is prepended to what is bound. Resolves when the broker has it durably.
   *
   * @throws as `Task.delay`.
   * @throws {InvalidCanvasError} it cannot be run: an empty chain, a chord without a body.
   */
  delay(...args: Completion<M, K>): Promise<HandleOf<R, X>>;
  /** As `delay`, with options, which win over its own. */
  applyAsync(args?: Readonly<Completion<M, K>>, options?: ApplyOptions): Promise<HandleOf<R, X>>;
  /** Runs it in this process, all of it, and gives a result that is decided. */
  apply(
    args?: Readonly<Completion<M, K>>,
    options?: ApplyOptions,
  ): Promise<X extends "one" ? EagerResult<R> : GroupResult<R>>;
  /** Value of a task that runs here and now, without message; a canvas is sent, and waited for. */
  call(...args: Completion<M, K>): Promise<R>;
  /** Sends it and waits for the value: `delay`, then `get`. */
  run(...args: Completion<M, K>): Promise<R>;

  /**
   * Followed by another, which gets the value of this one.
   *
   * @throws {TypeError} `next` is no signature.
   * @see Celery `|`
   */
  pipe<N extends AnySignature>(next: Fits<Followed<R, X>, N>): Signature<PipedValue<X, N>, M, K, PipedExit<X, N>>;
  /** Sends `callback` with the value when this succeeds. Linking the same twice links it once. */
  link<N extends AnySignature>(callback: Fits<R, N>): this;
  /** Sends `errback` when this fails: with the id of what failed, or, made by `app.errback`, with request, error and traceback. */
  linkError<N extends AnyErrback>(errback: N extends ErrbackSignature ? N : Fits<string, N>): this;
  /** With options changed. `immutable: true`: what comes in is ignored from now on. */
  set(options: SetOptions & { readonly immutable: true }): Signature<R, Immutable, never, X>;
  set(options: SetOptions & { readonly immutable?: false | undefined }): this;
  /** A copy with arguments prepended, keywords merged, options changed. */
  clone<const B extends unknown[] = []>(
    parts?: CloneParts<B & (M extends unknown[] ? Bindable<M> : []), K>,
  ): Signature<R, M extends unknown[] ? Missing<M, B> : M, K, X>;
  /** This and all callbacks and error callbacks linked to it and to them. */
  flattenLinks(): AnySignature[];
}

/** Options that a signature can be given. */
type SetOptions = Omit<ApplyOptions, "kwargs">;

/** Options of a call that takes the keywords `K`. */
export interface CallOptions<K> extends SetOptions {
  /** Keyword arguments. */
  readonly kwargs?: Keywords<K> | undefined;
}

/** What a copy changes. */
interface CloneParts<B, K> extends CallOptions<K> {
  readonly args?: B | undefined;
}

// A group of one that was written out is its member, but after a group it stays the list it is.
type PipedValue<X, N> = X extends "one" ? Unrolled<N> : ResultOf<N>;
type PipedExit<X, N> = X extends "one" ? UnrolledExit<N> : ExitOf<N>;

/** Calls that run side by side; its value is the list of theirs. */
export interface Group<
  out R extends readonly unknown[],
  in out M extends Input = [],
  out K = never,
  out X extends Exits = "many",
> extends Signature<R, M, K, X> {
  readonly type: "group";
  /** With members that start one after the other. */
  skew(skew: Countdowns): this;
  set(options: SetOptions & { readonly immutable: true }): Group<R, Immutable, never, X>;
  set(options: SetOptions & { readonly immutable?: false | undefined }): this;
  clone<const B extends unknown[] = []>(
    parts?: CloneParts<B & (M extends unknown[] ? Bindable<M> : []), K>,
  ): Group<R, M extends unknown[] ? Missing<M, B> : M, K, X>;
}

/** Calls of one task with the argument lists of a list, so many to a message. Its value is a list of lists. */
export interface Chunks<out R> extends Signature<R[][], Immutable, never, "many"> {
  readonly type: "chunks";
  /** The group that it is: a `starmap` per chunk. */
  group(): Group<R[][], Immutable>;
}

/** A chord that gets its body when it is called. */
export interface OpenChord<out H, in out M extends Input = [], out K = never> extends SignatureBase {
  readonly type: "chord";
  /** Sends it with this body, which gets the list of the header's values. */
  applyAsync<B extends AnySignature>(
    args: Readonly<Completion<M, K>>,
    options: ApplyOptions & { readonly body: Fits<H, B> },
  ): Promise<HandleOf<ResultOf<B>, ExitOf<B>>>;
}

/** What a chord takes as its header: several signatures, or one. */
export type Header = AnySignature | Iterable<AnySignature> | AsyncIterable<AnySignature>;

declare const errback: unique symbol;

/** A call of an error callback made by `app.errback`. */
export interface ErrbackSignature extends SignatureBase {
  readonly [errback]: true;
  /** With options changed. `immutable: true`: it gets its own arguments only, from the first parameter on. */
  set(options: SetOptions & { readonly immutable?: boolean | undefined }): this;
}

/** What can be called on failure: an error callback, or a signature that takes the failed task's id. */
export type AnyErrback = AnySignature | ErrbackSignature;

/** An error callback: gets request, error and traceback of what failed, then arguments of its own (`A`). `P`: all its parameters. */
export interface Errback<
  in out A extends unknown[] = [],
  out N extends string = string,
  P extends unknown[] = [FailedRequest, Error, string | null, ...A],
> {
  /** Registered name. */
  readonly name: N;
  /** The call with these arguments after the three. */
  s(...args: A): ErrbackSignature;
  /** The call as an immutable signature: with all its arguments, whatever failed. */
  si(...args: P): ErrbackSignature;
}

export type { ResultOf };
