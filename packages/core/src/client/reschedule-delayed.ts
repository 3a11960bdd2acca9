// Gives a task that waits another time, under the same id, so that handles, later steps and chords stay as they are. As with a retry,
// the next message is decided before it is sent: whoever gets the old one – it may be moved to its queue in this moment – finds the
// decision and sends the new one instead of running it.

import { decodeDecision, encodeDecision } from "../codec/decision-codec.ts";
import { serializerNamed, serializerOf } from "../codec/serializer.ts";
import { encodeTaskMessage } from "../codec/task-message-codec.ts";
import type { Retried } from "../model/decision.ts";
import { InvalidArgumentError } from "../model/errors.ts";
import { MAX_GEN, messageKey, type TaskMessage } from "../model/task-message.ts";
import { hasToWait } from "../transport/delayed-tasks.ts";
import { findDelayed, type WaitingTask } from "./find-delayed.ts";
import type { FlowSender } from "./flow-sender.ts";

const MSGPACK = serializerNamed("msgpack");

/**
 * Gives a task that waits another time.
 *
 * @param dueAt - broker's time, in milliseconds since the epoch.
 * @throws {InvalidArgumentError} it does not wait (any more), or was given another time too often.
 */
export async function rescheduleDelayed(id: string, dueAt: number, sender: FlowSender): Promise<void> {
  for (;;) {
    const waiting = await findDelayed(id, sender.transport);
    if (!waiting) throw new InvalidArgumentError(`task ${id} does not wait for its time (any more); call it anew`);
    checkGeneration(waiting.message);
    const own = nextOf(waiting, dueAt);
    const decided = await decide(waiting.message, own, sender);
    await sendNext(waiting, decided, sender);
    await sender.transport.delayed.cancel(waiting.stored.key);
    // Another was faster, or has died halfway: what it decided is carried out, and gets the new time now.
    if (decided === own) return;
  }
}

function checkGeneration({ id, gen }: TaskMessage): void {
  if (gen < MAX_GEN) return;
  throw new InvalidArgumentError(
    `task ${id} was given another time ${gen} times, the most there can be; cancel it and call it anew`,
  );
}

function nextOf({ message, stored }: WaitingTask, dueAt: number): Retried {
  const next = { ...message, gen: message.gen + 1, eta: dueAt };
  return { kind: "RETRY", body: encodeTaskMessage(next, serializerOf(stored.body)), dueAt };
}

async function decide({ id, gen }: TaskMessage, own: Retried, sender: FlowSender): Promise<Retried> {
  const key = { kind: "decision", id, gen } as const;
  if ((await sender.createRecord(key, encodeDecision(own, MSGPACK))) === "created") return own;
  const stored = await sender.transport.records.read(key);
  const decision = stored && decodeDecision(stored);
  if (decision?.kind === "RETRY") return decision;
  throw new InvalidArgumentError(`task ${id} does not wait for its time any more: it was replaced by a canvas`);
}

// As the worker sends it that finds the decision.
async function sendNext({ message, stored }: WaitingTask, { body, dueAt }: Retried, sender: FlowSender): Promise<void> {
  const { id, gen } = message;
  const exclusive = !hasToWait(dueAt, sender.transport.now());
  const { contentType } = serializerOf(body);
  const key = messageKey({ id, gen: gen + 1 });
  await sender.task({ queue: stored.queue, key, exclusive, repeat: true, contentType, body }, id, dueAt);
}
