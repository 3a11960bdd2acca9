// Walks JSON bytes once, before they are parsed, and refuses nesting and counts beyond the limits: JSON.parse would take
// them, and what handles the value afterwards would not.

import { SerializationError } from "../model/errors.ts";
import { MAX_DEPTH_READ, MAX_ELEMENTS_READ } from "./value-limits.ts";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;

/** @throws {SerializationError} nested too deep, or too many elements. */
export function scanJson(bytes: Uint8Array): void {
  let depth = 0;
  let elements = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) at = endOfString(bytes, at);
    else if (byte === 0x5b || byte === 0x7b) depth = deeper(depth);
    else if (byte === 0x5d || byte === 0x7d) depth--;
    else if (byte === COMMA && ++elements > MAX_ELEMENTS_READ) {
      throw new SerializationError(
        `the message is not acceptable JSON: it has more than ${MAX_ELEMENTS_READ} elements`,
      );
    }
  }
}

function deeper(depth: number): number {
  if (depth < MAX_DEPTH_READ) return depth + 1;
  throw new SerializationError(`the message is not acceptable JSON: it is nested deeper than ${MAX_DEPTH_READ} levels`);
}

function endOfString(bytes: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at;
}
