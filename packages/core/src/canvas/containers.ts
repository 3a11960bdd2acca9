// Chains, groups and chords as data: how they are made, and what they hold.

import { InvalidCanvasError } from "../model/errors.ts";
import { NO_KEYWORDS } from "../model/kw.ts";
import { LazyMembers, type MemberChange } from "./lazy-members.ts";
import { isSignatureData, type SignatureData, type SignatureKind } from "./signature-data.ts";

/** Members of a group or header. */
export type Members = readonly SignatureData[] | LazyMembers;

/** What `kwargs` of a chain may say besides its steps. */
export interface ChainMarks {
  /** It ended in an empty group, which was dropped: a step that follows gets an empty list, not the value before. */
  readonly emptyEnd?: boolean;
}

/** What `kwargs` of a group may say besides its members. */
export interface GroupMarks {
  /** How many members it has was computed: it is not unrolled or dropped, so that the shape of a canvas does not depend on data. */
  readonly computed?: boolean;
}

export function chainData(tasks: readonly SignatureData[], { emptyEnd = false }: ChainMarks = {}): SignatureData {
  return container("chain", { tasks, ...(emptyEnd && { emptyEnd }) });
}

export function groupData(tasks: Members, { computed = false }: GroupMarks = {}): SignatureData {
  return container("group", { tasks, ...(computed && { computed }) });
}

/** A chord. Its header is given as a group; its body is null when it has none yet. */
export function chordData(header: SignatureData, body: SignatureData | null): SignatureData {
  return container("chord", { header: headerPart(header), ...(body && { body: closed(body) }) });
}

/** A signature whose parts are in `kwargs`. */
export function container(subtaskType: SignatureKind, kwargs: Readonly<Record<string, unknown>>): SignatureData {
  return { task: `troupe.${subtaskType}`, args: [], kwargs, options: NO_KEYWORDS, subtaskType, immutable: false };
}

/** Steps of a chain. */
export function stepsOf(chain: SignatureData): readonly SignatureData[] {
  const { tasks } = chain.kwargs;
  if (Array.isArray(tasks) && tasks.every(isSignatureData)) return tasks;
  throw malformed(chain, "kwargs.tasks, a list of signatures");
}

/** Members of a group. */
export function membersOf(group: SignatureData): Members {
  return membersIn(group, "tasks");
}

/** Header of a chord, as a group. */
export function headerOf(chord: SignatureData): SignatureData {
  const { header } = chord.kwargs;
  return isSignatureData(header) ? header : groupData(membersIn(chord, "header"));
}

/** Body of a chord; null when it has none yet. */
export function bodyOf(chord: SignatureData): SignatureData | null {
  const { body } = chord.kwargs;
  return isSignatureData(body) ? body : null;
}

/** Members, each changed: lazy ones when they are produced. */
export function mapMembers(members: Members, change: MemberChange): Members {
  return members instanceof LazyMembers ? members.map(change) : members.map((member, index) => change(member, index));
}

export function withSteps(chain: SignatureData, tasks: readonly SignatureData[]): SignatureData {
  return { ...chain, kwargs: { ...chain.kwargs, tasks } };
}

export function withMembers(group: SignatureData, tasks: Members): SignatureData {
  return { ...group, kwargs: { ...group.kwargs, tasks } };
}

export function withHeader(chord: SignatureData, header: SignatureData): SignatureData {
  return { ...chord, kwargs: { ...chord.kwargs, header: headerPart(header) } };
}

export function withBody(chord: SignatureData, body: SignatureData): SignatureData {
  return { ...chord, kwargs: { ...chord.kwargs, body: closed(body) } };
}

/** With its first or last step changed. An empty chain stays as it is. */
export function withStep(chain: SignatureData, at: "first" | "last", change: MemberChange): SignatureData {
  const steps = stepsOf(chain);
  const place = at === "first" ? 0 : steps.length - 1;
  const step = steps[place];
  return step ? withSteps(chain, steps.with(place, change(step, place))) : chain;
}

/** Whether a chain ended in an empty group. */
export function hasEmptyEnd(data: SignatureData): boolean {
  return data.subtaskType === "chain" && data.kwargs["emptyEnd"] === true;
}

/** Whether it is a group that was written out, with nothing in it. */
export function isEmptyGroup(data: SignatureData): boolean {
  const members = writtenMembers(data);
  return members?.every(isEmptyGroup) ?? false;
}

/** Members of a group that was written out; null of anything else. */
export function writtenMembers(data: SignatureData): readonly SignatureData[] | null {
  if (data.subtaskType !== "group" || data.kwargs["computed"] === true) return null;
  const members = membersOf(data);
  return members instanceof LazyMembers ? null : members;
}

// What follows a chord follows the value of its body: that this ended in an empty group says nothing any more.
function closed(body: SignatureData): SignatureData {
  const { emptyEnd, ...kwargs } = body.kwargs;
  return body.subtaskType === "chain" && emptyEnd === true ? { ...body, kwargs } : body;
}

// As written: a list, unless the group says more than that.
function headerPart(header: SignatureData): Members | SignatureData {
  return Object.keys(header.options).length > 0 ? header : membersOf(header);
}

function membersIn(data: SignatureData, part: "tasks" | "header"): Members {
  const members = data.kwargs[part];
  if (members instanceof LazyMembers) return members;
  if (Array.isArray(members) && members.every(isSignatureData)) return members;
  throw malformed(data, `kwargs.${part}, a list of signatures`);
}

function malformed(data: SignatureData, wants: string): InvalidCanvasError {
  return new InvalidCanvasError(`a ${data.subtaskType} needs ${wants}; give data that toJSON() made`);
}
