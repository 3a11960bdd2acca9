// Entry of the thread that keeps deliveries alive: with a connection of its own it sends `+WPI` for each delivery that has
// been held for about a quarter of the ack wait (R20, R32). User code on the main thread cannot block it.
//
// Runs alone: it must import nothing of `@troupe/core`, whose sources a thread cannot load while developing.

import { parentPort, workerData } from "node:worker_threads";
import type { NatsConnection } from "@nats-io/transport-node";
import { backoffMs, type DialSettings, dial } from "../connection/dial.ts";
import { SlotScanner } from "./slot-scanner.ts";
import type { FromThread, ThreadData, ToThread } from "./thread-messages.ts";

const IN_PROGRESS = Buffer.from("+WPI", "latin1");
const SCANS_PER_ACK_WAIT = 16;
const FASTEST_SCAN_MS = 25;

class ProgressThread {
  readonly #scanner: SlotScanner;
  readonly #scanEveryMs: number;
  #settings: DialSettings;
  #nats: NatsConnection | null = null;
  #closing = false;

  constructor(data: ThreadData) {
    this.#settings = data.dial;
    this.#scanEveryMs = Math.max(FASTEST_SCAN_MS, Math.floor(data.ackWaitMs / SCANS_PER_ACK_WAIT));
    this.#scanner = new SlotScanner(Math.max(0, data.ackWaitMs / 4 - this.#scanEveryMs));
    for (const memory of data.pages) this.#scanner.add(memory);
  }

  /** Connects, and does so again whenever the connection has ended. */
  async run(): Promise<void> {
    setInterval(() => this.#scan(), this.#scanEveryMs);
    for (let attempt = 0; !this.#closing; attempt++) {
      try {
        const nats = await dial(this.#settings);
        attempt = 0;
        this.#nats = nats;
        this.#scanner.allDue();
        tell({ type: "connected" });
        void this.#watch(nats);
        await nats.closed();
        this.#nats = null;
        if (!this.#closing) tell({ type: "refused", reason: "the connection ended" });
      } catch (error) {
        tell({ type: "refused", reason: error instanceof Error ? error.message : String(error) });
      }
      await new Promise((resolve) => setTimeout(resolve, backoffMs(attempt)));
    }
  }

  hear(message: ToThread): void {
    switch (message.type) {
      case "page":
        this.#scanner.add(message.memory);
        break;
      case "dial":
        this.#settings = message.dial;
        break;
      case "close":
        this.#closing = true;
        void this.#close();
        break;
    }
  }

  /** Nothing may be published while nats.js reconnects: it would be buffered (M34). */
  async #watch(nats: NatsConnection): Promise<void> {
    for await (const status of nats.status()) {
      if (status.type === "disconnect") this.#nats = null;
      else if (status.type === "reconnect") {
        this.#nats = nats;
        this.#scanner.allDue();
      }
    }
  }

  #scan(): void {
    const nats = this.#nats;
    if (nats === null || nats.isClosed()) return;
    this.#scanner.scan(performance.now(), (subject) => nats.publish(subject, IN_PROGRESS));
  }

  async #close(): Promise<void> {
    await this.#nats?.close().catch(() => undefined);
    process.exit(0); // ends this thread only
  }
}

function tell(message: FromThread): void {
  parentPort?.postMessage(message);
}

const thread = new ProgressThread(workerData);
parentPort?.on("message", (message: ToThread) => thread.hear(message));
await thread.run();
