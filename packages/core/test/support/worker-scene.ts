// A worker on a scripted transport, with one registered task called proj.add.

import { ManualClock } from "../../src/testing/manual-clock.ts";
import type { Handler } from "../../src/worker/registered-task.ts";
import { Worker } from "../../src/worker/worker.ts";
import type { WorkerConfig } from "../../src/worker/worker-options.ts";
import { NO_CANVAS, NO_RATES, StubDelivery, sourceOf, taskOf } from "./hosts.ts";
import { silentLogger } from "./loggers.ts";
import { StubTransport } from "./stub-transport.ts";

const CONFIG: WorkerConfig = {
  queues: ["default", "hipri"],
  broadcast: [],
  concurrency: 4,
  prefetchMultiplier: 1,
  autoscale: null,
  pool: "async",
  children: { maxTasks: null, maxMemoryBytes: null, startMs: 30_000 },
  hostname: "w1@host",
  timeLimits: null,
  rates: NO_RATES,
  isControlled: true,
  checkQueueExists: () => {},
  shutdownTimeoutMs: null,
  softShutdownTimeoutMs: 0,
  events: false,
  heartbeatMs: 0,
  inspect: undefined,
};

/** See the top of the file. */
export class WorkerScene {
  readonly transport = new StubTransport();
  readonly clock = new ManualClock();
  readonly worker: Worker;
  opening: Promise<void> = Promise.resolve();

  constructor(handler: Handler = () => 4, config: Partial<WorkerConfig> = {}) {
    this.worker = new Worker({ ...CONFIG, ...config }, async () => {
      await this.opening;
      return {
        transport: this.transport,
        tasks: sourceOf(taskOf(handler)),
        clock: this.clock,
        logger: silentLogger,
        within: (_context, fn) => fn(),
        accepted: new Set(["msgpack"]),
        maxDeliveries: 5,
        ...NO_CANVAS,
      };
    });
  }

  get state(): unknown {
    return this.worker.actor.getSnapshot().value;
  }

  deliver(id: string, queue = 0): void {
    this.transport.consumers[queue]?.options.onDelivery(
      new StubDelivery(this.transport.calls, { id, queue: CONFIG.queues[queue] ?? "" }),
    );
  }

  /** What is open on the transport: consumers; what hears commands and other coordinators; what hears of the connection. */
  get open(): readonly [number, number, number] {
    const { consumers, subscribers, listeners } = this.transport;
    const heard = [...subscribers.values()].reduce((sum, handlers) => sum + handlers.size, 0);
    return [consumers.filter(({ closed }) => !closed).length, heard, listeners.size];
  }
}
