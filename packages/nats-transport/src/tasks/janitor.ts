// Clears up what a crash of the broker leaves on the streams of tasks: messages that are waited for and are not there
// (`gone-deliveries.ts`), and messages that were acknowledged and are back, below the point from which their consumer delivers
// (M4). Nobody would ever get or remove them, and they count as stored.
//
// One process at a time, by lease, every ten minutes, and after its own start or a restart of the broker in growing intervals:
// that point stands still while a message before it is delivered again, or runs. Slow on purpose. A task whose outcome is recorded is removed;
// another one is sent again as a repeat before it is removed, so that nothing is lost. What is removed may come back with the
// next crash: better than to be gone for good while the consumer still waits for it.

import { createInbox } from "@nats-io/transport-node";
import type { Leases, TaskQueue } from "@troupe/core/transport";
import type { Link } from "../connection/link.ts";
import { ticks } from "../connection/ticker.ts";
import { isApiError, type StoredMessage } from "../publish/jetstream-api.ts";
import type { TaskAddress } from "../wire/addresses.ts";
import { type Fields, fieldsAt, listAt, numberAt, textAt } from "../wire/fields.ts";
import { encodeHeaders, headerValue } from "../wire/header-block.ts";
import { HEADER } from "../wire/names.ts";
import { classify, JS_ERROR, reasonOf } from "../wire/nats-errors.ts";
import { PubAckReader } from "../wire/pub-ack.ts";
import { acknowledgeGone } from "./gone-deliveries.ts";
import { moveStrays } from "./move-strays.ts";

const LEASE = "troupe-janitor";
const EVERY_TICKS = ticks(600_000);
const AFTER_RESTART_TICKS = ticks(5000);
const AFTER_FAILURE_TICKS = ticks(30_000);
const SETTLE_MS = 2000; // an ack moves the consumer on a moment before its message is removed
const MOST_PER_CONSUMER = 10_000;
const PER_SECOND = 500;

/** A consumer and how far it has come. */
interface Progress {
  readonly stream: string;
  readonly filter: string;
  readonly floor: number;
}

/** The queues of this process. Only one that consumes anything clears up. */
export type JanitorTasks = Pick<TaskQueue, "publish"> & { readonly consuming: boolean };

/** See the top of the file. */
export class Janitor {
  readonly #link: Link;
  readonly #leases: Leases;
  readonly #tasks: JanitorTasks;
  readonly #holder: string;
  #nextTick = Number.POSITIVE_INFINITY;
  #pauseTicks = EVERY_TICKS;
  #running = false;

