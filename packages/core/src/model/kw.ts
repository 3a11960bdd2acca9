// Keyword arguments. JavaScript has none, so a task takes them as one trailing object and a call marks that object with `kw`.

import { InvalidArgumentError } from "./errors.ts";
import { shown } from "./names.ts";
import { isPlainObject } from "./option-rules.ts";

const kwBrand: unique symbol = Symbol.for("troupe.kw");

/** Keyword arguments of a call, made by `kw`. */
export interface Kw<out K extends object> {
  readonly [kwBrand]: K;
}

/**
 * Marks an object as the keyword arguments of a call: `add.delay(2, 2, kw({ debug: true }))`.
 * A plain object is an ordinary positional argument.
 *
 * @throws {InvalidArgumentError} not a plain object.
 */
export function kw<K extends object>(values: NoInfer<K>): Kw<K> {
  if (!isPlainObject(values))
    throw new InvalidArgumentError(`kw takes a plain object such as { debug: true }, not ${shown(values)}`);
  return { [kwBrand]: values };
}

function isKw(value: unknown): value is Kw<Readonly<Record<string, unknown>>> {
  return typeof value === "object" && value !== null && kwBrand in value;
}

/** Splits the arguments of a call into positional ones and the keywords of a trailing `kw`. */
export function splitArguments(args: readonly unknown[]): {
  readonly args: readonly unknown[];
  readonly kwargs: Readonly<Record<string, unknown>>;
} {
  const last = args.at(-1);
  if (isKw(last)) return { args: args.slice(0, -1), kwargs: last[kwBrand] };
  return { args, kwargs: NO_KEYWORDS };
}

/** The one empty keywords object. */
export const NO_KEYWORDS: Readonly<Record<string, never>> = Object.freeze({});
