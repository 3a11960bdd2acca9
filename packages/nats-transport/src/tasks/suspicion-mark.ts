// The mark of protocol §3 (d): a delivery whose stream sequence is at or below it may have been settled before, because the
// broker can lose acks when it dies (M3, M4) or gives a message to two. Sequences, not clocks. Outcomes never depend on it.
//
// After a disturbance the mark is the stream's last sequence; while that is being read, everything is suspicious. A process
// that starts adopts the mark that the first process set after the broker's start, which is kept in a record.

import type { Link } from "../connection/link.ts";
import { ticks } from "../connection/ticker.ts";
import { type Fields, fieldsAt, numberAt, parseFields } from "../wire/fields.ts";
import { encodeHeaders } from "../wire/header-block.ts";
import { HEADER } from "../wire/names.ts";
import { reasonOf } from "../wire/nats-errors.ts";
import { PubAckReader } from "../wire/pub-ack.ts";

const RETRY_TICKS = ticks(1000);
const RENEW_TICKS = ticks(600_000); // well within the life of a record

/** See the top of the file. */
export class SuspicionMark {
  readonly #link: Link;
  readonly #queue: string | null;
  /** Sequences up to this one are suspicious. */
  #value = Number.POSITIVE_INFINITY;
  #reading = 0;
  #retryTick = 0;
  #renewTick = 0;
  #hearing = false;

  /** @param queue - The queue whose own stream it is about; null: the stream that queues share. */
  constructor(link: Link, queue: string | null = null) {
    this.#link = link;
    this.#queue = queue;
    link.connection.observe({ onUp: (_, restarted) => this.#onUp(restarted) });
    link.ticker.onTick(() => this.#onTick());
  }

  /** Whether a message with that sequence may have been settled before. */
  covers(sequence: number): boolean {
    return sequence <= this.#value;
  }

  /** Sets the mark when the transport has just connected for the first time. `tasks` is what the broker says of the stream. */
  async start(tasks: Fields): Promise<void> {
    const last = numberAt(fieldsAt(tasks, "state"), "last_seq");
    this.#renewTick = this.#link.ticker.now + RENEW_TICKS;
    // On a cluster another server may have restarted than the one we are connected to.
    const clustered = this.#link.connection.current?.info?.cluster !== undefined;
    this.#value = clustered ? last : await this.#share(last).catch(() => last);
    if (clustered && !this.#hearing) this.#hearElections();
  }

  /** Something happened after which messages may come back. */
  disturbed(why: string): void {
    this.#value = Number.POSITIVE_INFINITY;
    this.#link.logger.debug({ why }, "deliveries are checked against their records from here");
    void this.#readAgain();
  }

  get #stream(): string {
    const { names } = this.#link;
    return this.#queue === null ? names.tasks : names.streamOf(this.#queue);
  }

  #hearElections(): void {
    this.#hearing = true;
    const { connection } = this.#link;
    const stream = this.#stream;
    for (const kind of [`STREAM.LEADER_ELECTED.${stream}`, `CONSUMER.LEADER_ELECTED.${stream}.*`]) {
      connection.subscribe(`$JS.EVENT.ADVISORY.${kind}`, () => this.disturbed("a leader was elected"));
    }
  }

  #onUp(restarted: boolean): void {
    if (this.#renewTick === 0) return; // `start` has not been called: the first connection
    this.disturbed(restarted ? "the broker was restarted" : "reconnected");
  }

  async #readAgain(): Promise<void> {
    const reading = ++this.#reading;
    this.#retryTick = 0;
    try {
      const last = await this.#link.api.lastSequence(this.#stream);
      if (reading !== this.#reading) return; // disturbed again meanwhile
      this.#value = last ?? Number.POSITIVE_INFINITY;
      if (last === null) this.#retryTick = this.#link.ticker.now + RETRY_TICKS;
      else await this.#share(last).catch(() => last);
    } catch (error) {
      if (reading === this.#reading) this.#retryTick = this.#link.ticker.now + RETRY_TICKS;
      this.#link.logger.debug({ reason: reasonOf(error) }, "the last sequence of the tasks could not be read");
    }
  }

  #onTick(): void {
    const { now } = this.#link.ticker;
    if (this.#retryTick > 0 && now >= this.#retryTick) void this.#readAgain();
    if (this.#renewTick > 0 && now >= this.#renewTick) {
      this.#renewTick = now + RENEW_TICKS;
      void this.#renew().catch(() => undefined);
    }
  }

  /** Keeps our mark for processes that start later, or takes the one that is there. @returns the mark to use. */
  async #share(last: number): Promise<number> {
    const { names, publisher, api, connection } = this.#link;
    const subject = names.serverMark(connection.server, this.#queue);
    const stream = names.results;
    const outcome = await publisher.publish(
      {
        subject,
        body: Buffer.from(JSON.stringify({ mark: last })),
        block: encodeHeaders([
          [HEADER.expectedStream, stream],
          [HEADER.expectedLastSubjectSequence, "0"],
        ]),
      },
      { reader: new PubAckReader(stream), what: "mark of the server", value: (verdict) => verdict },
    );
    if (outcome === "stored") return last;
    const kept = await api.leaderRead(stream, { last_by_subj: subject });
    const mark = kept === null ? null : parseFields(Buffer.from(kept.body).toString());
    return mark === null ? last : numberAt(mark, "mark");
  }

  /** Stores the shared mark once more, so that it does not expire while the broker runs. */
  async #renew(): Promise<void> {
    const { names, publisher, api, connection } = this.#link;
    const subject = names.serverMark(connection.server, this.#queue);
    const kept = await api.leaderRead(names.results, { last_by_subj: subject });
    if (kept === null) return;
    await publisher.publish(
      { subject, body: kept.body, block: encodeHeaders([[HEADER.expectedStream, names.results]]) },
      { reader: new PubAckReader(names.results), what: "mark of the server", value: () => undefined },
    );
  }
}
