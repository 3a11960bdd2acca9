// Priorities of steps that have none of their own: that of the step they follow from, where that is wanted, else the default one.
// They are fixed with the canvas, like its ids: a step that is sent again goes where it went before.

import type { Errback, Flow, GroupStep, Step, TaskStep } from "../model/flow.ts";

/** What a canvas's steps get that have no priority. */
export interface PriorityRule {
  /** Whether they get that of the step before. */
  readonly inherits: boolean;
  /** Priority of the task that the canvas follows from, or null. */
  readonly parent: number | null;
  readonly otherwise: number | null;
}

/**
 * The flow with priorities. What follows from a task is each next step, its callbacks and errbacks; members of a group, and what
 * follows them all, get that of the step before the group.
 */
export function withPriorities(flow: Flow, rule: PriorityRule): Flow {
  if (!rule.inherits && rule.otherwise === null) return flow;
  let { parent } = rule;
  return flow.map((step): Step => {
    if (step.kind === "group") return ofGroup(step, { ...rule, parent });
    const own = step.options.priority ?? (rule.inherits ? parent : null) ?? rule.otherwise;
    if (rule.inherits) parent = own;
    return ofTask(step, own, { ...rule, parent });
  });
}

function ofTask(step: TaskStep, priority: number | null, rule: PriorityRule): TaskStep {
  const options = priority === null ? step.options : { ...step.options, priority };
  return { ...step, options, ...followed(step, rule) };
}

function ofGroup(group: GroupStep, rule: PriorityRule): GroupStep {
  const members = group.members.map((member) => withPriorities(member, rule));
  return { ...group, members, barrier: group.barrier && { ...group.barrier, ...followed(group.barrier, rule) } };
}

type Follow = Pick<TaskStep, "link" | "linkError">;

function followed({ link, linkError }: Follow, rule: PriorityRule): Follow {
  if (link.length === 0 && linkError.length === 0) return { link, linkError };
  return {
    link: link.map((flow) => withPriorities(flow, rule)),
    linkError: linkError.map((errback): Errback => ({ ...errback, flow: withPriorities(errback.flow, rule) })),
  };
}
