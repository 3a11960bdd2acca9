// What a task waits for that is not sent yet: the step before it in a chain, or the members of a group.

import type { CompletionMessage, PlanMessage } from "../model/actor-message.ts";
import type { Flow } from "../model/flow.ts";
import type { TaskMessage } from "../model/task-message.ts";
import type { AskPorts } from "./ask-workers.ts";
import type { AwaitedTask } from "./explanation.ts";
import { findMessages, type MessageSearch, type PlacedMessage } from "./find-messages.ts";
import { Inspect } from "./inspect.ts";
import type { Awaited } from "./task-facts.ts";

/** @param messages - those with the id in them. */
export async function whatIsAwaited(
  id: string,
  messages: MessageSearch,
  timeoutMs: number,
  ports: AskPorts,
): Promise<Awaited | null> {
  const step = messages.others.find(({ message }) => leadsTo(message, id));
  if (step) return { kind: "step", tasks: await withStates([step], timeoutMs, ports) };
  const plan = messages.mail.find((mail) => mail.type === "plan" && isPlanOf(mail, id));
  if (plan?.type === "plan") return membersOf(plan, timeoutMs, ports);
  const members = messages.others.filter(({ message }) => message.canvas?.group?.id === id);
  if (members.length === 0) return null;
  return { kind: "members", group: id, size: null, ended: 0, tasks: await withStates(members, timeoutMs, ports) };
}

function leadsTo({ canvas }: TaskMessage, id: string): boolean {
  if (canvas === null) return false;
  const { chain, link, linkError } = canvas;
  return [chain, ...link, ...linkError.map(({ flow }) => flow)].some((flow) => contains(flow, id));
}

function isPlanOf({ actor, resultId, next, link, linkError }: PlanMessage, id: string): boolean {
  const flows = [next, ...link, ...linkError.map(({ flow }) => flow)];
  return actor.id === id || resultId === id || flows.some((flow) => contains(flow, id));
}

function contains(flow: Flow, id: string): boolean {
  return flow.some(
    (step) =>
      step.id === id ||
      (step.kind === "group"
        ? step.barrier?.resultId === id || step.members.some((member) => contains(member, id))
        : step.link.some((callback) => contains(callback, id))),
  );
}

async function membersOf(plan: PlanMessage, timeoutMs: number, ports: AskPorts): Promise<Awaited> {
  const group = plan.actor.id;
  const { others, mail } = await findMessages(group, (await ports.connect()).transport);
  const tasks = others.filter(({ message }) => message.canvas?.memberOf?.actor.id === group);
  const inner = mail.filter((other) => other.type === "plan" && other.memberOf?.actor.id === group);
  const ends = mail.filter((other): other is CompletionMessage => other.type === "c" && other.actor.id === group);
  const seal = mail.find((other) => other.type === "seal" && other.actor.id === group);
  return {
    kind: "members",
    group,
    size: plan.size ?? (seal?.type === "seal" ? seal.size : null),
    ended: new Set(ends.flatMap((message) => message.ends.map(({ member }) => member))).size,
    tasks: [
      ...(await withStates(tasks, timeoutMs, ports)),
      ...inner.map(({ actor }): AwaitedTask => ({ id: actor.id, name: null, queue: null, state: "members" })),
    ],
  };
}

async function withStates(tasks: readonly PlacedMessage[], timeoutMs: number, ports: AskPorts): Promise<AwaitedTask[]> {
  const ids = tasks.map(({ message }) => message.id);
  const replies = ids.length === 0 ? {} : await new Inspect(ports, { timeout: timeoutMs }).queryTask(...ids);
  const running = new Set(
    Object.values(replies).flatMap((held) => ids.filter((id) => Object.hasOwn(held, id) && held[id]?.[0] === "active")),
  );
  return tasks.map((task) =>
    running.has(task.message.id) ? { ...awaitedTask(task), state: "running" } : awaitedTask(task),
  );
}

function awaitedTask({ message: { id, name, queue }, place: { dueAt, delivered } }: PlacedMessage): AwaitedTask {
  const state = dueAt !== null ? "delayed" : delivered ? "delivered" : "waiting";
  return { id, name, queue, state };
}
