// What events tell of one worker, and until when it counts as alive.

import type { UnknownEvent } from "../model/event-map.ts";
import { isLater } from "./task-view.ts";

/** A worker, as events tell it. What no event has told is null. */
export interface WorkerView {
  readonly hostname: string;
  /** Whether it is online and was heard of within two heartbeats. */
  readonly alive: boolean;
  /** `ONLINE` or `OFFLINE`. */
  readonly status: "ONLINE" | "OFFLINE";
  readonly pid: number | null;
  /** Time between two heartbeats, in milliseconds; 0: it sends none. */
  readonly freqMs: number | null;
  /** When its last events came, at most four, by this process's clock: milliseconds since the epoch. */
  readonly heartbeats: readonly number[];
  /** Until when it counts as alive, if no further event comes; null: until it says that it stops. */
  readonly heartbeatExpires: number | null;
  readonly active: number | null;
  readonly processed: number | null;
  readonly loadavg: readonly number[] | null;
  readonly swIdent: string | null;
  readonly swVer: string | null;
  readonly swSys: string | null;
  readonly clock: number;
}

/** A node is gone when so many of its heartbeats were missed. */
const MISSED = 2;
const USUAL_FREQ_MS = 2_000;
const MOST_HEARTBEATS = 4;

/** The events of one worker. */
export class WorkerStory {
  readonly hostname: string;
  #latest: UnknownEvent | null = null;
  #heartbeats: readonly number[] = [];
  /** Whether it was told that this worker came. */
  isJoined = false;
  /** Whether it was told that its clock is wrong. */
  isDriftTold = false;

  constructor(hostname: string) {
    this.hostname = hostname;
  }

  /** Adds an event of the worker itself, or, with an event of a task, that it lives. */
  add(event: UnknownEvent): void {
    if (event.type.startsWith("worker-") && !(this.#latest && !isLater(event, this.#latest))) this.#latest = event;
    if (event.type === "worker-offline") return;
    this.#heartbeats = [...this.#heartbeats, event.localReceived]
      .toSorted((one, other) => one - other)
      .slice(-MOST_HEARTBEATS);
  }

  /** Whether it lives at that time: milliseconds since the epoch. */
  isAlive(now: number): boolean {
    if (this.#heartbeats.length === 0 || this.#latest?.type === "worker-offline") return false;
    const expires = this.#expires;
    return expires === null || now <= expires;
  }

  get #expires(): number | null {
    const freqMs = this.#number("freqMs") ?? USUAL_FREQ_MS;
    const last = this.#heartbeats.at(-1);
    return freqMs === 0 || last === undefined ? null : last + freqMs * MISSED;
  }

  /** What they tell, at that time. */
  viewAt(now: number): WorkerView {
    const latest = this.#latest;
    const loads = latest?.["loadavg"];
    const alive = this.isAlive(now);
    return {
      hostname: this.hostname,
      alive,
      status: alive ? "ONLINE" : "OFFLINE",
      pid: latest?.pid ?? null,
      freqMs: this.#number("freqMs"),
      heartbeats: this.#heartbeats,
      heartbeatExpires: this.#expires,
      active: this.#number("active"),
      processed: this.#number("processed"),
      loadavg: Array.isArray(loads) ? loads.filter((load) => typeof load === "number") : null,
      swIdent: this.#text("swIdent"),
      swVer: this.#text("swVer"),
      swSys: this.#text("swSys"),
      clock: latest?.clock ?? 0,
    };
  }

  #number(name: string): number | null {
    const value = this.#latest?.[name];
    return typeof value === "number" ? value : null;
  }

  #text(name: string): string | null {
    const value = this.#latest?.[name];
    return typeof value === "string" ? value : null;
  }
}
