// The functions that compose signatures, typed. A wrong composition is one compile error, on the wrong step.

import { composeChain, composeChord, composeGroup } from "../canvas/compose.ts";
import { isSignatureObject } from "../canvas/operand.ts";
import type {
  ExitOf,
  Fits,
  GroupExit,
  GroupInput,
  GroupKw,
  HeaderValue,
  KwargsOf,
  LastStep,
  MemberOf,
  MissingOf,
  ResultOf,
  Steps,
  Unrolled,
  UnrolledExit,
  Values,
} from "../canvas/signature-types.ts";
import type { AnySignature, Group, Header, OpenChord, Signature } from "./signature.ts";

/** The chain of some steps. Of a list whose steps are not known one by one, the input is not checked. */
type ChainOf<S extends readonly unknown[]> = number extends S["length"]
  ? // oxlint-disable-next-line typescript/no-explicit-any -- which of the steps is the first is not known
    Signature<Unrolled<S[number]>, any, never, UnrolledExit<S[number]>>
  : Signature<Unrolled<LastStep<S>>, MissingOf<S[0]>, KwargsOf<S[0]>, UnrolledExit<LastStep<S>>>;

type GroupOf<S extends readonly unknown[]> = Group<Values<S>, GroupInput<S[number]>, GroupKw<S[number]>, GroupExit<S>>;

type ChordOf<H, B> = Signature<ResultOf<B>, GroupInput<MemberOf<H>>, GroupKw<MemberOf<H>>, ExitOf<B>>;

type OpenChordOf<H> = OpenChord<HeaderValue<H>, GroupInput<MemberOf<H>>, GroupKw<MemberOf<H>>>;

// Of no fixed length, or it would be a list that is checked step by step.
type Generated<S> = Iterable<S> & { readonly length?: never };

/**
 * Calls one after the other: each step gets the value of the one before. Its value is that of the last.
 *
 * A group of one that is written out as a step is its member.
 *
 * @throws {TypeError} a step is no signature.
 * @see Celery `chain`
 */
export function chain<S extends readonly [AnySignature, ...AnySignature[]]>(...steps: Steps<S>): ChainOf<S>;
export function chain<const S extends readonly AnySignature[]>(
  steps: number extends S["length"] ? S : Steps<S>,
): ChainOf<S>;
export function chain<S extends AnySignature>(steps: Generated<S>): ChainOf<readonly S[]>;
export function chain(...steps: readonly unknown[]): unknown {
  return composeChain(steps);
}

/**
 * Calls side by side. Its value is the list of theirs, as they are written; groups among them are spliced.
 *
 * @param members - Signatures, or one iterable of them. What a generator produces is sent as it is produced.
 * @throws {TypeError} a member is no signature.
 * @see Celery `group`
 */
export function group<S extends readonly AnySignature[]>(...members: S): GroupOf<S>;
export function group<const S extends readonly AnySignature[]>(members: S): GroupOf<S>;
export function group<S extends AnySignature>(members: Iterable<S> | AsyncIterable<S>): GroupOf<readonly S[]>;
export function group(...members: readonly unknown[]): unknown {
  return composeGroup(members);
}

/**
 * Calls side by side, and one that gets the list of their values when all of them have succeeded.
 *
 * @param header - A group, a list, any iterable of signatures, or one signature.
 * @param body - Left out: it is given when the chord is called, as the option `body`.
 * @throws {TypeError} a part is no signature.
 * @see Celery `chord`
 */
export function chord<const H extends Header, B extends AnySignature>(
  header: H,
  body: Fits<HeaderValue<H>, B>,
): ChordOf<H, B>;
export function chord<const H extends Header>(header: H): OpenChordOf<H>;
export function chord(header: unknown, body?: unknown): unknown {
  return composeChord(header, body);
}

/** What can be called in chunks: a task. */
interface Chunkable<I, C> {
  chunks(argLists: I, size: number): C;
}

/**
 * Calls of one task with the argument lists of a list, `size` of them to a message: `task.chunks(argLists, size)`.
 *
 * @see Celery `chunks`
 */
export function chunks<I, C>(task: Chunkable<I, C>, argLists: NoInfer<I>, size: number): C {
  return task.chunks(argLists, size);
}

/** Whether a value is a signature, of this copy of the package or of another. Its plain data is not. */
export function isSignature(value: unknown): value is AnySignature {
  return isSignatureObject(value);
}
