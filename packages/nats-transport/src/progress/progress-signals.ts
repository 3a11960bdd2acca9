// Starts the progress thread with the first consumer, starts it again should it die, ends it; and holds the table through
// which the thread sees what is unsettled.

import type { Worker } from "node:worker_threads";
import type { Logger } from "@troupe/core/transport";
import type { Connection } from "../connection/connection.ts";
import { reasonOf } from "../wire/nats-errors.ts";
import { SlotTable } from "./slot-table.ts";
import { startThread } from "./start-thread.ts";
import type { FromThread, ThreadData, ToThread } from "./thread-messages.ts";

const READY_WITHIN_MS = 5000;
const RESTART_AFTER_MS = 1000;
const CLOSE_WITHIN_MS = 1000;

/** See the top of the file. */
export class ProgressSignals<T> {
  /** Slots of the unsettled deliveries. */
  readonly slots: SlotTable<T>;
  readonly #connection: Connection;
  readonly #loggerOf: () => Logger;
  #worker: Worker | null = null;
  #ackWaitMs = Number.POSITIVE_INFINITY;
  #restart: NodeJS.Timeout | null = null;
  #told = "";

  constructor(connection: Connection, loggerOf: () => Logger) {
    this.#connection = connection;
    this.#loggerOf = loggerOf;
    this.slots = new SlotTable((memory) => this.#tell({ type: "page", memory }));
    connection.observe({ onUp: () => this.#passCredentials() });
  }

  /**
   * Makes sure that signals are sent often enough for an ack wait. Resolves when the thread is connected, or cannot be for
   * now: deliveries are not worth waiting longer.
   */
  async start(ackWaitMs: number): Promise<void> {
    if (this.#worker !== null && ackWaitMs >= this.#ackWaitMs) return;
    this.#ackWaitMs = Math.min(this.#ackWaitMs, ackWaitMs);
    const before = this.#worker;
    await this.#run();
    if (before !== null) await end(before);
  }

  /** Ends the thread. */
  async close(): Promise<void> {
    if (this.#restart !== null) clearTimeout(this.#restart);
    const worker = this.#worker;
    this.#worker = null;
    this.#restart = null;
    this.#ackWaitMs = Number.POSITIVE_INFINITY;
    if (worker !== null) await end(worker);
  }

  #run(): Promise<void> {
    const dial = this.#connection.lastDial;
    if (dial === null) return Promise.resolve();
    const name = `${dial.name}-progress`;
    const data: ThreadData = { dial: { ...dial, name }, ackWaitMs: this.#ackWaitMs, pages: this.slots.memory };
    const worker = startThread(data);
    worker.unref();
    this.#worker = worker;
    return new Promise((resolve) => {
      const late = setTimeout(() => {
        this.#loggerOf().warn({}, "the progress thread is not connected yet; long tasks may be delivered twice");
        resolve();
      }, READY_WITHIN_MS);
      const ready = (): void => {
        clearTimeout(late);
        resolve();
      };
      worker.on("message", (message: FromThread) => this.#hear(message, ready));
      worker.on("error", (error) => this.#loggerOf().error({ reason: reasonOf(error) }, "the progress thread failed"));
      worker.on("exit", () => {
        ready();
        this.#exited(worker);
      });
    });
  }

  #hear(message: FromThread, ready: () => void): void {
    if (message.type === "connected") {
      this.#told = "";
      ready();
      return;
    }
    if (message.reason !== this.#told) {
      this.#told = message.reason;
      this.#loggerOf().warn({ reason: message.reason }, "the progress thread has no connection");
    }
    this.#passCredentials();
  }

  #exited(worker: Worker): void {
    if (this.#worker !== worker) return; // it was told to end
    this.#worker = null;
    this.#loggerOf().error({}, "the progress thread ended; starting it again");
    this.#restart = setTimeout(() => void this.#run(), RESTART_AFTER_MS).unref();
  }

  #passCredentials(): void {
    const dial = this.#connection.lastDial;
    if (dial !== null) this.#tell({ type: "dial", dial: { ...dial, name: `${dial.name}-progress` } });
  }

  #tell(message: ToThread): void {
    this.#worker?.postMessage(message);
  }
}

async function end(worker: Worker): Promise<void> {
  const exited = new Promise((resolve) => worker.once("exit", resolve));
  const late = setTimeout(() => void worker.terminate(), CLOSE_WITHIN_MS);
  worker.postMessage({ type: "close" } satisfies ToThread);
  await exited;
  clearTimeout(late);
}
