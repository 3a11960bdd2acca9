// Broadcasts a command to workers and gathers their replies until a deadline.

import { decodeReply, encodeCommand } from "../codec/control-codec.ts";
import type { CommandArguments, ControlReply } from "../model/control-command.ts";
import { BrokerUnreachableError } from "../model/errors.ts";
import type { Clock } from "../platform/clock.ts";
import { deferred } from "../platform/deferred.ts";
import type { Logger } from "../platform/logger.ts";
import type { Topic } from "../transport/broadcast.ts";
import type { Transport } from "../transport/transport.ts";

/** What asking works with. */
export interface AskPorts {
  readonly connect: () => Promise<{ readonly transport: Transport }>;
  readonly clock: Clock;
  readonly logger: () => Logger;
}

/** Answers by worker name; empty when no worker answered in time. */
export type Replies<T> = Readonly<Record<string, T>>;

/** What is asked, of whom, and how long to wait. */
export interface Question {
  readonly command: string;
  readonly args?: CommandArguments;
  /** Names of workers; null: all. */
  readonly destination: readonly string[] | null;
  readonly timeoutMs: number;
}

/**
 * Asks workers. Ends early when all of `destination` have answered.
 *
 * @throws {BrokerUnreachableError} the broker does not answer within the timeout.
 */
export async function askWorkers<T>(question: Question, ports: AskPorts): Promise<Replies<T>> {
  const { destination, timeoutMs, command, args = {} } = question;
  const { transport } = await ports.connect();
  const ticket = crypto.randomUUID();
  const expires = transport.now() + timeoutMs;
  const replies = new Map<string, T>();
  const enough = deferred();
  const timer = ports.clock.after(timeoutMs, () => enough.resolve(), { keepAlive: true });
  const subscribing = transport.broadcast.subscribe(["answer", ticket], (body) => {
    const reply = read(body, ports.logger());
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- workers of one namespace trust each other's replies
    if (reply) replies.set(reply.hostname, reply.value as T);
    if (destination?.every((hostname) => replies.has(hostname))) enough.resolve();
  });
  try {
    const isHeard = await Promise.race([subscribing.then(() => true), enough.promise.then(() => false)]);
    if (isHeard) {
      const message = encodeCommand({ command, args, destination, ticket, expires });
      for (const topic of topicsOf(destination)) transport.broadcast.publish(topic, message);
      await enough.promise;
    }
    if (!isHeard || (replies.size === 0 && !transport.connected)) throw unreachable(transport, timeoutMs);
    return Object.fromEntries(replies);
  } finally {
    timer.cancel();
    void subscribing.then((unsubscribe) => unsubscribe()).catch(() => {});
  }
}

function topicsOf(destination: readonly string[] | null): readonly Topic[] {
  return destination?.map((hostname) => ["control", "node", hostname] as const) ?? [["control", "all"]];
}

function unreachable({ address }: Transport, timeoutMs: number): Error {
  return new BrokerUnreachableError(
    `no worker was asked: the broker at ${address} does not answer within ${timeoutMs} ms; check it, or give a longer timeout`,
  );
}

function read(body: Uint8Array, logger: Logger): ControlReply | null {
  try {
    return decodeReply(body);
  } catch (error) {
    logger.warn({ err: error, bytes: body.length }, "a reply of a worker could not be read and was ignored");
    return null;
  }
}
