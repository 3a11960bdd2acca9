// Follows the backlog of a worker with the number of its slots: up at once, down when it was quiet for a while.
//
// Wanted are as many slots as tasks run or wait here, and, while no slot is free, as many more as tasks wait in the queues. Several
// workers of a queue see the same tasks and may all grow for them; each stays within its own bounds.

import type { Clock, Timer } from "../platform/clock.ts";
import type { Logger } from "../platform/logger.ts";

/** Most and fewest slots. */
export interface SlotBounds {
  readonly max: number;
  readonly min: number;
}

/** What it works with. */
export interface AutoscalerPorts {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Tasks that run or wait for a slot in this worker. */
  readonly load: () => number;
  readonly slots: () => number;
  /** Tasks that wait in the queues of the worker, by the broker. */
  readonly backlog: () => Promise<number>;
  readonly resize: (slots: number) => void;
}

const LOOK_EVERY_MS = 1_000;
/** Slots go when they were not wanted for so long. */
const QUIET_MS = 30_000;

/** Bounds, in either order. */
export function slotBounds(one: number, other: number): SlotBounds {
  return { max: Math.max(one, other), min: Math.min(one, other) };
}

/** See the top of the file. */
export class Autoscaler {
  readonly #ports: AutoscalerPorts;
  #bounds: SlotBounds;
  #timer: Timer | null = null;
  #stopped = false;
  // Since when fewer slots were wanted than there are, and the most that were wanted since.
  #quietSince = 0;
  #peak = 0;

  constructor(bounds: SlotBounds, ports: AutoscalerPorts) {
    this.#bounds = bounds;
    this.#ports = ports;
  }

  get bounds(): SlotBounds {
    return this.#bounds;
  }

  /** Begins to look. */
  start(): void {
    this.#beginQuiet();
    this.#wait();
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }

  /** Goes by other bounds from now on; slots beyond them come or go at once. */
  change(bounds: SlotBounds): void {
    this.#bounds = bounds;
    const slots = this.#ports.slots();
    const within = Math.min(Math.max(slots, bounds.min), bounds.max);
    if (within !== slots) this.#resize(within);
  }

  #wait(): void {
    if (this.#stopped) return;
    this.#timer = this.#ports.clock.after(LOOK_EVERY_MS, () => {
      this.#look().then(
        () => this.#wait(),
        (error: unknown) => {
          this.#ports.logger.debug({ err: error }, "the backlog could not be counted; the number of slots stays");
          this.#wait();
        },
      );
    });
  }

  async #look(): Promise<void> {
    const { load, slots, backlog } = this.#ports;
    const here = load();
    // The broker is asked only when its answer can matter.
    const waiting = here >= slots() && slots() < this.#bounds.max ? await backlog() : 0;
    if (!this.#stopped) this.#follow(Math.min(Math.max(here + waiting, this.#bounds.min), this.#bounds.max));
  }

  #follow(wanted: number): void {
    const { clock, slots } = this.#ports;
    const now = slots();
    this.#peak = Math.max(this.#peak, wanted);
    if (wanted > now) this.#resize(wanted);
    else if (wanted === now) this.#beginQuiet();
    else if (clock.monotonic() - this.#quietSince >= QUIET_MS) this.#resize(this.#peak);
  }

  #resize(slots: number): void {
    this.#ports.resize(slots);
    this.#beginQuiet();
  }

  #beginQuiet(): void {
    this.#quietSince = this.#ports.clock.monotonic();
    this.#peak = this.#bounds.min;
  }
}
