// What the compiler knows of a task: its parameters, split into positional ones and keywords, and what arrives.

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
type KwOf<A extends unknown[]> = number extends A["length"]
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

/** What a call takes: the positional arguments, then the keywords, marked by `kw`, where the task has some. */
type Args<P extends unknown[], K> = [K] extends [never] ? P : [...args: P, kw?: Kw<Partial<K> & object>];

/** Arguments of calls to a task with the parameters `A`. */
export type CallArgs<A extends unknown[]> = Args<Positional<A>, KwOf<A>>;

/** What arrives of a handler's return value: awaited, and null for nothing. */
export type Wire<R> = Awaited<R> extends infer V ? (V extends void | undefined ? null : V) : never;

/** Parameters of a handler. */
export type ArgsOf<F> = F extends (this: never, ...args: infer A) => unknown ? A : never;

/** Return type of a handler. */
export type ReturnOf<F> = F extends (this: never, ...args: never[]) => infer R ? R : never;
