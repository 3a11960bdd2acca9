// A canvas in place of a running task: its last step takes over the task's id, what was to follow the task follows it, and the
// task's callbacks and errbacks are added to its own.

import type { Barrier, Errback, Flow, GroupStep, Step, TaskStep } from "../model/flow.ts";
import type { TaskMessage } from "../model/task-message.ts";
import type { TaskHooks } from "../model/task-options.ts";

/** Thrown by `replace`: ends the handler. Not an error. */
export class Replacement extends Error {
  readonly flow: Flow;

  constructor(flow: Flow) {
    super("the task was replaced; replace() ends the handler and must not be caught");
    this.name = "Replacement";
    this.flow = flow;
  }
}

/** What takes a task's place when its handler asks for `signature`: the task's own hook may want another. */
export function replacementOf(
  signature: unknown,
  { id, args, kwargs }: TaskMessage,
  hooks: TaskHooks | null | undefined,
): unknown {
  return hooks?.onReplace?.(signature, id, args, kwargs) ?? signature;
}

/**
 * @param flow - The canvas, compiled so that its last step has the task's id.
 * @returns it with everything that the task leaves behind.
 */
export function inPlaceOf(message: TaskMessage, flow: Flow): Flow {
  const errbacks = message.canvas?.linkError ?? [];
  const steps = flow.map((step) => withErrbacks(step, errbacks));
  const last = steps.at(-1);
  if (!last) return [];
  const exit = last.kind === "task" ? taskExit(last, message) : groupExit(last, message);
  return [...steps.slice(0, -1), exit, ...(message.canvas?.chain ?? [])];
}

// Only one of them runs and fails, so they share the errbacks' ids.
function withErrbacks(step: Step, errbacks: readonly Errback[]): Step {
  if (step.kind === "task") return { ...step, linkError: [...step.linkError, ...errbacks] };
  return step.barrier ? withBarrier(step, { linkError: [...step.barrier.linkError, ...errbacks] }) : step;
}

function taskExit(step: TaskStep, { gen, canvas, ignoreResult }: TaskMessage): TaskStep {
  const options = ignoreResult ? { ...step.options, ignoreResult } : step.options;
  return {
    ...step,
    gen: gen + 1,
    options,
    group: canvas?.group ?? null,
    link: [...step.link, ...(canvas?.link ?? [])],
  };
}

function groupExit(step: GroupStep, { canvas }: TaskMessage): GroupStep {
  return step.barrier ? withBarrier(step, { link: [...step.barrier.link, ...(canvas?.link ?? [])] }) : step;
}

function withBarrier(step: GroupStep, part: Partial<Barrier>): GroupStep {
  return step.barrier ? { ...step, barrier: { ...step.barrier, ...part } } : step;
}
