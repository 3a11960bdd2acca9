// Equality of signatures: by what they hold. The order of keys does not matter, and an option that is undefined is not there.

import { isPlainObject } from "../model/option-rules.ts";
import { hasSignatureBrand } from "../model/signature-brand.ts";
import type { SignatureData } from "./signature-data.ts";

/** Whether two signatures say the same. */
export function equals(one: SignatureData, other: SignatureData): boolean {
  return sameValue(one, other);
}

function sameValue(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (Array.isArray(one)) return Array.isArray(other) && sameItems(one, other);
  if (one instanceof Date) return other instanceof Date && Object.is(one.getTime(), other.getTime());
  if (one instanceof Uint8Array) return other instanceof Uint8Array && sameItems(one, other);
  return isRecord(one) && isRecord(other) && sameMembers(one, other);
}

function sameItems(one: ArrayLike<unknown>, other: ArrayLike<unknown>): boolean {
  if (one.length !== other.length) return false;
  for (let at = 0; at < one.length; at++) if (!sameValue(one[at], other[at])) return false;
  return true;
}

function sameMembers(one: Readonly<Record<string, unknown>>, other: Readonly<Record<string, unknown>>): boolean {
  const keys = keysOf(one);
  return (
    keys.length === keysOf(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && sameValue(one[key], other[key]))
  );
}

function keysOf(value: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.keys(value).filter((key) => value[key] !== undefined);
}

// Other objects, lazy members among them, are equal to themselves only.
function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return isPlainObject(value) || hasSignatureBrand(value);
}
