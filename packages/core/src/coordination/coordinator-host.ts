// Coordinates durable actors in this process: holds the leases of its share of the shards, and each of these shards as long as its
// lease. Leases spread the work only; two that believe they have the same shard are harmless (D9).

import { type AnyActorRef, createActor, fromTransition } from "xstate";
import type { Clock, Timer } from "../platform/clock.ts";
import type { Logger } from "../platform/logger.ts";
import type { ConnectionChange, Transport } from "../transport/transport.ts";
import type { EffectsFor } from "./chord-effects.ts";
import { LiveCoordinators } from "./live-coordinators.ts";
import type { OwnerPorts } from "./shard-owner.ts";
import { ShardTenure } from "./shard-tenure.ts";
import { shardsOf } from "./share-shards.ts";

/** What a host works with. */
export interface CoordinatorPorts {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Name of this process; no other one may have it. */
  readonly holder: string;
  readonly effects: EffectsFor;
  /** Longest life of an actor, in milliseconds. */
  readonly maxAgeMs: number;
  /** Actor below which the coordinators' actors hang, so that an inspector sees them. */
  readonly inspected?: AnyActorRef | undefined;
  /** Bytes of message bodies that each shard keeps in memory. @default 64 MiB */
  readonly valueBytes?: number | undefined;
}

const ROUNDS_PER_LEASE = 3;
const DEFAULT_PATIENCE_MS = 5_000;

// Parent of all coordinators' actors: it only hears that they are done.
const parentLogic = fromTransition((state) => state, null);

/** The coordinating side of a worker. */
export class CoordinatorHost {
  readonly #ports: CoordinatorPorts;
  readonly #ownerPorts: OwnerPorts;
  readonly #members: LiveCoordinators;
  readonly #tenures = new Map<number, ShardTenure>();
  #firstTries: Promise<void>[] | null = [];
  #rounds: Promise<void> = Promise.resolve();
  #isRoundDue = false;
  #timer: Timer | null = null;
  #unlisten: () => void = () => {};
  #isRunning = false;

  constructor(ports: CoordinatorPorts) {
    const { transport, clock, holder, inspected } = ports;
    this.#ports = ports;
    const parent = createActor(parentLogic, { id: "chords", ...(inspected && { parent: inspected }) }).start();
    this.#ownerPorts = { ...ports, parent };
    this.#members = new LiveCoordinators(
      { broadcast: transport.broadcast, clock, holder, goneMs: transport.leases.leaseMs },
      () => void this.#round(),
    );
  }

  /** Shards that are in this process's hands. */
  get shards(): number[] {
    return [...this.#tenures.values()].filter(({ isOwner }) => isOwner).map(({ shard }) => shard);
  }

  /** Names of all processes that coordinate now, as far as this one has heard of them; its own among them. */
  get members(): readonly string[] {
    return this.#members.members;
  }

  /** Begins. Resolves when it has tried to take its shards; what fails is tried again by itself. */
  async start(): Promise<void> {
    this.#isRunning = true;
    this.#unlisten = this.#ports.transport.onChange((change) => this.#onChange(change));
    await this.#members.join().catch((error: unknown) => {
      this.#ports.logger.warn({ err: error }, "other coordinators cannot be heard; shards may be shared out unevenly");
    });
    await this.#round();
    await Promise.all(this.#firstTries ?? []);
    this.#firstTries = null;
  }

  /**
   * Gives up all shards and their leases.
   *
   * @param patienceMs - Longest wait for chords that come to their end now; whoever takes their shard repeats what they did.
   */
  async stop(patienceMs: number = DEFAULT_PATIENCE_MS): Promise<void> {
    this.#isRunning = false;
    this.#unlisten();
    await this.#rounds;
    this.#timer?.cancel();
    await Promise.all([...this.#tenures.keys()].map((shard) => this.#give(shard, patienceMs)));
    this.#members.leave();
  }

  #onChange(change: ConnectionChange): void {
    if (change.type !== "connected") return;
    for (const tenure of this.#tenures.values()) {
      tenure.hurry();
      // What a crash of the broker brought back is seen by a new owner only.
      if (change.restarted) tenure.retake("the broker was restarted");
    }
    void this.#round();
  }

  // One round at a time; however often it is asked for meanwhile, one more follows.
  #round(): Promise<void> {
    if (this.#isRoundDue) return this.#rounds;
    this.#isRoundDue = true;
    this.#rounds = this.#rounds
      .then(() => {
        this.#isRoundDue = false;
        return this.#spread();
      })
      .catch((error: unknown) => {
        this.#ports.logger.error({ err: error }, "shards could not be shared out; it is tried again");
      });
    return this.#rounds;
  }

  async #spread(): Promise<void> {
    if (!this.#isRunning) return;
    const { transport, holder } = this.#ports;
    this.#timer?.cancel();
    this.#timer = this.#ports.clock.after(transport.leases.leaseMs / ROUNDS_PER_LEASE, () => void this.#round());
    this.#members.tell();
    const own = shardsOf(holder, this.#members.members, transport.mailboxes.shards);
    const given = [...this.#tenures.keys()].filter((shard) => !own.has(shard));
    await Promise.all([
      ...given.map((shard) => this.#give(shard, DEFAULT_PATIENCE_MS)),
      ...[...own].map((shard) => this.#holdLease(shard)),
    ]);
    if (given.length > 0) this.#members.tell({ freed: true });
  }

  async #holdLease(shard: number): Promise<void> {
    const { transport, holder, logger } = this.#ports;
    const tenure = this.#tenures.get(shard);
    try {
      const isHeld = await transport.leases.hold(leaseOf(shard), holder);
      if (isHeld && !tenure) this.#take(shard);
      else if (!isHeld && tenure) await this.#drop(shard, tenure);
    } catch (error) {
      // As it was, until it is known: the log tells an owner that is none any more.
      logger.debug({ err: error }, `the lease of shard ${shard} could not be renewed`);
    }
  }

  #take(shard: number): void {
    const tenure = new ShardTenure(shard, this.#ownerPorts);
    this.#tenures.set(shard, tenure);
    const tried = tenure.start();
    this.#firstTries?.push(tried);
  }

  // Another process has the lease, so that it will not wait for what is under way here.
  async #drop(shard: number, tenure: ShardTenure): Promise<void> {
    this.#tenures.delete(shard);
    await tenure.end(0);
  }

  async #give(shard: number, patienceMs: number): Promise<void> {
    const { transport, holder, logger } = this.#ports;
    await this.#tenures.get(shard)?.end(patienceMs);
    this.#tenures.delete(shard);
    await transport.leases.release(leaseOf(shard), holder).catch((error: unknown) => {
      logger.debug({ err: error }, `the lease of shard ${shard} could not be released; it ends by itself`);
    });
  }
}

function leaseOf(shard: number): string {
  return `shard-${shard}`;
}
