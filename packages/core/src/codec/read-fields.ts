// Typed reading of a decoded envelope. A field is read as what it must be, or the whole message is refused with the field's name.

import { InvalidMessageError } from "../model/errors.ts";
import { shown } from "../model/names.ts";
import { isPlainObject } from "../model/option-rules.ts";

/** A decoded envelope: own properties only, of any type. */
export type Fields = Readonly<Record<string, unknown>>;

/** @throws {InvalidMessageError} the value is not an object with fields. */
export function fieldsOf(value: unknown): Fields {
  if (isPlainObject(value)) return value;
  throw new InvalidMessageError(`the message is ${shown(value)}, not an object with fields`);
}

/** The field, or undefined when it is absent or null. Inherited properties do not count. */
export function field(fields: Fields, name: string): unknown {
  return Object.hasOwn(fields, name) ? (fields[name] ?? undefined) : undefined;
}

export function textField(fields: Fields, name: string, maxLength: number): string | null {
  const value = field(fields, name);
  if (value === undefined) return null;
  if (typeof value === "string" && value.length <= maxLength) return value;
  throw wrong(name, value, `a string of at most ${maxLength} characters`);
}

/** A text of its own kind: `is` decides. */
export function namedField(fields: Fields, name: string, is: (value: unknown) => value is string): string {
  const value = field(fields, name);
  if (is(value)) return value;
  throw wrong(name, value, `a valid ${name}`);
}

export function integerField(fields: Fields, name: string, max: number): number {
  const value = field(fields, name) ?? 0;
  if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= max) return value;
  throw wrong(name, value, `an integer from 0 to ${max}`);
}

export function timeField(fields: Fields, name: string): number | null {
  const value = field(fields, name);
  if (value === undefined) return null;
  if (typeof value === "number" && value >= 0 && value <= MAX_DATE_MS) return value;
  throw wrong(name, value, "milliseconds since the epoch");
}

export function flagField(fields: Fields, name: string): boolean {
  const value = field(fields, name) ?? false;
  if (typeof value === "boolean") return value;
  throw wrong(name, value, "true or false");
}

export function listField(fields: Fields, name: string): readonly unknown[] {
  const value = field(fields, name) ?? [];
  if (Array.isArray(value)) return value;
  throw wrong(name, value, "a list");
}

export function mapField(fields: Fields, name: string): Fields {
  const value = field(fields, name);
  if (value === undefined) return EMPTY;
  if (isPlainObject(value)) return value;
  throw wrong(name, value, "an object");
}

const MAX_DATE_MS = 8_640_000_000_000_000;
const EMPTY: Fields = Object.freeze({});

/** The error of a field that is not what it must be. */
export function wrong(name: string, value: unknown, wanted: string): InvalidMessageError {
  return new InvalidMessageError(`field "${name}" of the message is ${shown(value)}, not ${wanted}`);
}
