// A worker that dies after each numbered step of protocol §5: the next one does what the table "Crash after step n" says.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Cluster, type WorkerStart } from "../support/cluster.ts";
import type { Fault } from "../support/fault-transport.ts";

interface Case {
  /** Where the worker dies. */
  readonly dies: string;
  readonly fault: Fault;
  readonly task: string;
  /** How often handlers are started, together. */
  readonly runs: number;
  readonly state: "SUCCESS" | "FAILURE";
  /** Reasons of the dead letters. */
  readonly letters?: readonly string[];
}

const kill = (operation: Fault["operation"], effect: "kill-before" | "kill-after"): Fault => ({ operation, effect });

const CASES: readonly Case[] = [
  {
    dies: "before the claim is stored",
    fault: kill("records.create(claim)", "kill-before"),
    task: "test.addOnce",
    runs: 1,
    state: "SUCCESS",
  },
  {
    dies: "between claim and run",
    fault: kill("records.create(claim)", "kill-after"),
    task: "test.addOnce",
    runs: 0,
    state: "FAILURE",
    letters: ["worker-lost"],
  },
  {
    dies: "between run and record, where a second run is forbidden",
    fault: kill("records.create(result)", "kill-before"),
    task: "test.addOnce",
    runs: 1,
    state: "FAILURE",
    letters: ["worker-lost"],
  },
  {
    dies: "between run and record",
    fault: kill("records.create(result)", "kill-before"),
    task: "test.add",
    runs: 2,
    state: "SUCCESS",
  },
  {
    dies: "between record and push",
    fault: kill("records.create(result)", "kill-after"),
    task: "test.add",
    runs: 1,
    state: "SUCCESS",
  },
  {
    dies: "before the push leaves",
    fault: kill("broadcast.publish(reply)", "kill-before"),
    task: "test.add",
    runs: 1,
    state: "SUCCESS",
  },
  {
    dies: "between push and ack",
    fault: kill("broadcast.publish(reply)", "kill-after"),
    task: "test.add",
    runs: 1,
    state: "SUCCESS",
  },
  {
    dies: "with the ack, which is lost",
    fault: kill("delivery.ack", "kill-before"),
    task: "test.add",
    runs: 1,
    state: "SUCCESS",
  },
  {
    dies: "after the ack",
    fault: kill("delivery.ack", "kill-after"),
    task: "test.add",
    runs: 1,
    state: "SUCCESS",
  },
  {
    dies: "between run and decision: the run is made again",
    fault: kill("records.create(decision)", "kill-before"),
    task: "test.addAgain",
    runs: 3,
    state: "SUCCESS",
  },
  {
    dies: "between decision and state",
    fault: kill("records.create(decision)", "kill-after"),
    task: "test.addAgain",
    runs: 2,
    state: "SUCCESS",
  },
  {
    dies: "between state and next message",
    fault: kill("records.replace(state)", "kill-after"),
    task: "test.addAgain",
    runs: 2,
    state: "SUCCESS",
  },
  {
    dies: "between next message and ack",
    fault: kill("delayed.schedule", "kill-after"),
    task: "test.addAgain",
    runs: 2,
    state: "SUCCESS",
  },
  {
    dies: "between run and decision, where a second run is forbidden",
    fault: kill("records.create(decision)", "kill-before"),
    task: "test.addAgainOnce",
    runs: 1,
    state: "FAILURE",
    letters: ["worker-lost"],
  },
  {
    dies: "between decision and next message, where each run is to be made once",
    fault: kill("records.create(decision)", "kill-after"),
    task: "test.addAgainOnce",
    runs: 2,
    state: "SUCCESS",
  },
  {
    dies: "between record and dead letter",
    fault: kill("deadLetters.put", "kill-before"),
    task: "test.unknown",
    runs: 0,
    state: "FAILURE",
    letters: ["not-registered"],
  },
  {
    dies: "between dead letter and ack",
    fault: kill("deadLetters.put", "kill-after"),
    task: "test.unknown",
    runs: 0,
    state: "FAILURE",
    letters: ["not-registered"],
  },
  {
    dies: "between record and push, where a second run is forbidden",
    fault: kill("records.create(result)", "kill-after"),
    task: "test.addOnce",
    runs: 1,
    state: "SUCCESS",
  },
  {
    dies: "with the ack, where a second run is forbidden",
    fault: kill("delivery.ack", "kill-before"),
    task: "test.addOnce",
    runs: 1,
    state: "SUCCESS",
  },
  {
    dies: "after the decision, before the state",
    fault: kill("records.replace(state)", "kill-before"),
    task: "test.addAgain",
    runs: 2,
    state: "SUCCESS",
  },
  {
    dies: "before the next message is stored",
    fault: kill("delayed.schedule", "kill-before"),
    task: "test.addAgain",
    runs: 2,
    state: "SUCCESS",
  },
  {
    dies: "before the next message is stored, where each run is to be made once",
    fault: kill("delayed.schedule", "kill-before"),
    task: "test.addAgainOnce",
    runs: 2,
    state: "SUCCESS",
  },
  {
    dies: "between next message and ack, where each run is to be made once",
    fault: kill("delayed.schedule", "kill-after"),
    task: "test.addAgainOnce",
    runs: 2,
    state: "SUCCESS",
  },
  {
    dies: "with the ack of a retry, which is lost",
    fault: kill("delivery.ack", "kill-before"),
    task: "test.addAgain",
    runs: 2,
    state: "SUCCESS",
  },
  {
    dies: "after the ack of a retry",
    fault: kill("delivery.ack", "kill-after"),
    task: "test.addAgain",
    runs: 2,
    state: "SUCCESS",
  },
  {
    dies: "with the ack of a task that no worker knows",
    fault: kill("delivery.ack", "kill-before"),
    task: "test.unknown",
    runs: 0,
    state: "FAILURE",
    letters: ["not-registered"],
  },
  {
    dies: "before the record of a failure",
    fault: kill("records.create(result)", "kill-before"),
    task: "test.unknown",
    runs: 0,
    state: "FAILURE",
    letters: ["not-registered"],
  },
];

