// A task that kills every worker that starts it. Workers are started again, as a service manager does.

import { expect, it } from "vitest";
import { Cluster, type WorkerStart } from "../support/cluster.ts";

const MAX_DELIVERIES = 3;
const NEIGHBOURS = 20;
const app = { ackWait: "1s", maxDeliveries: MAX_DELIVERIES } as const;

/** Starts a worker again and again as it dies, until told to stop. Tells how many died. */
function keepAlive(cluster: Cluster, start: WorkerStart): { stop(): Promise<number> } {
  let stopped = false;
  let deaths = 0;
  const keep = async (): Promise<void> => {
    const worker = cluster.spawnWorker(start);
    current = worker;
    await worker.ended;
    if (stopped) return;
    deaths++;
    await keep();
  };
  let current: ReturnType<Cluster["spawnWorker"]> | null = null;
  const kept = keep();
  const stop = async (): Promise<number> => {
    stopped = true;
    current?.signal("SIGKILL");
    await kept;
    return deaths;
  };
  return { stop };
}

it.each([
  { task: "test.die", how: "abort", runs: MAX_DELIVERIES },
  { task: "test.die", how: "exit", runs: MAX_DELIVERIES },
  { task: "test.dieOnce", how: "exit", runs: 1 },
])("gives $task, by process.$how, up after $runs starts", async ({ task, how, runs }) => {
  await using cluster = await Cluster.start({ app });
  const keeper = keepAlive(cluster, { concurrency: 4 });
  const neighbours = Array.from({ length: NEIGHBOURS }, (_, i) => i);
  const send = (i: number): ReturnType<typeof cluster.client.sendTask<number>> =>
    cluster.client.sendTask("test.add", [i, 1]);
  const early = await Promise.all(neighbours.map(send));
  const poison = await cluster.client.sendTask(task, [how]);
  const late = await Promise.all(neighbours.map(send));
  await expect(poison.get({ timeout: "120s" })).rejects.toMatchObject({ code: "TROUPE_WORKER_LOST" });
  const values = await Promise.all([...early, ...late].map((result) => result.get({ timeout: "60s" })));
  expect(values).toEqual([...neighbours, ...neighbours].map((i) => i + 1));
  await cluster.emptied();
  expect(await keeper.stop()).toBe(runs);
  expect(await cluster.ledger.runsOf(poison.id)).toBe(runs);
  expect((await cluster.deadLetters()).map((letter) => letter.reason)).toEqual(["worker-lost"]);
});
