// What the parts of a canvas come to: which of them do nothing, which end in a group, and whose members are whose.

import { InvalidCanvasError } from "../model/errors.ts";
import type { TaskStep } from "../model/flow.ts";
import { NO_KEYWORDS } from "../model/kw.ts";
import { bodyOf, isEmptyGroup, membersOf, stepsOf } from "./containers.ts";
import { asGroup } from "./group.ts";
import { LazyMembers } from "./lazy-members.ts";
import { isSignatureData, type SignatureData } from "./signature-data.ts";

/** A call of a task: what a signature that is no container comes down to. */
type StepCall = Pick<TaskStep, "name" | "args" | "kwargs" | "each" | "immutable">;

/** The call that a task, an error callback, a `map` or a `starmap` is. */
export function stepCallOf(data: SignatureData): StepCall {
  const { subtaskType, task: name, args, kwargs, immutable } = data;
  if (subtaskType !== "map" && subtaskType !== "starmap") return { name, args, kwargs, immutable, each: "once" };
  const { task, it } = kwargs;
  const each = subtaskType === "map" ? "item" : "tuple";
  if (isSignatureData(task)) return { name: task.task, args: [it], kwargs: NO_KEYWORDS, immutable: true, each };
  throw new InvalidCanvasError(`a ${subtaskType} has no task to call; write add.${subtaskType}(items)`);
}

/** Members of a group, with those of groups within in their place. */
export function splicedMembers(group: SignatureData): readonly SignatureData[] {
  return listedMembers(group).flatMap((member) => {
    const inner = asGroup(member);
    if (inner.subtaskType !== "group") return [member];
    if (!inner.options.link?.length) return splicedMembers(inner);
    throw new InvalidCanvasError(
      "a group in a group has a callback of its own, but its members become the outer group's; put it into a chain to keep it apart",
    );
  });
}

/** Members of a group as they are written. */
export function listedMembers(group: SignatureData): readonly SignatureData[] {
  const members = membersOf(group);
  return members instanceof LazyMembers ? members.list() : members;
}

/** Steps that do something: chains of nothing are left out, and empty groups at the end of it all, unless there is nothing else. */
export function runningSteps(chain: SignatureData, followed: boolean): readonly SignatureData[] {
  const steps = stepsOf(chain).filter((step) => contentOf(step) !== "nothing");
  let count = steps.length;
  if (!followed)
    while (count > 1 && steps.slice(count - 1, count).every((step) => contentOf(step) === "empty")) count--;
  return steps.slice(0, count);
}

/** Whether its value is that of a group. */
export function endsInGroup(data: SignatureData): boolean {
  switch (data.subtaskType) {
    case "group":
    case "chunks":
      return true;
    case "chain":
      return runningSteps(data, false).slice(-1).some(endsInGroup);
    case "chord": {
      const body = bodyOf(data);
      return body !== null && endsInGroup(body);
    }
    default:
      return false;
  }
}

// `nothing`: a chain without steps. `empty`: groups only that were written without members.
function contentOf(data: SignatureData): "nothing" | "empty" | "tasks" {
  if (data.subtaskType !== "chain") return isEmptyGroup(data) ? "empty" : "tasks";
  let content: "nothing" | "empty" = "nothing";
  for (const step of stepsOf(data)) {
    const held = contentOf(step);
    if (held === "tasks") return held;
    if (held === "empty") content = held;
  }
  return content;
}
