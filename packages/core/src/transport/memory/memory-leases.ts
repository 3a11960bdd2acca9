// Leases of the in-process broker, timed by the transport's clock. One that has ended is removed when its name is used again,
// and with all others when there are many.

import type { Clock } from "../../platform/clock.ts";
import type { Leases } from "../leases.ts";
import type { MemoryConnection } from "./memory-connection.ts";

interface Lease {
  readonly holder: string;
  readonly endsAt: number;
}

const MANY = 1_000;

/** Leases that end `leaseMs` after they were last held. */
export class MemoryLeases implements Leases {
  readonly leaseMs: number;
  readonly #connection: MemoryConnection;
  readonly #clock: Clock;
  readonly #leases = new Map<string, Lease>();
  #taken = 0;

  constructor(connection: MemoryConnection, leaseMs: number, clock: Clock) {
    this.#connection = connection;
    this.leaseMs = leaseMs;
    this.#clock = clock;
  }

  async hold(name: string, holder: string): Promise<boolean> {
    this.#connection.check("hold");
    const now = this.#clock.monotonic();
    const lease = this.#leases.get(name);
    if (lease !== undefined && lease.holder !== holder && lease.endsAt > now) return false;
    if (lease === undefined && this.#leases.size >= MANY) this.#sweep(now);
    this.#leases.set(name, { holder, endsAt: now + this.leaseMs });
    return true;
  }

  take(name: string): Promise<boolean> {
    this.#taken += 1;
    return this.hold(name, `nobody ${this.#taken}`);
  }

  async release(name: string, holder: string): Promise<void> {
    this.#connection.check("release");
    if (this.#leases.get(name)?.holder === holder) this.#leases.delete(name);
  }

  #sweep(now: number): void {
    for (const [name, lease] of this.#leases) {
      if (lease.endsAt <= now) this.#leases.delete(name);
    }
  }
}
