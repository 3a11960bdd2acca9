// Workers on the in-process transport: what is called comes to one end, whatever happens to the workers.

import { afterEach, beforeEach, expect, it } from "vitest";
import { type AsyncResult, memoryTransport, Reject, type TaskContext, Troupe } from "../../src/index.ts";
import { eventually } from "../../src/testing/test-probe.ts";
import type { DeadLetter } from "../../src/transport/dead-letters.ts";
import type { Transport } from "../../src/transport/transport.ts";
import { silentLogger } from "../support/loggers.ts";
import { nextTurn } from "../support/outcomes.ts";

let transport: Transport = memoryTransport();
let app: Troupe = new Troupe("proj", { broker: transport, logger: silentLogger });

beforeEach(() => {
  transport = memoryTransport();
  app = new Troupe("proj", { broker: transport, logger: silentLogger });
});

afterEach(() => app.close());

/** Until nothing is in the queues any more. */
function empty(...queues: readonly string[]): Promise<void> {
  return eventually("empty queues", async () => {
    const counts = await Promise.all(queues.map((queue) => transport.tasks.count(queue)));
    return counts.every(({ waiting, unsettled }) => waiting + unsettled === 0);
  });
}

async function lettersIn(of: Transport, limit: number): Promise<readonly DeadLetter[]> {
  return (await of.deadLetters.list({ queue: "default", reason: null, before: null, limit })).letters;
}

/** A handler's pause of some turns, so that many run at the same time and end in any order. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await nextTurn();
}

it("brings every call to its end while workers come and go, warm and cold", async () => {
  const runs = new Map<string, number>();
  const count = (context: TaskContext): void => void runs.set(context.id, (runs.get(context.id) ?? 0) + 1);
  const often = app.task("proj.often", async function (this: TaskContext, i: number) {
    count(this);
    await turns(i % 7);
    if (i % 5 === 0) throw new TypeError(`no ${i}`);
    return i;
  });
  const once = app.task(
    "proj.once",
    { acksLate: false, queue: "other" },
    async function (this: TaskContext, i: number) {
      count(this);
      await turns(i % 7);
      return i;
    },
  );
  const results: { readonly i: number; readonly result: AsyncResult<number> }[] = [];
  for (let i = 0; i < 300; i++) results.push({ i, result: await (i % 3 === 0 ? once : often).delay(i) });

  const options = { queues: ["default", "other"], concurrency: 3 };
  for (const mode of ["warm", "cold", "warm", "cold", "cold"] as const) {
    const worker = app.worker({ ...options, hostname: `w-${mode}` });
    await worker.start();
    await turns(10);
    await worker.stop({ mode });
  }
  const last = app.worker(options);
  await last.start();
  const ends = await Promise.all(
    results.map(async ({ i, result }) => ({
      i,
      id: result.id,
      end: await result.get({ propagate: false, timeout: "10s" }),
    })),
  );
  await empty("default", "other");
  await last.stop();

  const wrong = ends.filter(({ i, id, end }) => {
    if (i % 3 === 0)
      return (runs.get(id) ?? 0) > 1 || !(end === i || (end instanceof Error && end.name === "WorkerLostError"));
    return !(i % 5 === 0 ? end instanceof TypeError : end === i);
  });
  expect(wrong).toEqual([]);
  expect(ends.filter(({ i, end }) => i % 3 === 0 && end !== i).length).toBeLessThan(30);
});

it("gives what a warm stop did not start to the next worker, as if nothing had been", async () => {
  const ran: number[] = [];
  const task = app.task("proj.once", { acksLate: false }, (i: number) => {
    ran.push(i);
    return i;
  });
  const results = await Promise.all(Array.from({ length: 50 }, (_, i) => task.delay(i)));
  const first = app.worker({ concurrency: 2 });
  await first.start();
  await first.stop();
  const second = app.worker({ concurrency: 2 });
  await second.start();
  const values = await Promise.all(results.map((result) => result.get({ timeout: "5s" })));
  await second.stop();
  expect(values).toEqual(Array.from({ length: 50 }, (_, i) => i));
  expect(ran.sort((a, b) => a - b)).toEqual(values);
});

it("starts again what a cold stop gave back, and ends it once", async () => {
  let starts = 0;
  const task = app.task("proj.hang", async function (this: TaskContext) {
    starts += 1;
    if (starts > 1) return starts;
    await new Promise((resolve) => this.signal.addEventListener("abort", resolve));
    return "too late";
  });
  const result = await task.delay();
  const first = app.worker();
  await first.start();
  await eventually("the first start", () => starts === 1);
  await first.stop({ mode: "cold" });
  const second = app.worker();
  await second.start();
  expect(await result.get({ timeout: "5s" })).toBe(2);
  await empty("default");
  await second.stop();
});

it("counts no start that a stop of the worker has ended", async () => {
  app.conf.maxDeliveries = 2;
  let starts = 0;
  const task = app.task("proj.long", async function (this: TaskContext) {
    starts += 1;
    if (starts > 4) return "done";
    await new Promise((resolve) => this.signal.addEventListener("abort", resolve));
    return "too late";
  });
  const result = await task.delay();
  for (let worker = 1; worker <= 4; worker++) {
    const stopped = app.worker();
    await stopped.start();
    await eventually(`start ${worker}`, () => starts === worker);
    await stopped.stop({ mode: "cold" });
  }
  const last = app.worker();
  await last.start();
  expect(await result.get({ timeout: "5s" })).toBe("done");
  await last.stop();
});

it("gives up what is lost with its worker again and again, with a copy for people", async () => {
  let starts = 0;
  /** An application that loses its connection, and with it its worker, as soon as the task is started. */
  const doomed = (): Troupe => {
    const lost = new Troupe("doomed", { broker: transport, logger: silentLogger, maxDeliveries: 2 });
    lost.task("proj.poison", () => {
      starts += 1;
      return new Promise<never>(() => {});
    });
    return lost;
  };
  const caller = doomed();
  const { id } = await caller.sendTask("proj.poison");
  await caller.close();
  for (let worker = 1; worker <= 2; worker++) {
    const lost = doomed();
    await lost.worker().start();
    await eventually(`start ${worker}`, () => starts === worker);
    await lost.close();
  }
  const last = doomed();
  const worker = last.worker();
  await worker.start();
  await expect(last.result(id).get({ timeout: "5s" })).rejects.toMatchObject({ name: "WorkerLostError" });
  expect(await lettersIn(transport, 5)).toMatchObject([{ reason: "worker-lost" }]);
  await worker.stop();
  await last.close();
  expect(starts).toBe(2);
});

