// Groups: calls that run side by side.

import { type Duration, durationMs } from "../model/duration.ts";
import { InvalidCanvasError } from "../model/errors.ts";
import { groupData, mapMembers, membersOf, withMembers } from "./containers.ts";
import { LazyMembers } from "./lazy-members.ts";
import { withOptions } from "./link.ts";
import { placed } from "./place-options.ts";
import { isSignatureData, type SignatureData } from "./signature-data.ts";
import { starmapSignature } from "./task-signature.ts";

/** Countdowns of the members of a group. */
export interface Countdowns {
  /** Of the first. @default 1 s */
  readonly start?: Duration | undefined;
  /** Longest: members that reach it share it. @default none */
  readonly stop?: Duration | undefined;
  /** From one to the next. @default 1 s */
  readonly step?: Duration | undefined;
}

/** A group. One group alone is that group. Groups within stay members: only their values are spliced. */
export function groupOf(members: readonly SignatureData[] | LazyMembers): SignatureData {
  if (members instanceof LazyMembers) return groupData(members);
  const [only] = members;
  return members.length === 1 && only?.subtaskType === "group" ? only : groupData([...members]);
}

/**
 * A group, or chunks, whose members start one after the other.
 *
 * @throws {InvalidArgumentError} a countdown is no duration.
 * @see Celery `group.skew`
 */
export function skewed(group: SignatureData, { start = "1s", stop, step = "1s" }: Countdowns = {}): SignatureData {
  const startMs = durationMs(start, "start of skew");
  const stepMs = durationMs(step, "step of skew");
  const stopMs = stop === undefined ? Number.POSITIVE_INFINITY : durationMs(stop, "stop of skew");
  const parts = asGroup(group);
  const members = mapMembers(membersOf(parts), (member, index) =>
    placed(member, { countdown: Math.min(startMs + index * stepMs, stopMs) }),
  );
  return withMembers(parts, members);
}

/** The group that chunks are: a starmap per chunk. */
export function chunksAsGroup(chunks: SignatureData): SignatureData {
  const { task, it, n } = chunks.kwargs;
  if (!isSignatureData(task) || !Array.isArray(it) || typeof n !== "number" || !(n >= 1))
    throw new InvalidCanvasError(
      "chunks need a task, a list of items and how many make a chunk; write add.chunks(items, 10)",
    );
  const members = Array.from({ length: Math.ceil(it.length / n) }, (_, at) =>
    starmapSignature(task, it.slice(at * n, (at + 1) * n)),
  );
  return withOptions(groupData(members, { computed: true }), chunks.options);
}

/** Chunks as the group that they are; anything else as it is. */
export function asGroup(data: SignatureData): SignatureData {
  return data.subtaskType === "chunks" ? chunksAsGroup(data) : data;
}
