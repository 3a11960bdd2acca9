// Results by their ids, as plain data: what a task triggered, what a saved group consists of, a handle that a task returned.

import type { Flow } from "./flow.ts";

/** A task by its id, or a group. */
export type NodeRef = string | GroupRef;

/** A group of results. */
interface GroupRef {
  /** Id of the group. */
  readonly group: string;
  /** Exits of its members, in the written order. */
  readonly members: readonly HandleRef[];
  /** What is sent with the list of their values: a chord's body. */
  readonly next?: NodeRef;
}

/** A result with those before it: itself, then its parents, the nearest first. Alone when it has none. Flat, for chains are long. */
export type HandleRef = NodeRef | readonly [itself: NodeRef, ...parents: NodeRef[]];

/** Most ids that a record lists as children. */
export const MAX_CHILD_IDS = 1_000;

/** What a flow begins with, as a child of the task that it follows; null when it has no steps. */
export function childOf(flow: Flow): NodeRef | null {
  const firstTask = flow.findIndex(({ kind }) => kind === "task");
  return nodesOf(firstTask < 0 ? flow : flow.slice(0, firstTask + 1))[0] ?? null;
}

/** Each step of a flow: a task, or a group with what follows from it. */
export function nodesOf(flow: Flow): NodeRef[] {
  const nodes: NodeRef[] = [];
  for (const step of flow.toReversed()) {
    const next = nodes.at(-1);
    if (step.kind === "task") nodes.push(step.id);
    else nodes.push({ group: step.id, members: step.members.flatMap(exitOf), ...(next !== undefined && { next }) });
  }
  return nodes.reverse();
}

// What a member's handle is made for. Its earlier steps are left out: a group's children are the ends of its members.
function exitOf(flow: Flow): NodeRef[] {
  return nodesOf(flow.slice(-1));
}

/**
 * As many of the children, in order, as have `MAX_CHILD_IDS` ids together. A group is kept whole or not at all: a part of one
 * would look like another group.
 */
export function boundedChildren(children: readonly NodeRef[]): readonly NodeRef[] {
  let left = MAX_CHILD_IDS;
  return children.filter((child) => {
    const size = sizeOf(child, left);
    if (size > left) return false;
    left -= size;
    return true;
  });
}

// Counts no further than is of interest.
function sizeOf(ref: HandleRef, most: number): number {
  if (typeof ref === "string") return 1;
  const parts = "group" in ref ? [...ref.members.slice(0, most + 1), ...(ref.next ? [ref.next] : [])] : ref;
  let size = "group" in ref ? 1 : 0;
  for (const part of parts) {
    if (size > most) break;
    size += sizeOf(part, most);
  }
  return size;
}
