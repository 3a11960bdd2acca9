// What the compiler knows of signatures, and how it checks one step against the next. Types only. Every signature carries its
// four types in a property that no object has; inference reads nothing else.

import type { Args } from "../model/task-types.ts";

/** Key of the types of a signature. There is no such property at run time. */
export declare const types: unique symbol;

/** Input of a signature that ignores what comes in. */
export interface Immutable {
  readonly "ignores its input": true;
}

/** What a signature still takes: the missing parameters, or nothing at all. */
export type Input = unknown[] | Immutable;

/**
 * How a canvas ends: in one task, or in several, whose handle is a `GroupResult`. In a tuple: in a group whose only member ends so;
 * its value is that member's list, but what follows it gets a list of that one list.
 */
export type Exit = "one" | Exits;

/** How what ends in several tasks ends. */
export type Exits = "many" | readonly [Exits];

/** Anything with the types of a signature: value, missing parameters, keywords, exit. */
interface Typed<R = unknown, M = unknown, K = unknown, X = Exit> {
  readonly [types]: { readonly r: R; readonly m: M; readonly k: K; readonly x: X };
}

interface TypedGroup<R, X> extends Typed<R, unknown, unknown, X> {
  readonly type: "group";
}

interface TypedParts<R, X> extends Typed<R, unknown, unknown, X> {
  readonly type: "group" | "chunks";
}

/** Value of a signature. */
export type ResultOf<S> = S extends { readonly [types]: { readonly r: infer R } } ? R : never;

/** Parameters that are missing, or Immutable. */
export type MissingOf<S> = S extends { readonly [types]: { readonly m: infer M extends Input } } ? M : never;

/** Keywords it takes. */
export type KwargsOf<S> = S extends { readonly [types]: { readonly k: infer K } } ? K : never;

/** How it ends. */
export type ExitOf<S> = S extends { readonly [types]: { readonly x: infer X extends Exit } } ? X : never;

/** What follows a value `R` gets, from what ends as `X`. An exit that is not known counts as none of those in a tuple. */
export type Followed<R, X> = [X] extends [readonly [Exits]] ? [R] : R;

/** Arguments of a call that completes a signature. */
export type Completion<M extends Input, K> = M extends unknown[] ? Args<M, K> : [];

/** A type that nothing has: where a step does not fit, its text and its two types are what the user reads. */
interface Problem<Text extends string, Got = never, Wanted = never> {
  readonly problem: Text;
  readonly got: Got;
  readonly wanted: Wanted;
}

/** `N`, when it can follow a value of type `V`; else a problem. */
export type Fits<V, N> = 0 extends 1 & V
  ? N
  : [MissingOf<N>] extends [Immutable]
    ? N
    : [V] extends MissingOf<N>
      ? N
      : Misfit<V, MissingOf<N>>;

type Misfit<V, M> = M extends []
  ? Problem<"this signature has all its arguments; use .si(...) to ignore the result of the step before">
  : M extends [_?: infer First, ...rest: infer Rest]
    ? [V] extends [First]
      ? Problem<"after the result of the step before, arguments are still missing", V, Rest>
      : Problem<"the result of the step before does not fit the first missing parameter", V, First>
    : M extends (infer Each)[]
      ? Problem<"the result of the step before does not fit the first missing parameter", V, Each>
      : never;

/** The steps of a chain, each checked against the value before. Mapped, not recursive: of any length at flat cost. */
export type Steps<S extends readonly unknown[]> = {
  [I in keyof S]: I extends "0" ? S[I] : Fits<AfterStep<[null, ...S][I & keyof [null, ...S]]>, S[I]>;
};

type AfterStep<S> = Followed<Unrolled<S>, UnrolledExit<S>>;

/** Value of a step of a chain: a written group of one is its member. */
export type Unrolled<S> = S extends TypedGroup<readonly [infer R], "many"> ? R : ResultOf<S>;

/** How a step of a chain ends. */
export type UnrolledExit<S> =
  S extends TypedGroup<readonly [unknown], "many">
    ? "one"
    : S extends TypedGroup<unknown, readonly [infer X extends Exits]>
      ? X
      : ExitOf<S>;

/** Last of some steps. */
export type LastStep<S extends readonly unknown[]> = S extends readonly [...unknown[], infer L] ? L : S[number];

/** Values of a group with these members: groups among them are spliced, others fill a slot each. */
export type Values<S extends readonly unknown[]> = number extends S["length"]
  ? EachValue<S[number]>[]
  : S extends readonly [infer Only]
    ? OnlyValue<Only>
    : Spliced<S>;

// What a member fills in the group around it: a group its members' places, anything else one.
type Places<S> =
  S extends TypedParts<infer R, infer X>
    ? Followed<R, X> extends infer F extends readonly unknown[]
      ? F
      : unknown[]
    : [ResultOf<S>];

type EachValue<S> = Places<S>[number];

// The only member of a group gives its list, not a list of that list.
type OnlyValue<S> =
  ExitOf<S> extends Exits ? (ResultOf<S> extends infer R extends readonly unknown[] ? R : unknown[]) : [ResultOf<S>];

type Spliced<S extends readonly unknown[], Done extends unknown[] = []> = S extends readonly [infer H, ...infer T]
  ? Spliced<T, [...Done, ...Places<H>]>
  : Done;

/** How a group with these members ends. One group alone is that group. */
export type GroupExit<S extends readonly unknown[]> = S extends readonly [infer Only]
  ? ExitOf<Only> extends infer X extends Exits
    ? Only extends TypedParts<unknown, unknown>
      ? X
      : readonly [X]
    : "many"
  : "many";

// Functions of what each mutable member takes: to infer the parameter of their union is to intersect.
type Takers<S> = S extends { readonly [types]: { readonly m: infer M } }
  ? [M] extends [Immutable]
    ? never
    : (input: [M]) => void
  : never;

/** What all members of a group take together. */
export type GroupInput<S> = [Takers<S>] extends [never]
  ? Immutable
  : Takers<S> extends (input: infer I) => void
    ? I extends [unknown]
      ? Agreed<I[0]>
      : never
    : never;

type Agreed<M> = [M] extends [never]
  ? [conflict: Problem<"the members of this group do not take the same number of arguments">]
  : M extends Input
    ? M
    : never;

type KwTakers<S> = S extends { readonly [types]: { readonly m: infer M; readonly k: infer K } }
  ? [M] extends [Immutable]
    ? never
    : (keywords: [K]) => void
  : never;

/** Keywords that all members of a group take. */
export type GroupKw<S> = [KwTakers<S>] extends [never]
  ? never
  : KwTakers<S> extends (keywords: infer I) => void
    ? I extends [unknown]
      ? I[0]
      : never
    : never;

/** Values that a header hands to the body: one slot per member. */
export type HeaderValue<H> = H extends Typed
  ? Places<H>
  : H extends readonly unknown[]
    ? number extends H["length"]
      ? EachValue<H[number]>[]
      : Spliced<H>
    : EachValue<MemberOf<H>>[];

/** Any member of a header. */
export type MemberOf<H> = H extends Typed ? H : H extends Iterable<infer S> | AsyncIterable<infer S> ? S : never;
