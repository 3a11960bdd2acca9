// Decides what becomes of one delivery of a delayed task: not due, it is given back for the rest of its time; due, it goes to
// its queue and is then acknowledged; its queue full, it is given back for a while. What its queue refuses for good, and has refused
// for a day, is ended by whoever moves.

import type { Msg } from "@nats-io/transport-node";
import {
  BrokerRefusedError,
  BrokerTimeoutError,
  BrokerUnreachableError,
  type DeadLetters,
  type DelayedTask,
  type EndUndeliverable,
  PayloadTooLargeError,
  QueueFullError,
  type TaskQueue,
} from "@troupe/core/transport";
import { ticks } from "../connection/ticker.ts";
import { nanoseconds } from "../topology/topology.ts";
import { HeaderReader } from "../wire/header-block.ts";
import { reasonOf } from "../wire/nats-errors.ts";
import type { DelayLink } from "./delay-link.ts";
import { readDelayed } from "./delayed-message.ts";

/** What it is made of. */
export interface MoveTaskParts {
  readonly link: DelayLink;
  readonly tasks: Pick<TaskQueue, "publish">;
  readonly deadLetters: Pick<DeadLetters, "put">;
  readonly onUndeliverable?: EndUndeliverable | undefined;
  /** The broker's clock. */
  readonly now: () => number;
}

const ACK = Buffer.from("+ACK", "latin1");
/** First letters of the headers that matter here: `Content-Type`, `Troupe-…`. */
const INITIALS = [67, 84] as const;
const FULL_PAUSE_MS = 5_000;
const BROKEN_PAUSE_MS = 1_000;
const REFUSED_PAUSE_MS = 30_000;
/** What is refused may be mended: a permission, a missing stream. */
const LONGEST_REFUSED_MS = 24 * 3_600_000;
const WARN_TICKS = ticks(60_000);
/** Dead letters are kept by queue; this one stands for none. */
const NO_QUEUE = "delayed";

/** See the top of the file. */
export class MoveTask {
  readonly #parts: MoveTaskParts;
  readonly #headers = new HeaderReader();
  #warnTick = 0;

  constructor(parts: MoveTaskParts) {
    this.#parts = parts;
  }

  /** Settles a delivery. Does not reject. */
  async handle(message: Msg, ackSubject: string): Promise<void> {
    const { link, now } = this.#parts;
    const headers = this.#headers.linesOf(message, message.data, INITIALS);
    const task = readDelayed(link.names, message.subject, headers, message.data);
    try {
      if (task === null) await this.#setAside(message);
      else if (task.dueAt > now()) return this.giveBack(ackSubject, task.dueAt - now());
      else await this.#move(task);
      this.#send(ackSubject, ACK);
    } catch (error) {
      const isEnded = task !== null && this.#isHopeless(task, error) && (await this.#end(task, error));
      if (isEnded) this.#send(ackSubject, ACK);
      else this.giveBack(ackSubject, this.#pauseAfter(error, message.subject));
    }
  }

  /** Gives a message back. */
  giveBack(ackSubject: string, delayMs: number): void {
    const delay = nanoseconds(Math.max(1, Math.ceil(delayMs)));
    this.#send(ackSubject, Buffer.from(`-NAK {"delay": ${delay}}`, "latin1"));
  }

  async #move({ key, queue, priority, contentType, body }: DelayedTask): Promise<void> {
    const sent = { key, queue, priority, contentType, body, exclusive: true, repeat: true, moved: true };
    await this.#parts.tasks.publish(sent);
  }

  async #setAside({ subject, data }: Msg): Promise<void> {
    this.#parts.link.logger.error({ subject }, "a delayed message is not one of Troupe's; it was set aside");
    await this.#parts.deadLetters.put(
      { queue: NO_QUEUE, reason: "invalid", detail: `delayed message ${subject}`, contentType: null, body: data },
      subject,
    );
  }

  #isHopeless({ dueAt }: DelayedTask, error: unknown): error is Error {
    if (error instanceof PayloadTooLargeError) return true;
    return error instanceof BrokerRefusedError && this.#parts.now() - dueAt > LONGEST_REFUSED_MS;
  }

  /** @returns whether it is ended. */
  async #end(task: DelayedTask, why: Error): Promise<boolean> {
    const { link, onUndeliverable } = this.#parts;
    const { queue, key } = task;
    try {
      if (!onUndeliverable) return false;
      await onUndeliverable(task, why);
    } catch (error) {
      link.logger.warn({ queue, key, reason: reasonOf(error) }, "a due task that was refused could not be ended yet");
      return false;
    }
    link.logger.error({ queue, key, reason: reasonOf(why) }, "a due task was refused for good; it is a dead letter");
    return true;
  }

  #pauseAfter(error: unknown, subject: string): number {
    const { logger, ticker } = this.#parts.link;
    const isPassing = error instanceof BrokerTimeoutError || error instanceof BrokerUnreachableError;
    if (!isPassing && ticker.now >= this.#warnTick) {
      this.#warnTick = ticker.now + WARN_TICKS;
      logger.warn({ subject, reason: reasonOf(error) }, "due tasks cannot be moved to their queues; they wait on");
    }
    if (isPassing) return BROKEN_PAUSE_MS;
    return error instanceof QueueFullError ? FULL_PAUSE_MS : REFUSED_PAUSE_MS;
  }

  /** Without a connection nothing is sent: the message comes again. */
  #send(ackSubject: string, payload: Uint8Array): void {
    const nats = this.#parts.link.connection.current;
    if (nats !== null && !nats.isClosed()) nats.publish(ackSubject, payload);
  }
}
