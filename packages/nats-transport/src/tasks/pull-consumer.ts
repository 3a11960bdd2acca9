// One process's part in consuming a queue: asks the durable consumer for as many messages as were requested.
//
// At most one request is outstanding; what is requested meanwhile is asked for together when it ends. Each request has a
// heartbeat and a deadline of its own (R22, F16). Where nothing comes, `ConsumerDoctor` finds out why.

import type { Msg } from "@nats-io/transport-node";
import type { ConsumeOptions, QueueConsumer } from "@troupe/core/transport";
import type { LastingSubscription } from "../connection/connection.ts";
import type { Link } from "../connection/link.ts";
import { ticks } from "../connection/ticker.ts";
import { type ConsumerSpec, nanoseconds } from "../topology/topology.ts";
import { ackPrefix, readAckSubject } from "../wire/ack-subject.ts";
import { HeaderReader } from "../wire/header-block.ts";
import { readPullStatus } from "../wire/pull-status.ts";
import type { ConsumerDoctor } from "./consumer-doctor.ts";
import { type DeliverySource, JetStreamDelivery } from "./jetstream-delivery.ts";
import type { Settlements } from "./settlements.ts";
import type { StallWatch } from "./stall-watch.ts";
import type { SuspicionMark } from "./suspicion-mark.ts";

/** What those pull consumers share that ask the same consumer for messages. */
export interface DeliveryOrder {
  /** Highest stream sequence that was delivered to this process, or, when it began to consume, to anybody. */
  highest: number;
}

/** What it is made of. */
export interface PullConsumerParts {
  readonly link: Link;
  readonly spec: ConsumerSpec;
  readonly settlements: Settlements;
  readonly mark: SuspicionMark;
  readonly doctor: ConsumerDoctor;
  readonly stall: StallWatch;
  readonly order: DeliveryOrder;
  /** Asks for what is there, and waits for nothing. */
  readonly atOnce: boolean;
  /** Prefix of the subjects on which it is answered; its own. */
  readonly inbox: string;
  readonly onEnd: (consumer: PullConsumer) => void;
}

const OWN_DEADLINE_AFTER_EXPIRY_MS = 5000;
const PAUSE_MS = 1000;
const EMPTY_PULLS_PER_CHECK = 6;
const QUIET_MS = 30;
const LONGEST_STOP_MS = 500;
/** Where a queue is paused, other processes stop at the same time, and the broker may give it to them in vain. */
const UNWANTED_MS = 1_000;

/** See the top of the file. */
export class PullConsumer implements QueueConsumer, DeliverySource {
  readonly queue: string;
  readonly settlements: Settlements;
  readonly headers: HeaderReader = new HeaderReader();

  readonly #parts: PullConsumerParts;
  readonly #options: ConsumeOptions;
  readonly #subscription: LastingSubscription;
  readonly #askSubject: string;
  readonly #askTail: string;
  readonly #ackPrefix: string;
  readonly #quietTicks: number;
  readonly #pullTicks: number;

  /** Requested, not yet asked for. */
  #credits = 0;
  /** Asked for with the outstanding request, not yet come. */
  #asked = 0;
  #pullNumber = 0;
  #dueTick = 0;
  #quietTick = 0;
  #resumeTick = 0;
  #emptyPulls = 0;
  #gotSome = false;
  #planned = false;
  #checking = false;
  #stopping = false;
  /** Came while it stopped. */
  readonly #unwanted: string[] = [];
  #ended: Promise<void> | null = null;

  constructor(parts: PullConsumerParts, options: ConsumeOptions) {
    const { link, spec } = parts;
    // A 2.9 server that has only requests of a lost worker when an ack wait ends steps back by a message, and delivers it as a
    // new one: requests must be over before.
    const expiresMs = Math.min(link.config.pullExpiresMs, link.settings.ackWaitMs / 2);
    const heartbeatMs = expiresMs / 2;
    this.#parts = parts;
    this.#options = options;
    this.queue = options.queue;
    this.settlements = parts.settlements;
    this.#askSubject = `$JS.API.CONSUMER.MSG.NEXT.${spec.stream}.${spec.name}`;
    const lasting = `,"expires":${nanoseconds(expiresMs)},"idle_heartbeat":${nanoseconds(heartbeatMs)}}`;
    this.#askTail = parts.atOnce ? `,"no_wait":true}` : lasting;
    this.#ackPrefix = ackPrefix(spec.stream, spec.name);
    this.#quietTicks = ticks(2 * heartbeatMs);
    this.#pullTicks = ticks(expiresMs + OWN_DEADLINE_AFTER_EXPIRY_MS);
    this.#subscription = link.connection.subscribe(`${parts.inbox}*`, (message) => this.#onMessage(message));
  }

  request(count: number): void {
    this.#credits += count;
    this.#plan();
  }

  stop(): Promise<void> {
    this.#ended ??= this.#end();
    return this.#ended;
  }

  async close(): Promise<void> {
    await this.stop();
    for (const delivery of this.settlements.unsettledOf(this)) delivery.handBack(0);
    await this.#parts.link.connection.current?.flush().catch(() => undefined);
  }

  // New messages come in the order of the stream. One that does not was delivered before, also when the broker calls it new.
  isMarked(sequence: number): boolean {
    const { order } = this.#parts;
    if (sequence <= order.highest) return true;
    order.highest = sequence;
    return this.#parts.mark.covers(sequence);
  }

  /** There is a connection again. */
  onUp(): void {
    this.#resumeTick = 0;
    this.#plan();
  }

  /** The connection is lost, and with it the outstanding request. */
  onDown(): void {
    this.#endPull();
  }

