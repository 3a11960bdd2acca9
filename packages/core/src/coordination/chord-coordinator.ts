// Provides the actions of the chord machine for one actor. In this order: the decision is stored, what follows is sent, the plan is
// erased, the rest is acknowledged (protocol §6). After a crash at any point the next owner does the same from the same log.

import { type Actor, createActor } from "xstate";
import { inBatches } from "../client/in-batches.ts";
import { Abandoned, persist } from "../client/persist.ts";
import { encodeActorDecision } from "../codec/actor-decision-codec.ts";
import { decodeActorMessage } from "../codec/actor-message-codec.ts";
import type { ActorDecision } from "../model/actor-decision.ts";
import type { MemberEnd, PlanMessage } from "../model/actor-message.ts";
import { culpritOf, type Failure } from "../model/failure.ts";
import type { Mail } from "../transport/mailboxes.ts";
import { type Decided, dispatchPlan, failPlan } from "./carry-out.ts";
import { memberFailed, notSendable, notSubmitted, tooOld } from "./chord-error.ts";
import type { ChordHost } from "./chord-host.ts";
import type { ChordLog } from "./chord-log.ts";
import { type ChordEvent, type ChordSteps, chordMachine } from "./chord-machine.ts";
import { readDecision, storeDecision } from "./decision-store.ts";
import type { Held } from "./held-mail.ts";

/** A client that has not sent its seal after this time is taken for dead, in milliseconds. */
const SEAL_LIMIT_MS = 30_000;

/** A plan that came again after its chord had ended is taken for that when nothing else has come after it in this time. */
const COPY_LIMIT_MS = 600_000;

/** The coordinator of one chord, or of any group that something waits for. */
export class ChordCoordinator implements ChordSteps {
  readonly log: ChordLog;
  readonly #id: string;
  readonly #resultId: string;
  readonly #isClients: boolean;
  readonly #reply: string | null;
  readonly #plan: Held;
  readonly #planMail: Pick<Mail, "replayed" | "repeat">;
  readonly #host: ChordHost;
  readonly #actor: Actor<typeof chordMachine>;
  #decision: ActorDecision | null = null;
  #refusal: Failure | null = null;
  /** Why it is closed before all members are final. */
  #timeout: Failure | null = null;
  #isTooOld = false;
  #isCopy = false;
  #isRepeat: boolean;
  #hasPlace = false;

  /** @param log - what came before the plan, if anything; goes on to grow. */
  constructor(message: PlanMessage, mail: Mail, held: Held, at: { readonly log: ChordLog; readonly host: ChordHost }) {
    this.log = at.log;
    this.#host = at.host;
    this.#id = message.actor.id;
    this.#resultId = message.resultId;
    this.#isClients = message.origin === "client";
    this.#reply = message.reply;
    this.#plan = held;
    this.#planMail = { replayed: mail.replayed, repeat: mail.repeat };
    this.#isRepeat = mail.replayed;
    this.#actor = createActor(chordMachine, { input: this, id: `chord ${this.#id}`, parent: at.host.parent });
  }

  start(): void {
    this.#actor.start();
  }

  /** The shard is not this process's any more. */
  lose(): void {
    this.#send({ type: "LOSE" });
  }

  /** Closes the chord when it has waited too long. Judged by the broker's time. */
  checkTime(now: number): void {
    const { takenAt, maxAgeMs } = this.#host;
    const { at } = this.#plan;
    // The log of a shard that was just taken may not be all here.
    const patience = Math.max(at, takenAt) + SEAL_LIMIT_MS;
    if (now < patience) return;
    this.#isTooOld = now >= at + maxAgeMs;
    this.#isCopy = this.#planMail.repeat && this.#lacksItsCause && now >= takenAt + COPY_LIMIT_MS;
    if (this.#isTooOld) this.#timeout = tooOld(maxAgeMs);
    else if (this.#isClients && !this.log.isSealed) this.#timeout = notSubmitted(SEAL_LIMIT_MS);
    if (this.#timeout || this.#isCopy) this.#send({ type: "CLOSE" });
  }

  // It is decided, and what it was decided by is not in the log.
  get #lacksItsCause(): boolean {
    if (!this.#decision) return false;
    return this.#decision.decision === "DISPATCH" || (this.#isForetold && this.log.firstFailure === null);
  }

  // A member failed. The others still have their ends to come to.
  get #isForetold(): boolean {
    const error = this.#decision?.error ?? null;
    return error !== null && culpritOf(error) !== undefined;
  }

  // It fails without the members that are missing.
  get #isGivenUp(): boolean {
    return this.#decision?.decision === "FAIL" && (this.#timeout !== null || !this.#isForetold);
  }

  open(): void {
    // Nobody can have decided about a new plan.
    if (!this.#planMail.replayed && !this.#planMail.repeat) this.#send({ type: "OPENED" });
    else this.#guard(async () => this.#onLooked(await readDecision(this.#id, this.#host)));
  }

  #onLooked(stored: ActorDecision | null): void {
    this.#decision = stored;
    // In a log that is not replayed the plan of a decided chord can only be a late copy: the first was erased, all is done.
    this.#send({ type: stored && !this.#planMail.replayed ? "SETTLED" : "OPENED" });
  }

  collect(): void {
    const isNewFailure = this.#decision === null && this.log.firstFailure !== null;
    if (this.log.isComplete || isNewFailure || this.#isGivenUp) this.#send({ type: "CLOSE" });
  }

  decide(): void {
    this.#host.enter(() => {
      this.#hasPlace = true;
      this.#guard(() => this.#decide());
    });
  }

