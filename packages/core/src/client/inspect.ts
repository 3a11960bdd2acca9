// Asks workers about themselves: broadcasts a question and gathers the answers until a deadline.

import { decodeReply, encodeCommand } from "../codec/control-codec.ts";
import { checkOptions, type OptionTable } from "../model/check-options.ts";
import type { ActiveTask, ControlReply, WorkerStats } from "../model/control-command.ts";
import { type Duration, durationMs } from "../model/duration.ts";
import { BrokerUnreachableError } from "../model/errors.ts";
import * as rule from "../model/option-rules.ts";
import type { Clock } from "../platform/clock.ts";
import { deferred } from "../platform/deferred.ts";
import type { Logger } from "../platform/logger.ts";
import type { Topic } from "../transport/broadcast.ts";
import type { Transport } from "../transport/transport.ts";

/** Whom to ask, and how long to wait. */
export interface InspectOptions {
  /** Names of the workers that shall answer. @default all */
  readonly destination?: readonly string[] | undefined;
  /** Longest wait; it ends early when all of `destination` have answered. @default 1 s */
  readonly timeout?: Duration | undefined;
}

const INSPECT_OPTION_TABLE: OptionTable = {
  destination: { ...rule.texts, wants: "a list of worker names" },
  timeout: rule.duration,
  pattern: "later",
};

/** What asking works with. */
export interface InspectPorts {
  readonly connect: () => Promise<{ readonly transport: Transport }>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Answers by worker name; empty when no worker answered in time. */
export type Replies<T> = Readonly<Record<string, T>>;

/** Questions to workers. Each rejects with `BrokerUnreachableError` when the broker does not answer within the timeout. */
export class Inspect {
  readonly #ports: InspectPorts;
  readonly #destination: readonly string[] | null;
  readonly #timeoutMs: number;

  constructor(ports: InspectPorts, options?: InspectOptions) {
    checkOptions(options, INSPECT_OPTION_TABLE, { what: "inspect option", kind: "argument" });
    this.#ports = ports;
    this.#destination = options?.destination ?? null;
    this.#timeoutMs = durationMs(options?.timeout ?? 1_000, "timeout");
  }

  /** Who is there: `{ ok: "pong" }` of each worker. */
  ping(): Promise<Replies<{ readonly ok: "pong" }>> {
    return this.#ask("ping");
  }

  /** Tasks that run now. */
  active(): Promise<Replies<readonly ActiveTask[]>> {
    return this.#ask("active");
  }

  /** Names of the tasks that each worker knows. */
  registered(): Promise<Replies<readonly string[]>> {
    return this.#ask("registered");
  }

  /** Figures of each worker. */
  stats(): Promise<Replies<WorkerStats>> {
    return this.#ask("stats");
  }

  async #ask<T>(command: string): Promise<Replies<T>> {
    const { transport } = await this.#ports.connect();
    const ticket = crypto.randomUUID();
    const expires = transport.now() + this.#timeoutMs;
    const replies = new Map<string, T>();
    const enough = deferred();
    const timer = this.#ports.clock.after(this.#timeoutMs, () => enough.resolve(), { keepAlive: true });
    const subscribing = transport.broadcast.subscribe(["answer", ticket], (body) => {
      const reply = this.#read(body);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- workers of one namespace trust each other's replies
      if (reply) replies.set(reply.hostname, reply.value as T);
      if (this.#destination?.every((hostname) => replies.has(hostname))) enough.resolve();
    });
    try {
      const isHeard = await Promise.race([subscribing.then(() => true), enough.promise.then(() => false)]);
      if (isHeard) {
        const question = encodeCommand({ command, destination: this.#destination, ticket, expires });
        for (const topic of this.#topics()) transport.broadcast.publish(topic, question);
        await enough.promise;
      }
      if (!isHeard || (replies.size === 0 && !transport.connected)) throw this.#unreachable(transport);
      return Object.fromEntries(replies);
    } finally {
      timer.cancel();
      void subscribing.then((unsubscribe) => unsubscribe()).catch(() => {});
    }
  }

  #topics(): readonly Topic[] {
    return this.#destination?.map((hostname) => ["control", "node", hostname] as const) ?? [["control", "all"]];
  }

  #unreachable({ address }: Transport): Error {
    return new BrokerUnreachableError(
      `no worker was asked: the broker at ${address} does not answer within ${this.#timeoutMs} ms; check it, or give a longer timeout`,
    );
  }

  #read(body: Uint8Array): ControlReply | null {
    try {
      return decodeReply(body);
    } catch (error) {
      this.#ports.logger.warn(
        { err: error, bytes: body.length },
        "a reply of a worker could not be read and was ignored",
      );
      return null;
    }
  }
}