let cluster: Cluster;
beforeAll(async () => {
  cluster = await Cluster.start({ app: { ackWait: "1s", maxDeliveries: 3 } });
});
afterAll(() => cluster[Symbol.asyncDispose]());

/** Starts a worker that is to die by its fault. It has one slot, so that it has no request open when it dies. */
async function doomed(start: WorkerStart): Promise<{ readonly died: () => Promise<void> }> {
  const worker = await cluster.worker({ concurrency: 1, ...start });
  const died = async (): Promise<void> => {
    const { signal } = await worker.end();
    if (signal !== "SIGKILL") throw new Error(`the worker did not die by its fault; it said:\n${worker.output}`);
  };
  return { died };
}

describe("a worker that dies", () => {
  it.each(CASES)("$dies: $runs runs, then $state", async ({ fault, task, runs, state, letters = [] }) => {
    const queue = fresh();
    const worker = await doomed({ fault, queues: [queue] });
    const result = await cluster.client.sendTask<number>(task, [2, 3], { queue });
    const outcome = result.get({ timeout: "60s", propagate: false });
    await worker.died();
    await using _next = await cluster.worker({ queues: [queue] });
    const value = await outcome;
    expect(value instanceof Error ? "error" : value).toBe(state === "SUCCESS" ? 5 : "error");
    await cluster.emptied(queue);
    expect(await result.state()).toBe(state);
    expect(await cluster.ledger.runsOf(result.id)).toBe(runs);
    expect(await cluster.view.count("troupe_RESULTS", `troupe.result.${result.id}`)).toBe(1);
    expect(await reported(queue)).toEqual(letters);
  });

  it("before a further start is counted: the start is not lost", async () => {
    const { runs, state } = await restarts(kill("records.replace(state)", "kill-before"));
    expect({ runs, state }).toEqual({ runs: 2, state: "SUCCESS" });
  });

  it("between the count of a further start and the run: the start counts, though it was not made", async () => {
    const once = await restarts(kill("records.replace(state)", "kill-after"));
    expect(once).toEqual({ runs: 2, state: "SUCCESS" });
    const twice = await restarts(kill("records.replace(state)", "kill-after"), 2);
    expect(twice).toEqual({ runs: 1, state: "FAILURE" });
  });

  it("between dead letter and ack of a message that is no task: it is reported, and leaves the queue", async () => {
    const queue = fresh();
    const worker = await doomed({ queues: [queue], fault: kill("deadLetters.put", "kill-after") });
    await cluster.view.store(`troupe.task.${queue}.0.-`, Buffer.from("no task"));
    await worker.died();
    await using _next = await cluster.worker({ queues: [queue] });
    await cluster.emptied(queue);
    expect(await reported(queue)).toEqual(["undecodable"]);
  });
});

/** Reasons of a queue's dead letters. A worker may report again what the one before it reported: nothing tells it. */
async function reported(queue: string): Promise<string[]> {
  return [...new Set((await cluster.deadLetters(queue)).map((letter) => letter.reason))];
}

/** A task whose first worker dies in the handler, and then some more workers by the fault. */
async function restarts(fault: Fault, times = 1): Promise<{ readonly runs: number; readonly state: string }> {
  const queue = fresh();
  const first = await cluster.worker({ queues: [queue], concurrency: 1 });
  const gate = fresh();
  const result = await cluster.client.sendTask<number>("test.wait", [gate], { queue });
  await cluster.started(result.id);
  await first.kill();
  await cluster.openGate(gate);
  for (let time = 0; time < times; time++) {
    const worker = await doomed({ queues: [queue], fault });
    await worker.died();
  }
  await using _last = await cluster.worker({ queues: [queue] });
  await result.get({ timeout: "60s", propagate: false });
  await cluster.emptied(queue);
  return { runs: await cluster.ledger.runsOf(result.id), state: await result.state() };
}

let names = 0;
function fresh(): string {
  names++;
  return `q${names}`;
}