  async #decide(): Promise<void> {
    const isNew = this.#decision === null;
    this.#decision ??= await this.#settleDecision();
    const { decision } = this.#decision;
    if (this.log.isComplete || this.#isGivenUp) this.#send({ type: decision });
    else {
      if (isNew) this.#foretell(this.#decision);
      this.#waitFor();
    }
  }

  // Who waits need not wait for the other members: what is decided is what will be stored for the body.
  #foretell(decision: ActorDecision): void {
    if (this.#reply !== null) this.#host.effects.push(this.#reply, encodeActorDecision(decision));
  }

  async #settleDecision(): Promise<ActorDecision> {
    const { decision, isOwn } = await storeDecision(await this.#judge(), this.#host);
    this.#isRepeat ||= !isOwn;
    return decision;
  }

  // It is decided, and members are missing. They come as they end; with the rest of the log; or, when the plan is a late copy, with
  // the repeated members. Never, if nobody repeats those: then it was all done before.
  #waitFor(): void {
    this.#leave();
    this.#send({ type: this.#isTooOld || this.#isCopy ? "SETTLED" : "COLLECT" });
  }

  async #judge(): Promise<ActorDecision> {
    const { isComplete } = this.log;
    const error = (await this.#failure()) ?? this.#timeout;
    const decision = isComplete && !error ? "DISPATCH" : "FAIL";
    return { id: this.#id, decision, error, resultId: this.#resultId };
  }

  async #failure(): Promise<Failure | null> {
    const first = this.log.firstFailure;
    if (!first) return null;
    const end = (await this.#ends(first.held))[first.place];
    return end ? memberFailed(end) : this.#doubt(first.held);
  }

  dispatch(): void {
    this.#guard(async () => {
      try {
        await dispatchPlan(await this.#readPlan(), this.#decided(), this.#host);
        this.#send({ type: "DONE" });
      } catch (error) {
        if (error instanceof Abandoned) throw error;
        this.#host.logger.warn({ err: error }, `what follows from group ${this.#id} could not be sent; it is failed`);
        this.#refusal = notSendable(this.#resultId, error);
        this.#send({ type: "REFUSED" });
      }
    });
  }

  fail(): void {
    this.#guard(async () => {
      const error = this.#refusal ?? this.#decision?.error ?? tooOld(this.#host.maxAgeMs);
      await failPlan(await this.#readPlan(), error, this.#decided(), this.#host);
      this.#send({ type: "DONE" });
    });
  }

  close(): void {
    this.#guard(async () => {
      const { shard, held } = this.#host;
      // Erased, not acknowledged: a crash of the broker undoes acknowledgements, and this one would open the chord again.
      await persist(this.#host, `the end of group ${this.#id}`, () => held.erase(this.#plan, shard));
      this.#host.onClosed(this.#id);
      const settle = (message: Held): Promise<void> | undefined =>
        held.ack(message, shard)
          ? undefined
          : persist(this.#host, `the end of group ${this.#id}`, () => held.erase(message, shard));
      for await (const _settled of inBatches(this.log.held, settle));
      this.#leave();
    });
  }

  #decided(): Decided {
    return { log: this.log, isRepeat: this.#isRepeat, open: (held) => this.#ends(held) };
  }

  #ends(held: Held): readonly MemberEnd[] | Promise<readonly MemberEnd[]> {
    const open = (body: Uint8Array): readonly MemberEnd[] => {
      const message = decodeActorMessage(body);
      return message.type === "c" ? message.ends : this.#doubt(held);
    };
    return held.mail ? open(held.mail.body) : this.#bodyOf(held).then(open);
  }

  async #readPlan(): Promise<PlanMessage> {
    const message = decodeActorMessage(await this.#bodyOf(this.#plan));
    return message.type === "plan" ? message : this.#doubt(this.#plan);
  }

  async #bodyOf(held: Held): Promise<Uint8Array> {
    if (held.mail) return held.mail.body;
    const { shard } = this.#host;
    const body = await persist(this.#host, `the look for message ${held.seq}`, () => shard.read(held.seq));
    return body ?? this.#doubt(held);
  }

  // Only an owner settles messages, and this one has not.
  #doubt({ seq }: Held): never {
    this.#host.doubt(`message ${seq} of group ${this.#id} is gone`);
    throw new Abandoned();
  }

  #leave(): void {
    if (this.#hasPlace) this.#host.leave();
    this.#hasPlace = false;
  }

  // What was under way when the shard was lost may still answer.
  #send(event: ChordEvent): void {
    if (this.#actor.getSnapshot().status === "active") this.#actor.send(event);
  }

  // What an action throws must not reach the machine: it would end the process.
  #guard(step: () => Promise<void>): void {
    step().catch((error: unknown) => this.#onBroken(error));
  }

  // Troupe itself failed, or the stored decision cannot be read: the chord fails with that error.
  #onBroken(error: unknown): void {
    if (error instanceof Abandoned || this.#host.abandoned) return;
    this.#host.logger.error({ err: error }, `group ${this.#id} could not be handled`);
    this.#refusal ??= notSendable(this.#resultId, error);
    this.#decision = { id: this.#id, decision: "FAIL", error: this.#refusal, resultId: this.#resultId };
    const answers: Partial<Record<string, ChordEvent>> = {
      opening: { type: "OPENED" },
      deciding: { type: "FAIL" },
      failing: { type: "DONE" },
    };
    const answer = answers[this.#actor.getSnapshot().value];
    if (answer) this.#send(answer);
  }
}