it("runs a chosen id once, however often it is called", async () => {
  let runs = 0;
  const task = app.task("proj.order", () => {
    runs += 1;
    return runs;
  });
  const early = await Promise.all(Array.from({ length: 5 }, () => task.applyAsync([], { taskId: "order:4711" })));
  const worker = app.worker();
  await worker.start();
  expect(await early[0]?.get({ timeout: "5s" })).toBe(1);
  await empty("default");
  const late = await task.applyAsync([], { taskId: "order:4711" });
  expect(await late.get({ timeout: "5s" })).toBe(1);
  await empty("default");
  await worker.stop();
  expect(runs).toBe(1);
});

it("sets hostile messages aside, each once, and works on", async () => {
  const task = app.task("proj.add", (x: number, y: number) => x + y);
  await app.connect();
  const bodies = Array.from({ length: 300 }, (_, i) => Buffer.from(`hostile ${i}`.repeat(1 + (i % 5))));
  for (const [i, body] of bodies.entries()) {
    const message = {
      queue: "default",
      key: `hostile-${i}`,
      exclusive: false,
      repeat: false,
      contentType: "application/msgpack",
      body,
    };
    await transport.tasks.publish(message);
  }
  const worker = app.worker({ concurrency: 2 });
  await worker.start();
  expect(await (await task.delay(2, 2)).get({ timeout: "5s" })).toBe(4);
  await empty("default");
  await worker.stop();
  expect(await lettersIn(transport, 1_000)).toHaveLength(300);
});

it("gives a rejected message back to be queued again, until it is started too often", async () => {
  app.conf.maxDeliveries = 1;
  const task = app.task("proj.again", () => {
    throw new Reject("later", { requeue: true });
  });
  const worker = app.worker();
  await worker.start();
  const result = await task.delay();
  await expect(result.get({ timeout: "5s" })).rejects.toMatchObject({ name: "WorkerLostError" });
  await worker.stop();
});

it("starves no queue when there are more of them than slots", async () => {
  const queues = ["a", "b", "c", "d"];
  const order: string[] = [];
  const task = app.task("proj.note", async (queue: string) => {
    order.push(queue);
    await nextTurn();
  });
  const calls = queues.flatMap((queue) => Array.from({ length: 25 }, () => task.applyAsync([queue], { queue })));
  const results = await Promise.all(calls);
  const worker = app.worker({ queues, concurrency: 2 });
  await worker.start();
  await Promise.all(results.map((result) => result.get({ timeout: "5s" })));
  await worker.stop();
  for (const queue of queues) {
    const early = order.slice(0, 60).filter((from) => from === queue).length;
    expect(early).toBeGreaterThanOrEqual(8);
  }
});
