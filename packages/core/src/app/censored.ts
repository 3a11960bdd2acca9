// Settings without secrets: values whose name sounds like one are hidden, and URLs lose their user names and passwords.

import { inspect } from "node:util";
import { withoutCredentials } from "./broker-text.ts";

const SECRET = /api|token|key|secret|pass|signature|database|creds|credential|seed|user|auth/i;
const HIDDEN = "********";
const MAX_DEPTH = 5;

/**
 * A setting as plain data that can be shown.
 *
 * @param name - Name of the setting; decides whether the value is hidden.
 */
export function censored(name: string, value: unknown, depth: number = 0): unknown {
  if (value === null || value === undefined || typeof value === "number" || typeof value === "boolean") return value;
  if (SECRET.test(name)) return HIDDEN;
  if (typeof value === "string") return value.includes("//") ? withoutCredentials(value) : value;
  if (typeof value === "function") return `[${value.name || "function"}]`;
  if (typeof value !== "object") return inspect(value);
  return censoredObject(value, depth);
}

function censoredObject(value: object, depth: number): unknown {
  if (Array.isArray(value) && depth < MAX_DEPTH) return value.map((item: unknown) => censored("", item, depth + 1));
  const prototype: unknown = Object.getPrototypeOf(value);
  const isPlain = prototype === Object.prototype || prototype === null;
  if (!isPlain || depth >= MAX_DEPTH) return `[${value.constructor?.name || "object"}]`;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, censored(key, item, depth + 1)]));
}
