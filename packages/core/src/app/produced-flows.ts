// A canvas that begins with a group whose members are produced while it is sent: each is frozen when its turn comes, and the canvas
// around them once.

import { headerOf, membersOf, withHeader, withMembers } from "../canvas/containers.ts";
import { LazyMembers } from "../canvas/lazy-members.ts";
import type { SignatureData } from "../canvas/signature-data.ts";
import type { Flow, GroupPlace, Step } from "../model/flow.ts";

/** Such a canvas. */
export interface Producing {
  /** The canvas, frozen, its first group empty. */
  readonly flow: Flow;
  /** The group's members, frozen as they are produced. */
  readonly members: AsyncIterable<Flow>;
}

/** Takes a canvas apart that begins with lazy members; null when it does not. */
export function producing(data: SignatureData, freeze: (data: SignatureData) => Flow): Producing | null {
  const group = data.subtaskType === "chord" ? headerOf(data) : data;
  if (group.subtaskType !== "group") return null;
  const lazy = membersOf(group);
  if (!(lazy instanceof LazyMembers)) return null;
  const holding = (members: readonly SignatureData[]): SignatureData => {
    const held = withMembers({ ...group, kwargs: { ...group.kwargs, computed: true } }, members);
    return data.subtaskType === "chord" ? withHeader(data, held) : held;
  };
  const flow = freeze(holding([]));
  const [first] = flow;
  if (first?.kind !== "group") return null;
  return { flow, members: frozenMembers(lazy, first.id, (member) => freeze(holding([member]))) };
}

async function* frozenMembers(
  lazy: LazyMembers,
  id: string,
  freeze: (member: SignatureData) => Flow,
): AsyncGenerator<Flow> {
  let index = 0;
  for await (const member of lazy) {
    const [first] = freeze(member);
    // A group among the members is several.
    for (const flow of first?.kind === "group" ? first.members : []) yield placed(flow, { id, index: index++ });
  }
}

function placed(flow: Flow, group: GroupPlace): Flow {
  return flow.map((step, at): Step => (step.kind === "task" && at === flow.length - 1 ? { ...step, group } : step));
}