  /** Looks after deadlines. */
  onTick(): void {
    const { now } = this.#parts.link.ticker;
    if (this.#asked === 0) this.#pull();
    else if (now >= this.#quietTick || now >= this.#dueTick) {
      this.#parts.mark.disturbed("the broker was silent");
      this.#endPull();
      this.#check("silent");
    }
  }

  #plan(): void {
    if (this.#planned) return;
    this.#planned = true;
    // Credits come one by one as tasks end; asking once per turn of the event loop asks for all of them together.
    setImmediate(() => {
      this.#planned = false;
      this.#pull();
    });
  }

  #pull(): void {
    const { link, inbox } = this.#parts;
    const nats = link.connection.current;
    const { now } = link.ticker;
    if (nats === null || this.#asked > 0 || this.#credits === 0 || this.#stopping) return;
    if (this.#checking || now < this.#resumeTick) return;
    this.#asked = this.#credits;
    this.#credits = 0;
    this.#gotSome = false;
    this.#quietTick = now + this.#quietTicks;
    this.#dueTick = now + this.#pullTicks;
    nats.publish(this.#askSubject, `{"batch":${this.#asked}${this.#askTail}`, {
      reply: inbox + String(++this.#pullNumber),
    });
  }

  #onMessage(message: Msg): void {
    const ackSubject = message.reply ?? "";
    if (ackSubject === "") this.#onStatus(message);
    else if (this.#parts.stall.isStale()) this.#leave();
    else if (!this.#takeCredit()) this.settlements.refuse(ackSubject);
    else if (this.#stopping) this.#unwanted.push(ackSubject);
    else this.#deliver(message, ackSubject);
    if (this.#asked === 0 && this.#credits > 0) this.#plan();
  }

  /** A message may be a late one of a request that was given up; it may still use what was requested since. */
  #takeCredit(): boolean {
    if (this.#asked > 0) this.#asked -= 1;
    else if (this.#credits > 0) this.#credits -= 1;
    else return false;
    return true;
  }

  /** A delivery that may be somebody else's by now is neither taken nor given back. */
  #leave(): void {
    if (this.#takeCredit() && !this.#stopping) this.#options.onUnused(1);
  }

  #deliver(message: Msg, ackSubject: string): void {
    this.#gotSome = true;
    this.#quietTick = this.#parts.link.ticker.now + this.#quietTicks;
    const delivery = new JetStreamDelivery(this, message, ackSubject, readAckSubject(ackSubject, this.#ackPrefix));
    if (delivery.held) {
      this.#options.onDelivery(delivery);
      return;
    }
    this.#parts.link.logger.error({ queue: this.queue }, "too many deliveries are unsettled; giving one back");
    this.settlements.refuse(ackSubject);
    this.#resumeTick = this.#parts.link.ticker.now + ticks(PAUSE_MS);
    this.#options.onUnused(1);
  }

  #onStatus(message: Msg): void {
    if (message.subject !== this.#parts.inbox + String(this.#pullNumber)) return; // of a request that was given up
    const code = message.headers?.code ?? 0;
    const description = message.headers?.description ?? "";
    const outcome = readPullStatus(code, description);
    this.#quietTick = this.#parts.link.ticker.now + this.#quietTicks;
    if (outcome.disturbed) this.#parts.mark.disturbed(description);
    if (outcome.unusual) {
      this.#parts.link.logger.warn({ queue: this.queue, code, description }, "the broker ended a request for tasks");
    }
    if (outcome.next !== "alive") this.#onPullEnded(outcome.next);
  }

  #onPullEnded(next: "again" | "pause" | "check"): void {
    this.#emptyPulls = this.#gotSome ? 0 : this.#emptyPulls + 1;
    if (next === "pause") this.#pause();
    this.#endPull();
    if (next === "check") this.#check("ended");
    else if (!this.#parts.atOnce && this.#emptyPulls > 0 && this.#emptyPulls % EMPTY_PULLS_PER_CHECK === 0)
      this.#check("empty");
  }

  #pause(): void {
    const pauseMs = PAUSE_MS * (0.5 + Math.random()); // others were sent away with us
    this.#resumeTick = this.#parts.link.ticker.now + ticks(pauseMs);
  }

  #endPull(): void {
    const unused = this.#asked;
    this.#asked = 0;
    if (unused > 0 && !this.#stopping) this.#options.onUnused(unused);
    this.#plan();
  }

  #check(symptom: "silent" | "ended" | "empty"): void {
    if (this.#checking || this.#stopping) return;
    this.#checking = true;
    const finish = (): void => {
      this.#checking = false;
      this.#plan();
    };
    this.#parts.doctor.examine(symptom).then((healthy) => {
      if (!healthy) this.#pause();
      finish();
    }, finish);
  }

  /**
   * A request cannot be taken back, and the broker may lose sight of the message that it sends in the moment in which we
   * unsubscribe: it would come again only after the ack wait. So unsubscribe when the request is used up, or nothing comes.
   */
  async #untilQuiet(): Promise<void> {
    const until = performance.now() + LONGEST_STOP_MS;
    for (let left = 0; this.#asked > 0 && this.#asked !== left && performance.now() < until; ) {
      left = this.#asked;
      await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
    }
  }

  async #end(): Promise<void> {
    this.#stopping = true;
    this.#credits = 0;
    await this.#untilQuiet();
    // What is on its way still arrives.
    await this.#subscription.drain();
    // Being asked makes the server drop our last request, which nobody hears any more. While it has only such requests, it
    // forgets what is given back until the ack wait is over.
    const { link, spec } = this.#parts;
    await link.api.consumerInfo(spec.stream, spec.name).catch(() => null);
    for (const ackSubject of this.#unwanted.splice(0)) this.settlements.refuse(ackSubject, UNWANTED_MS);
    this.#asked = 0;
    this.#parts.onEnd(this);
  }
}
