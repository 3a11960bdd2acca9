// One shard in this process's hands: gives each message of its log to its actor, in order. An actor is open as long as its plan is
// in the log; what comes for one without a plan is settled at once (protocol §6, the table).
//
// Bounds (I7): messages ≤ what the log takes; bodies that are kept ≤ `valueBytes`; chords that come to their end at the same time
// ≤ `MAX_CLOSING`; ids of ended actors ≤ `MAX_ENDED`. When the shard is lost, all of it is dropped.

import type { AnyActorRef } from "xstate";
import { eachOf } from "../client/in-batches.ts";
import { Abandoned, persist } from "../client/persist.ts";
import { serializerOf } from "../codec/serializer.ts";
import type { ActorMessage, PlanMessage } from "../model/actor-message.ts";
import type { ActorAddress } from "../model/flow.ts";
import type { Clock, Timer } from "../platform/clock.ts";
import { deferred } from "../platform/deferred.ts";
import type { Logger } from "../platform/logger.ts";
import type { Mail, Shard } from "../transport/mailboxes.ts";
import type { Transport } from "../transport/transport.ts";
import { ChordCoordinator } from "./chord-coordinator.ts";
import type { ChordEffects, EffectsFor } from "./chord-effects.ts";
import type { ChordHost } from "./chord-host.ts";
import { ChordLog } from "./chord-log.ts";
import { type Held, HeldMail } from "./held-mail.ts";
import { openMail } from "./open-mail.ts";

/** What shards are owned with. */
export interface OwnerPorts {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly effects: EffectsFor;
  /** Longest life of an actor, in milliseconds. */
  readonly maxAgeMs: number;
  /** Parent of the actors' XState actors. */
  readonly parent: AnyActorRef;
  /** Bytes of message bodies that a shard keeps in memory. @default 64 MiB */
  readonly valueBytes?: number | undefined;
}

/** Why a message is kept for people. `stays`: its actor needs it all the same. */
interface SetAside {
  readonly reason: string;
  readonly detail: string;
  readonly stays: boolean;
}

/** Queue under which messages that no actor can read are kept for people. */
export const ACTOR_LETTERS = "troupe.actors";

const VALUE_BYTES = 64 * 1024 * 1024;
const MAX_CLOSING = 16;
const MAX_ENDED = 10_000;
const TIME_CHECK_MS = 5_000;
/** A plan that the broker has must come through the log within this time. */
const MISSING_PLAN_MS = 10_000;

/** The actors of one shard, from its taking to its loss. */
export class ShardOwner implements ChordHost {
  readonly shard: Shard;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly effects: ChordEffects;
  readonly maxAgeMs: number;
  readonly parent: AnyActorRef;
  readonly held: HeldMail;
  readonly takenAt: number;
  readonly #onDoubt: (reason: string) => void;
  readonly #open = new Map<string, ChordCoordinator>();
  /** What came for actors whose plan was not seen, until it is known whether there is one. */
  readonly #orphans = new Map<string, ChordLog>();
  readonly #ended = new Set<string>();
  // Who waits for one of the places in which actors come to their end. Bounded by the open actors.
  readonly #line: (() => void)[] = [];
  readonly #drained = deferred();
  #closing = 0;
  #timeCheck: Timer | null = null;
  #isDraining = false;
  #isLost = false;
  #toldVersion = false;

  /** @param onDoubt - The log is not what it was taken for: the shard has to be taken again. */
  constructor(shard: Shard, ports: OwnerPorts, onDoubt: (reason: string) => void) {
    this.shard = shard;
    this.transport = ports.transport;
    this.clock = ports.clock;
    this.logger = ports.logger;
    this.maxAgeMs = ports.maxAgeMs;
    this.parent = ports.parent;
    this.held = new HeldMail(ports.valueBytes ?? VALUE_BYTES);
    this.takenAt = ports.transport.now();
    this.effects = ports.effects(this);
    this.#onDoubt = onDoubt;
  }

  /** Whether the shard is lost: nothing more is written. */
  get abandoned(): boolean {
    return this.#isLost;
  }

  /** Actors that are open. */
  get size(): number {
    return this.#open.size;
  }

