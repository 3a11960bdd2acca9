// Tells in events that a worker lives, and decides whether it tells of its tasks.

import os from "node:os";
import type { EventSender } from "../events/event-sender.ts";
import { VERSION } from "../model/version.ts";
import type { Clock, Timer } from "../platform/clock.ts";
import { plainCommand, type WorkerCommand } from "./worker-command.ts";

/** The worker, as its events show it. */
export interface ShownWorker {
  readonly events: EventSender;
  readonly clock: Clock;
  readonly slots: { readonly taken: number };
  readonly totals: ReadonlyMap<string, number>;
  tellsTasks: boolean;
}

/** Events of one worker. */
export class WorkerEvents {
  readonly #worker: ShownWorker;
  readonly #heartbeatMs: number;
  #timer: Timer | null = null;
  #isOnline = false;

  /** @param heartbeatMs - Time between two heartbeats; 0: none. */
  constructor(worker: ShownWorker, heartbeatMs: number) {
    this.#worker = worker;
    this.#heartbeatMs = heartbeatMs;
  }

  /** The worker is ready. */
  start(): void {
    this.#isOnline = true;
    this.#send("worker-online");
    this.#arm();
  }

  /** The worker has stopped. */
  stop(): void {
    this.#timer?.cancel();
    if (this.#isOnline) this.#send("worker-offline");
    this.#isOnline = false;
  }

  /** Their rows in the table of commands. */
  commands(): readonly WorkerCommand[] {
    return [
      plainCommand("enable_events", () => this.#tellTasks(true)),
      plainCommand("disable_events", () => this.#tellTasks(false)),
      plainCommand("heartbeat", () => {
        this.#send("worker-heartbeat");
        return { ok: "heartbeat sent" };
      }),
    ];
  }

  #tellTasks(wanted: boolean): { readonly ok: string } {
    const word = wanted ? "enabled" : "disabled";
    if (this.#worker.tellsTasks === wanted) return { ok: `task events already ${word}` };
    this.#worker.tellsTasks = wanted;
    return { ok: `task events ${word}` };
  }

  #arm(): void {
    if (this.#heartbeatMs === 0) return;
    this.#timer = this.#worker.clock.after(this.#heartbeatMs, () => {
      this.#send("worker-heartbeat");
      this.#arm();
    });
  }

  #send(type: "worker-online" | "worker-heartbeat" | "worker-offline"): void {
    const { events, slots, totals } = this.#worker;
    let processed = 0;
    for (const count of totals.values()) processed += count;
    events.now(type, {
      freqMs: this.#heartbeatMs,
      active: slots.taken,
      processed,
      loadavg: os.loadavg(),
      swIdent: "troupe",
      swVer: VERSION,
      swSys: os.type(),
    });
  }
}