  constructor(link: Link, leases: Leases, tasks: JanitorTasks) {
    this.#link = link;
    this.#leases = leases;
    this.#tasks = tasks;
    this.#holder = createInbox("janitor");
    link.connection.observe({ onUp: (_, restarted) => this.#onUp(restarted) });
    link.ticker.onTick(() => this.#onTick());
  }

  /** Begins to look: the broker may have been started anew a moment ago. */
  start(): void {
    this.#lookSoon();
  }

  #onUp(restarted: boolean): void {
    if (restarted) this.#lookSoon();
  }

  #lookSoon(): void {
    this.#pauseTicks = AFTER_RESTART_TICKS;
    this.#nextTick = this.#link.ticker.now + AFTER_RESTART_TICKS;
  }

  #onTick(): void {
    const { ticker, connection } = this.#link;
    if (ticker.now < this.#nextTick || this.#running || connection.current === null || !this.#tasks.consuming) return;
    this.#nextTick = ticker.now + this.#pauseTicks;
    this.#pauseTicks = Math.min(2 * this.#pauseTicks, EVERY_TICKS);
    this.#running = true;
    void this.#run().finally(() => {
      this.#running = false;
    });
  }

  async #run(): Promise<void> {
    const { logger } = this.#link;
    try {
      if (!(await this.#leases.hold(LEASE, this.#holder))) return;
      for (const info of await this.#consumers())
        if (await acknowledgeGone(this.#link, info))
          logger.info({ consumer: info["name"] }, "what the broker had lost is not waited for any more");
      let cleared = 0;
      for (const info of await this.#consumers()) cleared += await this.#clear(progressOf(info));
      if (cleared > 0) logger.info({ cleared }, "messages were cleared up that the broker had kept after their end");
      await this.#moveStrays();
      await this.#leases.release(LEASE, this.#holder);
    } catch (error) {
      this.#nextTick = this.#link.ticker.now + AFTER_FAILURE_TICKS;
      logger.info({ reason: reasonOf(error) }, "clearing up the stream of tasks was interrupted; it goes on soon");
    }
  }

  async #moveStrays(): Promise<void> {
    const { settings, logger } = this.#link;
    for (const queue of settings.queueStreams?.keys() ?? []) {
      const moved = await moveStrays(this.#link, queue, this.#tasks);
      if (moved > 0)
        logger.warn({ queue, moved }, "tasks that waited elsewhere were moved to the stream of their queue");
    }
  }

  async #consumers(): Promise<readonly Fields[]> {
    const { names, settings } = this.#link;
    const queues = [...(settings.queueStreams?.keys() ?? [])];
    const streams = [names.tasks, ...queues.map((queue) => names.streamOf(queue))];
    const all: Fields[] = [];
    for (const stream of streams) all.push(...(await this.#consumersOf(stream)));
    return all;
  }

  async #consumersOf(stream: string): Promise<readonly Fields[]> {
    const { api } = this.#link;
    const all: Fields[] = [];
    for (;;) {
      const answer = await api.ask(`CONSUMER.LIST.${stream}`, { offset: all.length });
      if (isApiError(answer) && answer.code === JS_ERROR.streamNotFound) return []; // whoever uses it is told
      if (isApiError(answer)) throw classify(answer, "list of consumers");
      const page = listAt(answer, "consumers");
      all.push(...page);
      if (page.length === 0 || all.length >= numberAt(answer, "total")) return all;
    }
  }

  async #clear(progress: Progress): Promise<number> {
    const found = await this.#orphans(progress);
    if (found.length === 0) return 0;
    await pause(SETTLE_MS);
    for (const [index, sequence] of found.entries()) {
      if (index % PER_SECOND === PER_SECOND - 1) {
        await pause(1000);
        if (!(await this.#leases.hold(LEASE, this.#holder))) return index;
      }
      await this.#clearOne(progress.stream, sequence);
    }
    return found.length;
  }

  /** Sequences below the consumer's floor that the stream still has. */
  async #orphans({ stream, filter, floor }: Progress): Promise<number[]> {
    const { api } = this.#link;
    const found: number[] = [];
    for (let next = 1; next <= floor && found.length < MOST_PER_CONSUMER; ) {
      const message = await api.leaderRead(stream, { seq: next, next_by_subj: filter });
      if (message === null || message.sequence > floor) break;
      found.push(message.sequence);
      next = message.sequence + 1;
    }
    return found;
  }

  async #clearOne(stream: string, sequence: number): Promise<void> {
    const { api, names, logger } = this.#link;
    const message = await api.leaderRead(stream, { seq: sequence });
    if (message === null) return;
    const address = names.taskAddress(message.subject, headerValue(message.headers, HEADER.messageId));
    if (address === null) {
      logger.warn(
        { stream, sequence, subject: message.subject },
        "a message on the stream of tasks is not one of Troupe's",
      );
      return;
    }
    if (!(await this.#hasOutcome(address))) await this.#sendAgain(stream, message, address);
    await api.remove(stream, sequence);
  }

  async #hasOutcome({ id, gen }: TaskAddress): Promise<boolean> {
    const { api, names } = this.#link;
    const read = (subject: string): Promise<StoredMessage | null> =>
      api.leaderRead(names.results, { last_by_subj: subject });
    if ((await read(names.recordSubject({ kind: "result", id }))) !== null) return true;
    return (await read(names.recordSubject({ kind: "decision", id, gen }))) !== null;
  }

  async #sendAgain(stream: string, message: StoredMessage, address: TaskAddress): Promise<void> {
    const { publisher } = this.#link;
    // Where the old copy has the subject itself, a newer one must not be there; elsewhere there must be none at all.
    const last = address.exclusiveSubject === message.subject ? message.sequence : 0;
    const contentType = headerValue(message.headers, HEADER.contentType);
    const lines: [string, string][] = [
      [HEADER.expectedStream, stream],
      [HEADER.expectedLastSubjectSequence, String(last)],
      [HEADER.repeat, "1"],
    ];
    if (contentType !== null) lines.push([HEADER.contentType, contentType]);
    await publisher.publish(
      { subject: address.exclusiveSubject, body: message.body, block: encodeHeaders(lines) },
      { reader: new PubAckReader(stream), what: "task that the broker had kept", value: () => undefined },
    );
  }
}

function progressOf(info: Fields): Progress {
  const floor = numberAt(fieldsAt(info, "ack_floor"), "stream_seq");
  return { stream: textAt(info, "stream_name"), filter: textAt(fieldsAt(info, "config"), "filter_subject"), floor };
}

function pause(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs).unref());
}
