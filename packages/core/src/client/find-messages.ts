// Finds the messages that have to do with a task: its own, and those of tasks that it follows from. Most are plain and have no address
// of their own, so what waits is looked through for the id, within limits.

import { decodeActorMessage } from "../codec/actor-message-codec.ts";
import { decodeTaskMessage } from "../codec/task-message-codec.ts";
import type { ActorMessage } from "../model/actor-message.ts";
import type { TaskMessage } from "../model/task-message.ts";
import type { Transport } from "../transport/transport.ts";
import { findDelayed } from "./find-delayed.ts";
import type { TaskPlace } from "./task-facts.ts";

/** Most messages that are looked through, of each kind. */
const MOST_LOOKED = 10_000;
const MOST_DELAYED = 1_000;

/** A task's message and where it is. */
export interface PlacedMessage {
  readonly message: TaskMessage;
  readonly place: TaskPlace;
}

/** What was found. */
export interface MessageSearch {
  /** The task's own message. */
  readonly own: PlacedMessage | null;
  /** Messages of other tasks in which the id is. */
  readonly others: readonly PlacedMessage[];
  /** Messages to actors in which the id is. */
  readonly mail: readonly ActorMessage[];
  /** False: there was more than was looked through. */
  readonly complete: boolean;
}

/** See the top of the file. */
export async function findMessages(id: string, transport: Transport): Promise<MessageSearch> {
  const [queued, mail, delayed, exactly] = await Promise.all([
    transport.tasks.search(id, MOST_LOOKED),
    transport.mailboxes.search(id, MOST_LOOKED),
    transport.delayed.list(MOST_DELAYED),
    findDelayed(id, transport),
  ]);
  const messages = [
    ...(exactly ? [exactly.stored] : delayed.filter(({ body }) => Buffer.from(body).includes(id, 0, "utf8"))).map(
      ({ body, dueAt }) => placed(body, { dueAt, delivered: false, ahead: 0 }),
    ),
    ...queued.found.map(({ body, delivered, ahead }) => placed(body, { dueAt: null, delivered, ahead })),
  ].filter((message) => message !== null);
  return {
    own: latest(messages.filter(({ message }) => message.id === id)),
    others: messages.filter(({ message }) => message.id !== id),
    mail: mail.found.map(({ body }) => readable(body, decodeActorMessage)).filter((message) => message !== null),
    complete: queued.complete && mail.complete && delayed.length < MOST_DELAYED,
  };
}

function placed(body: Uint8Array, where: Pick<TaskPlace, "dueAt" | "delivered" | "ahead">): PlacedMessage | null {
  const message = readable(body, decodeTaskMessage);
  if (message === null) return null;
  const { name, queue, expires, retries } = message;
  return { message, place: { name, queue, expires, retries, ...where } };
}

// A repeat of an earlier run may be there beside the message of the next one.
function latest(messages: readonly PlacedMessage[]): PlacedMessage | null {
  return messages.toSorted((one, other) => other.message.gen - one.message.gen)[0] ?? null;
}

function readable<T>(body: Uint8Array, decode: (body: Uint8Array) => T): T | null {
  try {
    return decode(body);
  } catch {
    return null; // set aside by whoever gets it
  }
}
