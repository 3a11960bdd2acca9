// Publishes and requests with an answer, at the speed of plain publishes: one subscription on `<inbox>.*` for all answers,
// a map from the last token to what waits, one timer for all deadlines.
//
// A bounded number is under way; what comes beyond waits in order, bounded too. While there is no connection everything
// is refused at once. When the connection is lost, the outcome of all that was under way is unknown.

import { createInbox, Empty, type Msg } from "@nats-io/transport-node";
import { BrokerRefusedError, PayloadTooLargeError, QueueFullError } from "@troupe/core/transport";
import type { Connection, Wire } from "../connection/connection.ts";
import { type Ticker, ticks } from "../connection/ticker.ts";
import { parseFields } from "../wire/fields.ts";
import { HeaderCarrier } from "../wire/header-block.ts";
import {
  apiErrorIn,
  asBrokerError,
  classify,
  JS_ERROR,
  jetStreamMissing,
  notConnected,
  streamGone,
} from "../wire/nats-errors.ts";
import { Fifo } from "./fifo.ts";
import { type AckedBy, type OutgoingMessage, type Pending, PendingPublish, PendingRequest } from "./pending.ts";

const LONGEST_WAITING_LIST = 100_000;
const NO_RESPONDERS = 503;
const ZERO = 48;
const TRY_TICKS = ticks(5000);

/** How it is set up. */
export interface AckedPublisherOptions {
  readonly connection: Pick<Connection, "observe" | "subscribe">;
  readonly ticker: Ticker;
  readonly maxInFlight: number;
  readonly inboxPrefix: string;
  /** For messages. */
  readonly address: string;
}

/** See the top of the file. */
export class AckedPublisher {
  /** Whether JetStream has ever answered here: afterwards its absence is a disturbance, not a wrong configuration (R34). */
  worked = false;

  readonly #ticker: Ticker;
  readonly #maxInFlight: number;
  readonly #address: string;
  readonly #inbox: string;
  readonly #tokenAt: number;
  readonly #pending = new Map<number, Pending>();
  readonly #waiting = new Fifo<Pending>();
  readonly #carrier = new HeaderCarrier();
  readonly #explaining = new Map<string, Promise<Error>>();
  #nats: Wire | null = null;
  #maxPayload = 0;
  #lastToken = 0;

