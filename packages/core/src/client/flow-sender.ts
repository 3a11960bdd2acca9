// Sends what a canvas consists of: task messages, messages to actors, and records of tasks that will not run. Two ways: a client
// gives up after a deadline; a worker, whose message comes again until it is settled, goes on until the broker has taken it.

import { BrokerTimeoutError, QueueFullError } from "../model/errors.ts";
import type { ActorAddress } from "../model/flow.ts";
import type { OutgoingMail } from "../transport/mailboxes.ts";
import type { RecordKey } from "../transport/record-store.ts";
import type { OutgoingTask, Stored } from "../transport/task-queue.ts";
import type { Transport } from "../transport/transport.ts";
import { type ActorEnd, CompletionOutbox } from "./completion-outbox.ts";
import type { Outgoing } from "./outgoing.ts";
import { type PersistHost, persist } from "./persist.ts";
import { type SubmitPolicy, type SubmitPorts, storeTask, submit, submitting } from "./submit.ts";

/** When a task whose queue is full is tried again, in milliseconds. */
const FULL_PAUSE_MS = 5_000;

/** Sends, each time until the broker has it. Rejects only where repeating would not help. */
export interface FlowSender {
  readonly transport: Transport;
  /** Name of the process, for the records it writes. */
  readonly hostname: string;
  /** What can never be sent: it is `thrown` to whoever sends it, or the task that it is for fails. */
  readonly refusals: "thrown" | "recorded";
  /** What surrounds the sending of calls; left out: nothing. */
  readonly outgoing?: Outgoing | undefined;
  /** @param dueAt - When it goes to its queue, by the broker's time; null: now. */
  task(task: OutgoingTask, taskId: string, dueAt: number | null): Promise<void>;
  mail(mail: OutgoingMail): Promise<void>;
  /** Tells an actor how one of its members came out. Resolves when that is stored; several may be told in one message. */
  complete(end: ActorEnd): Promise<void>;
  createRecord(key: RecordKey, body: Uint8Array): Promise<"created" | "exists">;
  /** Pushes a stored record to a client that waits. It reads the stored one too, so a push that fails costs time only. */
  push(reply: string, body: Uint8Array): void;
}

/** Sends until the broker has it, however long that takes. */
export function patientSender(
  host: PersistHost,
  hostname: string,
  refusals: FlowSender["refusals"] = "recorded",
  outgoing?: Outgoing,
): FlowSender {
  const { transport } = host;
  const mail = (message: OutgoingMail): Promise<void> =>
    sendAgain(host, nameOf(message.kind, message.actor), (repeat) =>
      transport.mailboxes.send(repeat ? { ...message, repeat } : message),
    );
  const outbox = new CompletionOutbox(mail);
  return {
    transport,
    hostname,
    refusals,
    outgoing,
    task: (task, taskId, dueAt) =>
      sendAgain(host, `the message of task ${taskId}`, (repeat) =>
        storeWithRoom(repeat ? { ...task, repeat, exclusive: true } : task, dueAt, transport),
      ),
    mail,
    complete: (end) => outbox.add(end),
    createRecord: (key, body) =>
      persist(host, `the record of task ${key.id}`, () => transport.records.create(key, body)),
    push: (reply, body) => push(transport, reply, body),
  };
}

/** The same sender, but for what cannot be taken back: a task of it that can never be sent fails by itself. */
export function recording(sender: FlowSender): FlowSender {
  return { ...sender, refusals: "recorded" };
}

// A full queue is never waited for: perhaps only the end of the task that sends this makes room in it.
async function storeWithRoom(task: OutgoingTask, dueAt: number | null, transport: Transport): Promise<Stored> {
  try {
    return await storeTask(task, dueAt, transport);
  } catch (error) {
    if (dueAt !== null || !(error instanceof QueueFullError)) throw error;
    return transport.delayed.schedule({ ...task, exclusive: false }, transport.now() + FULL_PAUSE_MS);
  }
}

async function sendAgain(host: PersistHost, what: string, send: (repeat: boolean) => Promise<unknown>): Promise<void> {
  let repeat = false;
  await persist(host, what, () =>
    send(repeat).catch((error: unknown) => {
      repeat ||= error instanceof BrokerTimeoutError;
      throw error;
    }),
  );
}

/** Sends within the limits of a client's policy, which hold for each message. */
export function submittingSender(
  policy: SubmitPolicy,
  ports: SubmitPorts & { readonly outgoing?: Outgoing },
  hostname: string,
): FlowSender {
  const { transport, outgoing } = ports;
  const mail = (message: OutgoingMail): Promise<void> =>
    submitting(message.actor.id, policy, ports, (repeat) =>
      transport.mailboxes.send(repeat ? { ...message, repeat } : message),
    );
  const outbox = new CompletionOutbox(mail);
  return {
    transport,
    hostname,
    refusals: "thrown",
    outgoing,
    task: (task, taskId, dueAt) => submit({ task, taskId, dueAt }, policy, ports),
    mail,
    complete: (end) => outbox.add(end),
    createRecord: (key, body) => transport.records.create(key, body),
    push: (reply, body) => push(transport, reply, body),
  };
}

function push(transport: Transport, reply: string, body: Uint8Array): void {
  try {
    transport.broadcast.publish(["reply", reply], body);
  } catch {
    // It is read from the store.
  }
}

function nameOf(kind: OutgoingMail["kind"], actor: ActorAddress): string {
  const names = { plan: "the plan", seal: "the seal", add: "a further member", c: "completions" } as const;
  return `${names[kind]} of group ${actor.id}`;
}
