// Closes the groups of a flow: who waits for a group depends on the steps after it, which are known only when all are there.

import type { Errback, Flow, GroupStep, Step, TaskStep } from "../model/flow.ts";
import { type Demand, distinct } from "./compile-exit.ts";
import type { SignatureData } from "./signature-data.ts";

/** A step that is not closed yet. `errbacks`: those of its task, or of its members' exits. */
export type Draft = TaskDraft | GroupDraft;

interface TaskDraft {
  readonly kind: "task";
  readonly step: TaskStep;
  readonly errbacks: readonly SignatureData[];
}

interface GroupDraft extends Pick<GroupStep, "id" | "members"> {
  readonly kind: "group";
  /** Something follows from the whole of it. */
  readonly awaited: boolean;
  readonly link: readonly Flow[];
  readonly demand: Demand | null;
  readonly errbacks: readonly SignatureData[];
}

/** What closing needs. */
export interface BarrierPorts {
  readonly shards: number;
  readonly newId: () => string;
  /** Compiles an errback once more, with ids of its own. */
  readonly errback: (data: SignatureData) => Errback;
}

// What comes after a step. Tasks in a row are the body of the chord before them, of which the last one tells how it went; a group
// after a group is a body too (spec §8: groups in a row fold up from the right).
interface After {
  readonly resultId: string;
  readonly errbacks: readonly SignatureData[];
  /** Errbacks of the members, when a group comes next (Q25). */
  readonly members: readonly SignatureData[];
  readonly isTask: boolean;
}

/** The flow of some drafts. */
export function closeFlow(drafts: readonly Draft[], ports: BarrierPorts): Flow {
  const steps: Step[] = [];
  let after: After | null = null;
  for (let at = drafts.length - 1; at >= 0; at--) {
    const draft = drafts[at];
    if (draft) {
      steps.push(draft.kind === "task" ? draft.step : closeGroup(draft, after, ports));
      after = stepBefore(draft, after);
    }
  }
  return steps.reverse();
}

function stepBefore(draft: Draft, after: After | null): After {
  const { errbacks } = draft;
  if (draft.kind === "task")
    return after?.isTask ? after : { resultId: draft.step.id, errbacks, members: [], isTask: true };
  return {
    resultId: after?.resultId ?? draft.id,
    errbacks: after?.errbacks ?? errbacks,
    members: errbacks,
    isTask: false,
  };
}

function closeGroup(
  { id, members, awaited, link, demand }: GroupDraft,
  after: After | null,
  ports: BarrierPorts,
): Step {
  if (!awaited) return { kind: "group", id, members, barrier: null };
  const errbacks = after ? distinct([...after.members, ...after.errbacks]) : [];
  return {
    kind: "group",
    id,
    members,
    barrier: {
      actor: { shard: shardOf(id, ports.shards), id },
      resultId: after?.resultId ?? demand?.resultId ?? ports.newId(),
      link,
      linkError: errbacks.map(ports.errback),
    },
  };
}

/** Shard of an actor: FNV-1a of its id, so that everybody comes to the same. */
export function shardOf(id: string, shards: number): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < id.length; at++) hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193);
  return (hash >>> 0) % shards;
}