  constructor(options: AckedPublisherOptions) {
    this.#ticker = options.ticker;
    this.#maxInFlight = options.maxInFlight;
    this.#address = options.address;
    this.#inbox = `${createInbox(options.inboxPrefix)}.`;
    this.#tokenAt = this.#inbox.length;
    options.connection.subscribe(`${this.#inbox}*`, (message) => this.#onAnswer(message));
    options.connection.observe({
      onUp: (nats) => {
        this.#nats = nats;
        this.#maxPayload = nats.info?.max_payload ?? 0;
      },
      onDown: (reason) => this.#onDown(reason),
      onDenied: (subject) => this.#onDenied(subject),
    });
    this.#ticker.onTick(() => this.#expire());
  }

  /** Publishes to a stream; settles with what `by` makes of its confirmation. */
  publish<T>(message: OutgoingMessage, by: AckedBy<T>): Promise<T> {
    const size = message.body.length + (message.block === null ? 0 : message.block.length);
    if (this.#nats !== null && size > this.#maxPayload) {
      return Promise.reject(new PayloadTooLargeError(by.what, size, this.#maxPayload));
    }
    return new Promise((resolve, reject) => this.#begin(new PendingPublish(message, by, resolve, reject)));
  }

  /** Sends a request; resolves with the reply. */
  request(subject: string, body: Uint8Array = Empty): Promise<Msg> {
    return new Promise((resolve, reject) => this.#begin(new PendingRequest(subject, body, resolve, reject)));
  }

  #begin(entry: Pending): void {
    if (this.#nats === null) entry.fail(notConnected(this.#address));
    else if (this.#pending.size < this.#maxInFlight) this.#send(entry, this.#nats);
    else if (this.#waiting.size < LONGEST_WAITING_LIST) this.#waiting.push(entry);
    else {
      entry.fail(
        new QueueFullError(
          `${LONGEST_WAITING_LIST} messages already wait for the broker to confirm earlier ones; await them before sending more`,
        ),
      );
    }
  }

  #send(entry: Pending, nats: Wire): void {
    const token = ++this.#lastToken;
    entry.dueTick = this.#ticker.now + TRY_TICKS;
    this.#pending.set(token, entry);
    const reply = this.#inbox + String(token);
    try {
      const { subject, body, block } = entry.message;
      nats.publish(subject, body, block === null ? { reply } : { reply, headers: this.#carrier.carry(block) });
    } catch (error) {
      this.#pending.delete(token);
      entry.fail(
        nats.isClosed() ? notConnected(this.#address) : asBrokerError(error, `message to ${entry.message.subject}`),
      );
    }
  }

  #onAnswer(message: Msg): void {
    const token = numberAtEnd(message.subject, this.#tokenAt);
    const entry = this.#pending.get(token);
    if (entry === undefined) return; // given up before
    this.#pending.delete(token);
    if (message.data.length === 0 && message.headers?.code === NO_RESPONDERS) {
      entry.absent((stream) => this.#explainAbsence(stream));
    } else {
      this.worked = true;
      entry.answer(message);
    }
    if (this.#waiting.size > 0) this.#sendWaiting();
  }

  #sendWaiting(): void {
    while (this.#nats !== null && this.#pending.size < this.#maxInFlight) {
      const entry = this.#waiting.shift();
      if (entry === undefined) return;
      this.#send(entry, this.#nats);
    }
  }

  /** All tries last equally long, so the map is in order of their ends. */
  #expire(): void {
    for (const [token, entry] of this.#pending) {
      if (entry.dueTick > this.#ticker.now) break;
      this.#pending.delete(token);
      entry.giveUp("the broker did not answer in time");
    }
    this.#sendWaiting();
  }

  #onDown(reason: string): void {
    this.#nats = null;
    const sent = [...this.#pending.values()];
    this.#pending.clear();
    for (const entry of sent) entry.giveUp(reason);
    for (const entry of this.#waiting.takeAll()) entry.fail(notConnected(this.#address));
  }

  #onDenied(subject: string): void {
    for (const [token, entry] of this.#pending) {
      if (entry.message.subject !== subject) continue;
      this.#pending.delete(token);
      entry.fail(
        new BrokerRefusedError(`this user may not publish to ${subject}; change its permissions on the broker`),
      );
    }
    this.#sendWaiting();
  }

  /** Why nobody answers for a stream: asked once for all that wait. */
  #explainAbsence(stream: string): Promise<Error> {
    if (stream === "" || !this.worked) return Promise.resolve(jetStreamMissing(this.#address, this.worked));
    let explanation = this.#explaining.get(stream);
    if (explanation === undefined) {
      explanation = this.#askForStream(stream).finally(() => this.#explaining.delete(stream));
      this.#explaining.set(stream, explanation);
    }
    return explanation;
  }

  async #askForStream(stream: string): Promise<Error> {
    const reply = await this.request(`$JS.API.STREAM.INFO.${stream}`);
    const error = apiErrorIn(parseFields(reply.string()) ?? {});
    if (error?.code === JS_ERROR.streamNotFound) return streamGone(stream, this.#address);
    return error === null ? jetStreamMissing(this.#address, true) : classify(error, `stream ${stream}`);
  }
}

/** Reads the digits from a place on; cheaper than cutting the text. */
function numberAtEnd(text: string, from: number): number {
  let value = 0;
  for (let i = from; i < text.length; i++) value = value * 10 + text.charCodeAt(i) - ZERO;
  return value;
}
