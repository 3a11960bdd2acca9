// Values as text: what a task returned, what a worker replied.

import { lines, safeJson } from "./plain-text.ts";

/** A value as JSON. Bytes become base64, bigints strings, dates ISO strings; `undefined` is null. */
export function jsonText(value: unknown, indent: number = 0): string {
  return safeJson(JSON.stringify(value ?? null, plain, indent));
}

/** A value for people: a string as it is, everything else as JSON over several lines. */
export function valueText(value: unknown): string {
  if (typeof value === "string") return lines(value);
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return base64(value);
  return jsonText(value, 2);
}

// As a method, for `value` is what toJSON made of it: a Buffer's list of numbers.
function plain(this: unknown, key: string, value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  const original: unknown = typeof this === "object" && this !== null ? Reflect.get(this, key) : value;
  return original instanceof Uint8Array ? base64(original) : value;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}
