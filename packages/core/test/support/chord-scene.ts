// A shard and its owner without a broker. Every step that leaves a trace is noted in order, and the owner can be made to die after
// any of them.

import { createActor, fromTransition } from "xstate";
import type { FlowOrigin } from "../../src/client/compose-step.ts";
import { decodeActorDecision } from "../../src/codec/actor-decision-codec.ts";
import { encodeActorMessage } from "../../src/codec/actor-message-codec.ts";
import { serializerNamed } from "../../src/codec/serializer.ts";
import type { ChordEffects } from "../../src/coordination/chord-effects.ts";
import { ShardOwner } from "../../src/coordination/shard-owner.ts";
import type { ActorMessage, CompletionMessage, PlanMessage } from "../../src/model/actor-message.ts";
import { SerializationError } from "../../src/model/errors.ts";
import type { Failure } from "../../src/model/failure.ts";
import type { ActorAddress, MemberOutcome, TaskStep } from "../../src/model/flow.ts";
import { ManualClock } from "../../src/testing/manual-clock.ts";
import { FakeMailboxes } from "./fake-mailboxes.ts";
import { type Line, rememberingLogger } from "./loggers.ts";
import { nextTurn } from "./outcomes.ts";
import { StubTransport } from "./stub-transport.ts";

export const CHORD: ActorAddress = { shard: 3, id: "chord" };
export const MAX_AGE_MS = 604_800_000;
const MINUTE_MS = 60_000;

/** What was done, with all that was given. */
export interface Effect {
  readonly name: keyof ChordEffects;
  readonly given: readonly unknown[];
  readonly from: FlowOrigin;
}

/** A plan of a chord of two without a body. */
export function planOf(part: Partial<PlanMessage> = {}): PlanMessage {
  return {
    type: "plan",
    actor: CHORD,
    size: 2,
    resultId: "body",
    next: [],
    link: [],
    linkError: [],
    memberOf: null,
    rootId: "root",
    parentId: "before",
    reply: "client-1",
    origin: "settle",
    nesting: 0,
    ...part,
  };
}

/** A step of what follows. */
export function stepOf(id: string, part: Partial<TaskStep> = {}): TaskStep {
  const call = { name: "proj.add", args: [], kwargs: {}, immutable: false, queue: "default", each: "once" } as const;
  return { kind: "task", id, ...call, group: null, options: {}, link: [], linkError: [], ...part };
}

export function sealOf(size: number, actor: ActorAddress = CHORD): ActorMessage {
  return { type: "seal", actor, size };
}

export function addOf(member: string, actor: ActorAddress = CHORD): ActorMessage {
  return { type: "add", actor, member };
}

/** A member that came out with that value, or with that outcome. */
export function endOf(member: number | string, outcome: unknown, actor: ActorAddress = CHORD): CompletionMessage {
  const end = { member, taskId: `task-${member}`, outcome: { state: "SUCCESS", value: outcome } } as const;
  return { type: "c", actor, ends: [end] };
}

export function badEndOf(
  member: number | string,
  error: Failure | null,
  state: Exclude<MemberOutcome["state"], "SUCCESS"> = "FAILURE",
): CompletionMessage {
  return { type: "c", actor: CHORD, ends: [{ member, taskId: `task-${member}`, outcome: { state, error } }] };
}

/** The same members, told in one message. */
export function endsOf(...messages: readonly CompletionMessage[]): CompletionMessage {
  return { type: "c", actor: CHORD, ends: messages.flatMap(({ ends }) => ends) };
}

/** One shard, one owner at a time. */
export class ChordScene {
  readonly transport = new StubTransport();
  readonly clock = new ManualClock();
  readonly mailboxes = new FakeMailboxes(() => this.transport.now());
  readonly lines: Line[] = [];
  readonly effects: Effect[] = [];
  /** What left a trace, in order. */
  readonly steps: string[] = [];
  /** What the effects answer with. */
  readonly answers: Partial<Record<keyof ChordEffects, Error>> = {};
  /** Ids of first steps whose flows can never be sent. */
  readonly refused = new Set<string>();
  owner: ShardOwner | null = null;
  valueBytes: number | undefined;
  /** The owner dies after this step, counted from 1. */
  crashAt = 0;
  readonly doubts: string[] = [];
  /** What was pushed to clients. */
  readonly pushed: unknown[] = [];

