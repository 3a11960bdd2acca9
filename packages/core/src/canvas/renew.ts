// The same flows under other ids: what follows from a task that is sent anew must not meet the records of its first life.

import type { Errback, Flow, Step } from "../model/flow.ts";

/** @param rename - Gives an id its new one; the same for the same. */
export function renewFlow(flow: Flow, rename: (id: string) => string): Flow {
  return flow.map((step) => renewStep(step, rename));
}

/** The same of errbacks. */
export function renewErrbacks(errbacks: readonly Errback[], rename: (id: string) => string): readonly Errback[] {
  return errbacks.map(({ gets, flow }) => ({ gets, flow: renewFlow(flow, rename) }));
}

function renewStep(step: Step, rename: (id: string) => string): Step {
  const id = rename(step.id);
  if (step.kind === "task") {
    const { group, link, linkError } = step;
    return {
      ...step,
      id,
      group: group && { ...group, id: rename(group.id) },
      link: link.map((flow) => renewFlow(flow, rename)),
      linkError: renewErrbacks(linkError, rename),
    };
  }
  const { barrier } = step;
  return {
    ...step,
    id,
    members: step.members.map((member) => renewFlow(member, rename)),
    barrier: barrier && {
      actor: { ...barrier.actor, id: rename(barrier.actor.id) },
      resultId: rename(barrier.resultId),
      link: barrier.link.map((flow) => renewFlow(flow, rename)),
      linkError: renewErrbacks(barrier.linkError, rename),
    },
  };
}
