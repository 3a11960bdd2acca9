// Steps of a canvas and what messages carry of it, so that a test says only what it is about.

import type { Barrier, Flow, GroupStep, TaskStep } from "../../src/model/flow.ts";
import type { CanvasPart } from "../../src/model/task-message.ts";
import { taskStep } from "./flows.ts";

/** A step that adds one to what comes in. */
export function stepOf(id: string, part: Partial<TaskStep> = {}): TaskStep {
  return taskStep({ id, args: [1], ...part });
}

/** A group of one-step members called `<id>.0`, `<id>.1` … that something waits for. */
export function groupOf(
  id: string,
  members: number | readonly Flow[],
  barrier: Partial<Barrier> | null = {},
): GroupStep {
  const flows =
    typeof members === "number" ? Array.from({ length: members }, (_, i) => [stepOf(`${id}.${i}`)]) : members;
  const whole = { actor: { shard: 3, id }, resultId: `${id}-result`, link: [], linkError: [] };
  return { kind: "group", id, members: flows, barrier: barrier && { ...whole, ...barrier } };
}

/** What a message carries of a canvas in which nothing follows. */
export function canvasOf(part: Partial<CanvasPart> = {}): CanvasPart {
  const nothing = { chain: [], link: [], linkError: [], memberOf: null, group: null, nesting: 0, stamps: {} };
  return { ...nothing, each: "once", ...part };
}
