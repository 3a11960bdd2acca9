// The form of a canvas as a short text, and its value by the meaning of its parts.

import { bodyOf, headerOf, membersOf, stepsOf } from "../../src/canvas/containers.ts";
import { LazyMembers } from "../../src/canvas/lazy-members.ts";
import type { SignatureData } from "../../src/canvas/signature-data.ts";

/** `a` a task, `C[…]` a chain, `G[…]` a group, `CH(header; body)` a chord. */
export function form(data: SignatureData): string {
  if (data.subtaskType === "chain") return `C[${stepsOf(data).map(form).join(", ")}]`;
  if (data.subtaskType === "group") return `G[${listOf(data).map(form).join(", ")}]`;
  const body = data.subtaskType === "chord" && bodyOf(data);
  return body ? `CH(${listOf(headerOf(data)).map(form).join(", ")}; ${form(body)})` : data.task;
}

/** Value for an input, where the task `a` gives `["a", input, ...args]`. Groups within groups are spliced. */
export function valueOf(data: SignatureData, input: unknown): unknown {
  const { subtaskType, immutable, task, args } = data;
  if (subtaskType === "chain") return stepsOf(data).reduce((value: unknown, step) => valueOf(step, value), input);
  if (subtaskType === "group") return valuesOf(data, input);
  const body = subtaskType === "chord" && bodyOf(data);
  if (body) return valueOf(body, valuesOf(headerOf(data), input));
  return [task, ...(immutable ? [] : [input]), ...args];
}

/** Names of all tasks in it, in the order they are written. */
export function tasksIn(data: SignatureData): string[] {
  return form(data).match(/[a-z]\w*/g) ?? [];
}

/** Members of a group, which have to be written. */
export function listOf(group: SignatureData): readonly SignatureData[] {
  const members = membersOf(group);
  return members instanceof LazyMembers ? members.list() : members;
}

function valuesOf(group: SignatureData, input: unknown): readonly unknown[] {
  return listOf(group).flatMap((member) =>
    member.subtaskType === "group" ? valuesOf(member, input) : [valueOf(member, input)],
  );
}
