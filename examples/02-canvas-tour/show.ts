// How the tour prints: the code after ">", and below it what that gives, as the prompt of `prompt.ts` does.

import { inspect } from "node:util";
import { AsyncResult, DependencyGraph, GroupResult, isSignature } from "@troupe/core";

/** Begins a chapter or a section. */
export function heading(text: string): void {
  console.log(`\n# ${text}\n`);
}

/**
 * Prints code and what it gave; gives that on. A comment at its end is printed before it: the prompt takes none after `await`.
 */
export function show<T>(text: string, value: T): T {
  const [code, comment] = text.split(" // ");
  if (comment !== undefined) console.log(`// ${comment}`);
  console.log(`> ${code}`);
  if (value !== undefined) console.log(shown(value));
  return value;
}

/** As `show`, for code that fails. */
export async function showError(text: string, failing: Promise<unknown>): Promise<void> {
  show(text, await failing.catch((error: unknown) => error));
}

function idsOf(group: GroupResult<unknown>): string {
  return group.length > 10 ? `${group.length} results` : [...group].map(({ id }) => id).join(", ");
}

/** A value as people read it. */
export function shown(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return `[${value.map(shown).join(", ")}]`;
  if (value instanceof GroupResult) return `<GroupResult: ${value.id} [${idsOf(value)}]>`;
  if (value instanceof AsyncResult) return `<AsyncResult: ${value.id}>`;
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (isSignature(value) || value instanceof DependencyGraph) return String(value);
  return inspect(value, { breakLength: Number.POSITIVE_INFINITY });
}
