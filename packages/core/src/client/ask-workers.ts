// Broadcasts a command to workers and gathers their replies until a deadline.

import { decodeReply, encodeCommand } from "../codec/control-codec.ts";
import type { CommandArguments } from "../model/control-command.ts";
import { BrokerUnreachableError, PayloadTooLargeError } from "../model/errors.ts";
import type { Clock } from "../platform/clock.ts";
import { deferred } from "../platform/deferred.ts";
import type { Logger } from "../platform/logger.ts";
import type { Topic } from "../transport/broadcast.ts";
import type { Transport } from "../transport/transport.ts";
import type { Audience } from "./ask-options.ts";
import { ReplyGathering } from "./reply-gathering.ts";

/** What asking works with. */
export interface AskPorts {
  readonly connect: () => Promise<{ readonly transport: Transport }>;
  readonly clock: Clock;
  readonly logger: () => Logger;
}

/** Answers by worker name; empty when no worker answered in time. */
export type Replies<T> = Readonly<Record<string, T>>;

/** What is asked, of whom, and how long to wait. */
export interface Question extends Audience {
  readonly command: string;
  readonly args?: CommandArguments;
}

// Workers that are new to the others are heard meanwhile.
const SETTLE_MS = 50;
// More are told all together.
const MAX_TOPICS = 64;

/**
 * Asks workers. Ends early when there are as many replies as can come.
 *
 * @throws {BrokerUnreachableError} the broker does not answer within the timeout.
 * @throws {PayloadTooLargeError} the arguments do not fit into a message.
 */
export async function askWorkers<T>(question: Question, ports: AskPorts): Promise<Replies<T>> {
  const { timeoutMs, destination } = question;
  if (destination?.length === 0) return {};
  const { transport } = await ports.connect();
  const ticket = crypto.randomUUID();
  const message = messageOf(question, ticket, transport);
  const enough = deferred();
  const timers = [ports.clock.after(timeoutMs, () => enough.resolve(), { keepAlive: true })];
  const gathering = new ReplyGathering(question, ports.logger());
  const endIfComplete = (): void => {
    if (gathering.isComplete) enough.resolve();
  };
  const subscribing = transport.broadcast.subscribe(["answer", ticket], (body) => {
    if (!gathering.take(() => decodeReply(body))) return;
    if (gathering.isEnough) enough.resolve();
    else if (gathering.isComplete) timers.push(ports.clock.after(SETTLE_MS, endIfComplete));
  });
  try {
    const isHeard = await Promise.race([subscribing.then(() => true), enough.promise.then(() => false)]);
    if (isHeard) {
      for (const topic of topicsOf(destination)) transport.broadcast.publish(topic, message);
      await enough.promise;
    }
    if (!isHeard || (gathering.isEmpty && !transport.connected)) throw unreachable(transport, timeoutMs);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- workers of one namespace trust each other's replies
    return gathering.replies() as Replies<T>;
  } finally {
    for (const timer of timers) timer.cancel();
    void subscribing.then((unsubscribe) => unsubscribe()).catch(() => {});
  }
}

function messageOf(question: Question, ticket: string, transport: Transport): Uint8Array {
  const { command, args = {}, destination, pattern, timeoutMs } = question;
  const expires = transport.now() + timeoutMs;
  const message = encodeCommand({ command, args, destination, pattern: pattern ?? undefined, ticket, expires });
  if (message.length <= transport.maxMessageBytes) return message;
  throw new PayloadTooLargeError(`command "${command}"`, message.length, transport.maxMessageBytes);
}

function topicsOf(destination: readonly string[] | null): readonly Topic[] {
  if (destination === null || destination.length > MAX_TOPICS) return [["control", "all"]];
  return destination.map((hostname) => ["control", "node", hostname] as const);
}

function unreachable({ address }: Transport, timeoutMs: number): Error {
  return new BrokerUnreachableError(
    `no worker was asked: the broker at ${address} does not answer within ${timeoutMs} ms; check it, or give a longer timeout`,
  );
}
