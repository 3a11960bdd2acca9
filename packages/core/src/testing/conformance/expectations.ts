// What several of the conformance tests say: bytes, errors by code, and names that try to break out.

import { strict as assert } from "node:assert";
import type { ErrorCode } from "../../model/errors.ts";

/** Names that mean something to some broker, or look alike. All are different, and must stay so. */
export const HOSTILE_NAMES: readonly string[] = [
  ..."a A b a.b a.b.c x.y a* * > a.> a.* a/b a\\b a_b a-b a=b $JS %61 @".split(" "),
  "a b",
  "ä",
  "名前",
];

/** Codes of operations that are tried without a connection. */
export const NOT_CONNECTED: readonly ErrorCode[] = ["TROUPE_BROKER_UNREACHABLE", "TROUPE_CLOSED"];

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function textOf(bytes: Uint8Array | null | undefined): string | null {
  return bytes === null || bytes === undefined ? null : new TextDecoder().decode(bytes);
}

/** Bytes of every value, different for every length. */
export function patternOf(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 31 + (index >> 8) + length) & 0xff);
}

export function assertSameBytes(actual: Uint8Array | null, expected: Uint8Array, what: string): void {
  assert.ok(actual !== null, `${what} is missing`);
  assert.equal(actual.byteLength, expected.byteLength, `${what} has another length`);
  assert.ok(Buffer.compare(actual, expected) === 0, `${what} has other bytes`);
}

/** The error of an operation, which must have one of the codes. */
export async function assertRejects(
  operation: Promise<unknown>,
  codes: readonly ErrorCode[],
  what: string,
): Promise<Error> {
  const outcome = await operation.then(
    (value) => ({ error: null, value }),
    (error: unknown) => ({ error, value: null }),
  );
  assert.ok(outcome.error instanceof Error, `${what} should reject with ${codes.join(" or ")}, but it resolved`);
  const code = "code" in outcome.error ? String(outcome.error.code) : "none";
  assert.ok(
    codes.some((allowed) => allowed === code),
    `${what} should reject with ${codes.join(" or ")}, not with ${code}: ${outcome.error.message}`,
  );
  return outcome.error;
}