  /** Takes the next message of the log. */
  onMail(mail: Mail): void {
    if (this.#isLost) return;
    const opened = openMail(mail);
    if (opened.type === "message") this.#take(opened.message, mail);
    else if (opened.type === "bad") this.#setAside(this.held.hold(mail), { ...opened, stays: false });
    else this.#leaveInLog(mail);
  }

  /** Starts nothing more. Resolves when what is under way has come to its end. */
  drain(): Promise<void> {
    this.#isDraining = true;
    if (this.#closing === 0) this.#drained.resolve();
    return this.#drained.promise;
  }

  /** The shard is not this process's any more: drops everything. */
  lose(): void {
    this.#isLost = true;
    this.#timeCheck?.cancel();
    for (const actor of this.#open.values()) actor.lose();
    this.#open.clear();
    this.#orphans.clear();
    this.#ended.clear();
    this.#line.length = 0;
    this.#drained.resolve();
  }

  enter(start: () => void): void {
    if (this.#isDraining || this.#closing === MAX_CLOSING) {
      this.#line.push(start);
      return;
    }
    this.#closing += 1;
    start();
  }

  leave(): void {
    this.#closing -= 1;
    if (this.#isDraining && this.#closing === 0) this.#drained.resolve();
    const next = this.#isDraining ? undefined : this.#line.shift();
    if (next) this.enter(next);
  }

  doubt(reason: string): void {
    if (!this.#isLost) this.#onDoubt(reason);
  }

  onClosed(actorId: string): void {
    this.#open.delete(actorId);
    this.#remember(actorId);
  }

  #take(message: ActorMessage, mail: Mail): void {
    const { id } = message.actor;
    const open = this.#open.get(id);
    if (message.type === "plan") {
      if (open) this.shard.ack(mail);
      else this.#openActor(message, mail);
    } else if (open) {
      this.#hold(open.log, message, mail);
      open.collect();
    } else if (this.#ended.has(id)) {
      this.shard.ack(mail);
    } else {
      this.#holdOrphan(message, mail);
    }
  }

  #openActor(plan: PlanMessage, mail: Mail): void {
    const { id } = plan.actor;
    const log = this.#orphans.get(id) ?? new ChordLog();
    this.#orphans.delete(id);
    const cameBefore = this.#ended.delete(id);
    const sent = cameBefore ? { ...mail, repeat: true } : mail;
    const actor = new ChordCoordinator(plan, sent, this.#hold(log, plan, mail), { log, host: this });
    this.#open.set(id, actor);
    actor.start();
    this.#checkTimeLater();
  }

  #hold(log: ChordLog, message: ActorMessage, mail: Mail): Held {
    const held = this.held.hold(mail);
    const { duplicate, misplaced } = log.take(message, held);
    if (duplicate) {
      this.held.drop(held);
      this.shard.ack(mail);
    }
    const { id } = message.actor;
    const detail = `group ${id} has no member of that number`;
    for (const other of misplaced) this.#setAside(other.held, { reason: "invalid", detail, stays: other.counted });
    return held;
  }

  #holdOrphan(message: ActorMessage, mail: Mail): void {
    const { actor } = message;
    const found = this.#orphans.get(actor.id);
    const log = found ?? new ChordLog();
    this.#hold(log, message, mail);
    if (found) return;
    this.#orphans.set(actor.id, log);
    this.enter(() => {
      this.#run(this.#lookForPlan(actor).finally(() => this.leave()));
    });
  }

  async #lookForPlan(actor: ActorAddress): Promise<void> {
    const { id } = actor;
    const hasPlan = await persist(this, `the look for the plan of group ${id}`, () => this.shard.hasPlan(actor));
    const log = this.#orphans.get(id);
    if (!log || this.#isLost) return;
    if (hasPlan) {
      this.#expectPlan(id);
      return;
    }
    // Ended, or never was.
    this.#orphans.delete(id);
    this.#remember(id);
    this.logger.debug(`${log.held.length} messages for group ${id}, which has ended, are settled`);
    await eachOf(log.held, (held) => this.#settle(held));
  }

  // It may have been stored after what came here, and come yet.
  #expectPlan(actorId: string): void {
    this.clock.after(MISSING_PLAN_MS, () => {
      if (this.#orphans.has(actorId)) this.doubt(`the plan of group ${actorId} did not come through the log`);
    });
  }

  #setAside(held: Held, why: SetAside): void {
    this.logger.warn(`a message in shard ${this.shard.shard} was set aside: ${why.detail}`);
    this.#run(this.#keepLetter(held, why));
  }

  async #keepLetter(held: Held, { reason, detail, stays }: SetAside): Promise<void> {
    const read = (): Promise<Uint8Array | null> => this.shard.read(held.seq);
    const body = held.mail?.body ?? (await persist(this, `the look for message ${held.seq}`, read));
    if (!body) return;
    const letter = { queue: ACTOR_LETTERS, reason, detail, contentType: serializerOf(body).contentType, body };
    await persist(this, "a dead letter", () => this.transport.deadLetters.put(letter, null));
    if (!stays) await this.#settle(held);
  }

  #settle(held: Held): Promise<void> {
    return persist(this, `the end of message ${held.seq}`, () => this.held.settle(held, this.shard));
  }

  #leaveInLog({ seq }: Mail): void {
    if (this.#toldVersion) return;
    this.#toldVersion = true;
    this.logger.warn(
      `message ${seq} in shard ${this.shard.shard} is of a later version; such messages wait for a worker of that version`,
    );
  }

  #remember(actorId: string): void {
    this.#ended.add(actorId);
    const [oldest] = this.#ended;
    if (this.#ended.size > MAX_ENDED && oldest !== undefined) this.#ended.delete(oldest);
  }

  #checkTimeLater(): void {
    if (this.#timeCheck || this.#open.size === 0 || this.#isLost) return;
    this.#timeCheck = this.clock.after(TIME_CHECK_MS, () => {
      this.#timeCheck = null;
      const now = this.transport.now();
      for (const actor of this.#open.values()) actor.checkTime(now);
      this.#checkTimeLater();
    });
  }

  #run(work: Promise<void>): void {
    work.catch((error: unknown) => {
      if (error instanceof Abandoned || this.#isLost) return;
      this.logger.error({ err: error }, `a message in shard ${this.shard.shard} could not be settled`);
    });
  }
}
