// What the compiler knows of a task: its parameters, split into positional ones and keywords, which of them a partial call leaves
// missing, and what arrives.

import type { Kw } from "./kw.ts";

type NotKeywords =
  | readonly unknown[]
  | ((...args: never[]) => unknown)
  | Date
  | ReadonlyMap<unknown, unknown>
  | ReadonlySet<unknown>
  | ArrayBufferView;

type LastOf<A extends unknown[]> = Required<A> extends [...unknown[], infer L] ? L : never;

/** Keywords of a task: the type of its last parameter when that is optional and an object; else never. */
export type KwOf<A extends unknown[]> = number extends A["length"]
  ? never
  : A extends [...unknown[], LastOf<A>]
    ? never
    : LastOf<A> extends NotKeywords
      ? never
      : LastOf<A> extends object
        ? LastOf<A>
        : never;

type DropLast<A extends unknown[]> = number extends A["length"]
  ? A
  : A extends [infer H, ...infer T]
    ? [H, ...DropLast<T>]
    : A extends [_?: infer H, ...rest: infer T]
      ? T extends []
        ? []
        : [_?: H, ...rest: DropLast<T>]
      : [];

/** Parameters of a task without its keywords. */
export type Positional<A extends unknown[]> = [KwOf<A>] extends [never] ? A : DropLast<A>;

/** Keywords as a call gives them: some, or none. */
type SomeOf<K> = Kw<K extends object ? Partial<K> : never>;

/** Keywords without `kw`; of a task whose parameters have names, which the types do not know, any. */
export type Keywords<K> = [K] extends [never] ? Readonly<Record<string, unknown>> : Partial<K>;

/** What a call takes: the positional arguments, then the keywords, marked by `kw`, where the task has some. */
export type Args<P extends unknown[], K> = [K] extends [never] ? P : [...args: P, kw?: SomeOf<K>];

/** Arguments of calls to a task with the parameters `A`. */
export type CallArgs<A extends unknown[]> = Args<Positional<A>, KwOf<A>>;

type Prefixes<T extends unknown[], Length> = T["length"] extends Length
  ? T | (T extends [...infer I, unknown] ? Prefixes<I, Length> : never)
  : never;

/** What parameters can stand for when optional ones are left out: `[x, y?]` is `[x] | [x, y]`. */
type Readings<P extends unknown[]> = Required<P> extends infer Q extends unknown[] ? Prefixes<Q, P["length"]> : never;

type Suffixes<T extends unknown[]> = T extends [unknown, ...infer R] ? T | Suffixes<R> : T;

// Positional arguments that a partial call may bind: the last ones of a reading, or none.
type BoundArgs<P extends unknown[]> = number extends P["length"] ? P : Suffixes<Readings<P>>;

type AndKw<B, K> = B extends unknown[] ? [...B, kw: SomeOf<K>] : never;

/**
 * Arguments that a partial call may bind, with keywords. In a union with a parameter's type variable it tells `kw` which keywords
 * there are: what is yet to be inferred does not.
 */
export type WithKw<P extends unknown[], K> = [K] extends [never] ? never : AndKw<BoundArgs<P>, K>;

/** Arguments that a partial call may bind. */
export type Bindable<P extends unknown[], K = never> = [] | BoundArgs<P> | WithKw<P, K>;

// Takes B off the end of T.
type Strip<T extends unknown[], B extends unknown[]> = B extends [...infer BI, infer BL]
  ? T extends [...infer TI, infer TL]
    ? [BL] extends [TL]
      ? Strip<TI, BI>
      : never
    : never
  : T;

type WithoutKw<B extends unknown[]> = B extends [...infer I, Kw<object>] ? I : B;

/** Parameters that are missing when `B` is bound. */
export type Missing<P extends unknown[], B extends unknown[]> = number extends P["length"]
  ? P
  : WithoutKw<B> extends []
    ? P
    : Strip<Readings<P>, WithoutKw<B>>;

/** What a task can be mapped over: its first parameter, if the others may be left out. */
export type MapItem<P extends unknown[]> = P extends [infer F, ...infer Rest]
  ? [] extends Rest
    ? F
    : NotOneArgument
  : P extends [_?: infer F, ...rest: unknown[]]
    ? F
    : NotOneArgument;

interface NotOneArgument {
  readonly problem: "map gives each call one argument; use starmap";
}

/** What arrives of a handler's return value: awaited, and null for nothing. */
export type Wire<R> = Awaited<R> extends infer V ? (V extends void | undefined ? null : V) : never;

/** Parameters of a handler. */
export type ArgsOf<F> = F extends (this: never, ...args: infer A) => unknown ? A : never;

/** Return type of a handler. */
export type ReturnOf<F> = F extends (this: never, ...args: never[]) => infer R ? R : never;
