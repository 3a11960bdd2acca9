// What a module of the user exports, and how errors speak of it.

import { isTroupe } from "@troupe/core";

/** Values by name. */
export type Exports = ReadonlyMap<string, unknown>;

/** What a module exports. A CommonJS module's exports are the members of its default. */
export function exportsOf(module: object): Exports {
  const own = Object.entries(module);
  const fallback: unknown = Reflect.get(module, "default");
  const isBag = typeof fallback === "object" && fallback !== null && !isTroupe(fallback);
  return new Map([...(isBag ? Object.entries(fallback) : []), ...own]);
}

/** The names, for an error. */
export function listed(exports: Exports): string {
  const names = [...exports.keys()];
  return names.length === 0 ? "no exports" : `exports ${names.join(", ")}`;
}

/** What something is that should be something else, for an error. */
export function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (typeof value === "object") return Array.isArray(value) ? "a list" : "an object";
  return `a ${typeof value}`;
}