  constructor() {
    Object.assign(this.transport, { mailboxes: this.mailboxes, records: this.#steppedRecords() });
    this.mailboxes.onStep = (step) => this.#step(step);
  }

  /** Takes the shard. A deaf owner is not told when it loses it. */
  async take({ isDeaf = false } = {}): Promise<ShardOwner> {
    let owner: ShardOwner | null = null;
    const shard = await this.mailboxes.take(CHORD.shard, {
      onMail: (mail) => owner?.onMail(mail),
      onLost: () => void (isDeaf || owner?.lose()),
    });
    if (!shard) throw new Error("the shard was refused");
    const parent = createActor(fromTransition((state) => state, null)).start();
    const effects = (): ChordEffects => this.#recorded();
    const { transport, clock, valueBytes } = this;
    const ports = { transport, clock, logger: rememberingLogger(this.lines), effects, maxAgeMs: MAX_AGE_MS, parent };
    owner = new ShardOwner(shard, { ...ports, valueBytes }, (reason) => this.doubts.push(reason));
    this.owner = owner;
    return owner;
  }

  /** Sends messages, one after the other, and waits until nothing happens any more. */
  async send(...messages: readonly ActorMessage[]): Promise<void> {
    for (const message of messages) await this.mail(message, false);
    await this.quiet();
  }

  async mail(message: ActorMessage, repeat: boolean): Promise<"stored" | "exists"> {
    const body = encodeActorMessage(message, serializerNamed("msgpack"));
    return this.mailboxes.send({ actor: message.actor, kind: message.type, repeat, body });
  }

  async quiet(): Promise<void> {
    for (let turn = 0; turn < 30; turn++) await nextTurn();
  }

  /** Moves the broker's time on, and the process's as far as all that waits for it needs. */
  async later(ms: number): Promise<void> {
    this.transport.time += ms;
    this.clock.advance(Math.min(ms, MINUTE_MS));
    await this.quiet();
  }

  namesOf(...names: readonly (keyof ChordEffects)[]): string[] {
    return this.effects.filter(({ name }) => names.includes(name)).map(({ name }) => name);
  }

  #recorded(): ChordEffects {
    const note =
      (name: keyof ChordEffects) =>
      async (...args: readonly [unknown, unknown, FlowOrigin]): Promise<void> => {
        const [first, second, from] = args;
        this.effects.push({ name, given: [first, second], from });
        await this.#step(name);
        const answer = this.answers[name];
        if (answer) throw answer;
        if (Array.isArray(first) && this.refused.has(first[0]?.id)) throw new SerializationError("cannot travel");
      };
    return {
      dispatchFlow: note("dispatchFlow"),
      dispatchLink: note("dispatchLink"),
      storeGathered: note("storeGathered"),
      abandonFlow: note("abandonFlow"),
      sendErrbacks: note("sendErrbacks"),
      push: (reply, decision) => void this.pushed.push([reply, decodeActorDecision(decision)]),
    };
  }

  #steppedRecords(): StubTransport["records"] {
    const { records } = this.transport;
    return {
      ...records,
      create: async (key, body) => {
        const created = await records.create(key, body);
        await this.#step(`decide ${created}`);
        return created;
      },
    };
  }

  // Done, and then nobody is left to hear of it.
  #step(name: string): Promise<void> | void {
    this.steps.push(name);
    if (this.crashAt === 0 || this.steps.length !== this.crashAt) return undefined;
    this.owner?.lose();
    this.mailboxes.lose(CHORD.shard, "its process died");
    return new Promise(() => {});
  }
}
