// A signature as plain data: what a call will be, not yet sent. It is JSON, travels as an argument, and is never changed.

import type { ApplyOptions } from "../model/apply-options.ts";

/** Kind of a signature. An `errback` is a task that gets request, error and traceback when it is linked to an error. */
export type SignatureKind = "" | "errback" | "chain" | "group" | "chord" | "map" | "starmap" | "chunks";

/** Options of a signature: those of the call, and what the canvas adds. */
export interface SignatureOptions extends Omit<ApplyOptions, "link" | "linkError" | "kwargs"> {
  readonly link?: readonly SignatureData[] | undefined;
  readonly linkError?: readonly SignatureData[] | undefined;
  /** Group that it is a member of, fixed by `freeze`. */
  readonly groupId?: string | undefined;
  readonly groupIndex?: number | undefined;
  /** Names of the options that are stamps. */
  readonly stampedHeaders?: readonly string[] | undefined;
  /** Stamps, by their own names. */
  readonly [stamp: string]: unknown;
}

/**
 * A signature. What containers hold is in `kwargs`: `tasks` of a chain or group, `header` and `body` of a chord, `task` and `it`
 * of map, starmap and chunks (and `n`). A header is
 * a list, or a group where it has an id or links.
 *
 * Options stand where they act, on the tasks. Containers have only these: their id (`taskId`; of a chain or chord, a copy of its
 * exit's), the `link` of a group, and what a chord keeps for the body that it has not got yet.
 */
export interface SignatureData {
  /** Registered name of the task; `troupe.<kind>` of a container. */
  readonly task: string;
  readonly args: readonly unknown[];
  readonly kwargs: Readonly<Record<string, unknown>>;
  readonly options: SignatureOptions;
  readonly subtaskType: SignatureKind;
  /** What comes in is ignored. */
  readonly immutable: boolean;
}

/** Whether a part of a signature is itself one. Parts are checked when they come in, so this tells them from lists only. */
export function isSignatureData(part: unknown): part is SignatureData {
  return typeof part === "object" && part !== null && "subtaskType" in part;
}
