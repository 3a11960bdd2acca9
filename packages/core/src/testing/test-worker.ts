// A worker for a test: in the test's process, on a broker of its own, with time that moves when the test says so.

import { setImmediate as turn } from "node:timers/promises";
import type { Troupe } from "../app/troupe.ts";
import { type Duration, durationMs } from "../model/duration.ts";
import { memoryTransport } from "../transport/memory/memory-transport.ts";
import type { Transport } from "../transport/transport.ts";
import type { Worker } from "../worker/worker.ts";
import type { WorkerOptions } from "../worker/worker-options.ts";
import { ManualClock } from "./manual-clock.ts";
import { SentCalls } from "./sent-calls.ts";

/** Options of `startTestWorker`: those of a worker, and when time begins. */
export interface TestWorkerOptions extends WorkerOptions {
  /** When time begins. @default 2025-01-01T00:00:00Z */
  readonly now?: Date | undefined;
}

// What the worker does by itself is rare, so that long times are skipped in few steps.
const IDLE_MS = 3_600_000;
/** After so many turns of the event loop without a change, nothing goes on by itself. */
const QUIET_TURNS = 20;

/**
 * Gives an application a memory broker and a manual clock, and starts a worker. Disposing stops the worker, closes the application and
 * gives it its settings back.
 *
 * @example
 * await using test = await startTestWorker(app);
 * const result = await add.applyAsync([2, 2], { countdown: "1h" });
 * await test.advance("1h");
 * assert.equal(await result.get(), 4);
 *
 * @throws {ConfigError} the application is connected already.
 */
export async function startTestWorker(app: Troupe, options: TestWorkerOptions = {}): Promise<TestWorker> {
  const { now, ...workerOptions } = options;
  const clock = new ManualClock(now?.getTime());
  const broker = memoryTransport({ clock, leaseMs: IDLE_MS, requestExpiresMs: IDLE_MS });
  const { broker: before, clock: clockBefore } = app.conf;
  app.conf.update({ broker, clock });
  const restore = (): void => app.conf.update({ broker: before, clock: clockBefore });
  try {
    const test = new TestWorker(app, clock, { broker, worker: app.worker({ ...QUIET, ...workerOptions }), restore });
    await test.worker.start();
    return test;
  } catch (error) {
    await app.close();
    restore();
    throw error;
  }
}

/** Days that are skipped would be full of heartbeats. */
const QUIET = { heartbeatInterval: 0 } as const;

interface TestParts {
  readonly broker: Transport;
  readonly worker: Worker;
  readonly restore: () => void;
}

/** See `startTestWorker`. */
export class TestWorker implements AsyncDisposable {
  readonly worker: Worker;
  /** Time of the application, its worker and its broker. */
  readonly clock: ManualClock;
  /** What the application has sent since. */
  readonly sent: SentCalls;
  readonly #app: Troupe;
  readonly #parts: TestParts;

  constructor(app: Troupe, clock: ManualClock, parts: TestParts) {
    this.#app = app;
    this.clock = clock;
    this.worker = parts.worker;
    this.sent = new SentCalls(app);
    this.#parts = parts;
  }

  /**
   * Lets time pass at once. What falls due on the way – countdowns, retries, limits, expiry – happens in order, each at its own time, and so
   * does what follows from it.
   */
  async advance(time: Duration): Promise<void> {
    const until = this.clock.now() + durationMs(time, "time");
    await this.quiet();
    for (let left = this.clock.untilNext; left !== null && this.clock.now() + left <= until; ) {
      this.clock.advance(left);
      await this.quiet();
      left = this.clock.untilNext;
    }
    this.clock.advance(until - this.clock.now());
    await this.quiet();
  }

  /** Resolves when nothing more happens without time passing. A handler that waits for something outside is not waited for. */
  async quiet(): Promise<void> {
    let last = "";
    for (let same = 0; same < QUIET_TURNS; ) {
      await turn();
      const now = await this.#counts();
      same = now === last ? same + 1 : 0;
      last = now;
    }
  }

  async #counts(): Promise<string> {
    const { tasks } = this.#parts.broker;
    const counts = await Promise.all(this.worker.queues.map((queue) => tasks.count(queue)));
    return JSON.stringify([...counts, this.clock.armed]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.sent[Symbol.dispose]();
    await this.worker.stop({ mode: "cold" });
    await this.#app.close();
    this.#parts.restore();
  }
}
