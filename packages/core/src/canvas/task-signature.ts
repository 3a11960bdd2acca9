// Signatures of one task: a call, an error callback, and calls over a list.

import { InvalidArgumentError } from "../model/errors.ts";
import { checkTaskName, shown } from "../model/names.ts";
import { container } from "./containers.ts";
import { type SetOptions, withOptions } from "./link.ts";
import { ownCopy } from "./own-copy.ts";
import type { SignatureData } from "./signature-data.ts";

/**
 * The call of a task.
 *
 * @throws {InvalidArgumentError} the name is not allowed.
 */
export function taskSignature(
  name: string,
  args: readonly unknown[] = [],
  kwargs: Readonly<Record<string, unknown>> = {},
  options: SetOptions = {},
): SignatureData {
  const plain: SignatureData = {
    task: checkTaskName(name),
    args: [...args],
    kwargs: { ...kwargs },
    options: {},
    subtaskType: "",
    immutable: false,
  };
  return withOptions(plain, options);
}

/** The call of an error callback that gets request, error and traceback before its own arguments. Else as `taskSignature`. */
export function errbackSignature(...call: Parameters<typeof taskSignature>): SignatureData {
  return { ...taskSignature(...call), subtaskType: "errback" };
}

/** One task that calls `task` with each item. Ignores what comes in. */
export function mapSignature(task: SignatureData, items: readonly unknown[]): SignatureData {
  return { ...container("map", { task, it: listOf(items) }), immutable: true };
}

/** One task that calls `task` with each list of arguments. Ignores what comes in. */
export function starmapSignature(task: SignatureData, argLists: readonly unknown[]): SignatureData {
  return { ...container("starmap", { task, it: listOf(argLists) }), immutable: true };
}

/**
 * A group of starmaps over `n` lists of arguments each; the last may have fewer. Ignores what comes in.
 *
 * @throws {InvalidArgumentError} `n` is not an integer from 1.
 */
export function chunksSignature(task: SignatureData, argLists: readonly unknown[], n: number): SignatureData {
  if (!Number.isInteger(n) || n < 1)
    throw new InvalidArgumentError(`chunks of ${shown(n)} items cannot be made; give an integer from 1`);
  return { ...container("chunks", { task, it: listOf(argLists), n }), immutable: true };
}

function listOf(items: unknown): readonly unknown[] {
  if (Array.isArray(items)) return items.map(ownCopy);
  throw new InvalidArgumentError(`the items ${shown(items)} are no list; give an array`);
}
