// The broker is killed and started again while clients send and workers work.

import { type ApplyOptions, type AsyncResult, BrokerUnreachableError, OutcomeUnknownError } from "@troupe/core";
import { expect, it } from "vitest";
import { Cluster } from "../support/cluster.ts";

const PUBLISHERS = 8;
const WORKERS = 2;
const CONCURRENCY = 8;
const KILLS = 4;
const ACCEPTED_BETWEEN_KILLS = 400;
const app = { ackWait: "5s" } as const; // what was lost with the broker comes again after that

/** Sends tasks until it is told to stop, and keeps what became of each. */
class Publishers {
  readonly accepted: AsyncResult<number>[] = [];
  /** Waits for results, begun as soon as the task was accepted. */
  readonly values: Promise<number>[] = [];
  /** Ids that were sent without an answer, and again until there was one. */
  readonly unknown = new Set<string>();
  readonly unexpected: unknown[] = [];
  readonly #cluster: Cluster;
  readonly #loops: Promise<void>[];
  #stopped = false;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
    this.#loops = Array.from({ length: PUBLISHERS }, (_, i) => this.#publish(i % 2 === 0));
  }

  /** Stops, and waits until the last call is answered. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#loops);
  }

  /** An impatient publisher gives up before the broker is back, so that it does not know what became of its task. */
  async #publish(impatient: boolean): Promise<void> {
    const options: ApplyOptions = impatient ? { retryPolicy: { timeout: 1 } } : {};
    while (!this.#stopped) {
      const result = await this.#send(options).catch((error: unknown) => this.#again(error));
      if (result) this.#keep(result);
    }
  }

  #send(options: ApplyOptions): Promise<AsyncResult<number>> {
    return this.#cluster.client.sendTask<number>("test.add", [40, 2], options);
  }

  async #again(error: unknown): Promise<AsyncResult<number> | null> {
    if (error instanceof OutcomeUnknownError) {
      this.unknown.add(error.taskId);
      return this.#send({ taskId: error.taskId }).catch((later: unknown) => this.#again(later));
    }
    if (!(error instanceof BrokerUnreachableError)) this.unexpected.push(error);
    // Not sent: there is nothing to follow up.
    await this.#cluster.waitFor("the client is connected again", () => this.#cluster.transport.connected);
    return null;
  }

  #keep(result: AsyncResult<number>): void {
    this.accepted.push(result);
    const value = result.get({ timeout: "120s" });
    value.catch(() => undefined); // looked at in the end
    this.values.push(value);
  }
}

it("loses nothing that was accepted when the broker is killed under load; clients and workers go on by themselves", async () => {
  await using cluster = await Cluster.start({ app });
  const workers = await Promise.all(
    Array.from({ length: WORKERS }, () => cluster.worker({ concurrency: CONCURRENCY })),
  );
  const publishers = new Publishers(cluster);
  for (let kill = 1; kill <= KILLS; kill++) {
    const wanted = publishers.accepted.length + ACCEPTED_BETWEEN_KILLS;
    await cluster.waitFor(`${wanted} tasks are accepted`, () => publishers.accepted.length >= wanted);
    await cluster.server.restart();
  }
  const wanted = publishers.accepted.length + ACCEPTED_BETWEEN_KILLS;
  await cluster.waitFor(`${wanted} tasks are accepted`, () => publishers.accepted.length >= wanted);
  await publishers.stop();

  expect(new Set(await Promise.all(publishers.values))).toEqual(new Set([42]));
  await cluster.emptied();
  const starts = await cluster.ledger.starts();
  const ids = publishers.accepted.map((result) => result.id);
  expect(ids.filter((id) => !starts.has(id))).toEqual([]);
  expect(publishers.unexpected).toEqual([]);
  expect(publishers.unknown.size).toBeGreaterThan(0);
  expect(await cluster.view.count("troupe_RESULTS", "troupe.result.*")).toBe(starts.size);
  // What ran when the broker died may run again; what had ended may not.
  const again = [...starts.values()].reduce((sum, runs) => sum + runs - 1, 0);
  expect(again).toBeLessThanOrEqual(KILLS * WORKERS * CONCURRENCY);
  expect(workers.map((worker) => worker.gone)).toEqual(workers.map(() => false));
  const isClear = async (): Promise<boolean> => (await cluster.view.count("troupe_TASKS", "troupe.task.>")) === 0;
  await cluster.waitFor("the stream of tasks is cleared up", isClear, 90_000); // looked for 5, 10, 20 and 40 s after a restart
});

it("runs nothing again that had ended when the broker was killed, though it lost acks", async () => {
  await using cluster = await Cluster.start({ app });
  await cluster.worker({ concurrency: CONCURRENCY });
  const ended = new Set<string>();
  for (let kill = 1; kill <= 2; kill++) {
    const sent = await Promise.all(Array.from({ length: 300 }, () => cluster.client.sendTask("test.add", [40, 2])));
    const seen = sent.map(async (result) => {
      await result.get({ timeout: "60s" });
      if (!killed) ended.add(result.id);
    });
    let killed = false;
    const wanted = ended.size + 150;
    await cluster.waitFor(`${wanted} tasks have ended`, () => ended.size >= wanted);
    killed = true;
    await cluster.server.restart();
    await Promise.all(seen);
  }
  await cluster.emptied();
  const starts = await cluster.ledger.starts();
  expect([...ended].filter((id) => starts.get(id) !== 1)).toEqual([]);
});
