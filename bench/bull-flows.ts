// The client's side of BullMQ: flows, in which a parent job runs when its children have, and gets their values. That is its chord.

import { FlowProducer, QueueEvents } from "bullmq";
import { Redis } from "ioredis";

/** Queues and jobs. */
export const BULL = { bodies: "bodies", members: "members", job: "job" } as const;

/** How BullMQ is told where Redis is. */
export function connectionOf(url: string): { host: string; port: number; maxRetriesPerRequest: null } {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: Number(port), maxRetriesPerRequest: null };
}

/** A client that runs flows. */
export class BullFlows implements AsyncDisposable {
  readonly #producer: FlowProducer;
  readonly #ends: QueueEvents;
  readonly #redis: Redis;

  private constructor(url: string) {
    const connection = connectionOf(url);
    this.#producer = new FlowProducer({ connection });
    this.#ends = new QueueEvents(BULL.bodies, { connection });
    this.#redis = new Redis(connection);
  }

  static async connect(url: string): Promise<BullFlows> {
    const flows = new BullFlows(url);
    await flows.#producer.waitUntilReady();
    await flows.#ends.waitUntilReady();
    return flows;
  }

  /** Adds a flow of `count` children, each of which adds two numbers, and waits for their sum. */
  async sum(count: number): Promise<number> {
    const child = { name: BULL.job, queueName: BULL.members, data: { x: 1, y: 1 } };
    const children = Array.from({ length: count }, () => child);
    const { job } = await this.#producer.add({ name: BULL.job, queueName: BULL.bodies, children });
    return Number(await job.waitUntilFinished(this.#ends));
  }

  /** Empties the store. */
  async clean(): Promise<void> {
    await this.#redis.flushall();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#producer.close();
    await this.#ends.close();
    this.#redis.disconnect();
  }
}
