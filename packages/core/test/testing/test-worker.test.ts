import { AssertionError } from "node:assert";
import { expect, it } from "vitest";
import { Troupe } from "../../src/app/troupe.ts";
import { chord } from "../../src/client/canvas.ts";
import { ConfigError } from "../../src/model/errors.ts";
import { Retry } from "../../src/model/retry.ts";
import { startTestWorker } from "../../src/testing/test-worker.ts";
import type { TaskContext } from "../../src/worker/task-context.ts";

function makeApp(): Troupe {
  return new Troupe("proj", { logLevel: "silent" });
}

it("skips the time until a task is due, and starts none early", async () => {
  const app = makeApp();
  const ranAt: number[] = [];
  const note = app.task("proj.note", (hours: number) => {
    ranAt.push(app.conf.clock?.now() ?? 0);
    return hours;
  });
  await using test = await startTestWorker(app, { now: new Date(0) });
  const result = await note.applyAsync([2], { countdown: "2h" });
  await test.advance("119m");
  expect(await result.ready()).toBe(false);
  await test.advance("1m");
  expect(await result.get()).toBe(2);
  expect(ranAt).toEqual([7_200_000]);
});

it("skips days of retries, what each of them leads to included", async () => {
  const app = makeApp();
  const runs: number[] = [];
  const next = app.task("proj.next", () => runs.push(-1));
  const flaky = app.task("proj.flaky", async function (this: TaskContext) {
    runs.push(this.retries);
    if (this.retries < 3) throw new Retry({ countdown: "1d", maxRetries: null });
    await next.applyAsync([], { countdown: "1h" });
    return "done";
  });
  await using test = await startTestWorker(app);
  const result = await flaky.delay();
  await test.advance("4d");
  expect(await result.get()).toBe("done");
  expect(runs).toEqual([0, 1, 2, 3, -1]);
});

it("expires what was not started in time", async () => {
  const app = makeApp();
  const late = app.task("proj.late", () => 1);
  await using test = await startTestWorker(app);
  const result = await late.applyAsync([], { countdown: "2h", expires: "1h" });
  await test.advance("2h");
  expect(await result.state()).toBe("REVOKED");
});

it("ends what it started before any time has passed: by its limit, and when it is terminated", async () => {
  const app = makeApp();
  const endless = app.task("proj.endless", () => new Promise<void>(() => {}));
  await using test = await startTestWorker(app, { concurrency: 2 });
  const limited = await endless.applyAsync([], { timeLimit: "1m" });
  const terminated = await endless.delay();
  await test.quiet();
  await terminated.revoke({ terminate: true });
  await test.quiet();
  expect(await terminated.state()).toBe("REVOKED");
  await test.advance("1m");
  expect(await limited.state()).toBe("FAILURE");
});

it("runs all tasks of a rate limit, at its rate, where there are more than wait in a worker", async () => {
  const app = makeApp();
  const runs: number[] = [];
  const limited = app.task("proj.limited", { rateLimit: "1/s" }, (n: number) => void runs.push(n));
  await using test = await startTestWorker(app);
  for (let n = 0; n < 100; n++) await limited.delay(n);
  await test.advance("50s");
  expect(runs.length).toBeLessThanOrEqual(51);
  await test.advance("5m");
  expect(runs.toSorted((one, other) => one - other)).toEqual(Array.from({ length: 100 }, (_, n) => n));
});

it("fails a task that throws what throws when it is read, and goes on", async () => {
  const app = makeApp();
  const states: string[] = [];
  const afterReturn = (state: string): void => void states.push(state);
  const hostile = app.task("proj.hostile", { afterReturn }, () => {
    throw Object.defineProperty(new Error(), "message", {
      get: () => {
        throw new TypeError("not to be read");
      },
    });
  });
  await using test = await startTestWorker(app);
  const result = await hostile.delay();
  await test.quiet();
  expect([await result.state(), states]).toEqual(["FAILURE", ["FAILURE"]]);
});

it("runs canvases", async () => {
  const app = makeApp();
  const add = app.task("proj.add", (x: number, y: number) => x + y);
  const sum = app.task("proj.sum", (xs: number[]) => xs.reduce((total, x) => total + x, 0));
  await using _test = await startTestWorker(app);
  expect(await chord([add.s(1, 1), add.s(2, 2)], sum.s()).run()).toBe(6);
});

it("tells what was sent", async () => {
  const app = makeApp();
  const add = app.task("proj.add", (x: number, y: number) => x + y);
  await using test = await startTestWorker(app);
  test.sent.expectNone();
  const result = await add.applyAsync([2, 3], { queue: "hipri", headers: { tenant: "a" }, countdown: "1h" });
  const call = test.sent.expect(add, { args: [2, 3], queue: "hipri", headers: { tenant: "a" } });
  expect(call.id).toBe(result.id);
  expect(call.eta?.getTime()).toBe(test.clock.now() + 3_600_000);
  expect(test.sent.calls).toHaveLength(1);
  expect(test.sent.of("proj.other")).toEqual([]);
  test.sent.expectNone("proj.other");
  expect(() => test.sent.expectNone(add)).toThrow(AssertionError);
  expect(() => test.sent.expect(add, { args: [3, 2] })).toThrow(
    /no call of "proj.add" with { args: \[ 3, 2 \] } was sent; sent were { name: 'proj.add', args: \[ 2, 3 \]/,
  );
  test.sent.clear();
  test.sent.expectNone();
});

it("gives the application back as it was, to be used again", async () => {
  const app = makeApp();
  const { broker, clock } = app.conf;
  const one = app.task("proj.one", () => 1);
  for (let round = 0; round < 2; round++) {
    await using _test = await startTestWorker(app);
    expect(await (await one.delay()).get()).toBe(1);
  }
  expect(app.conf.broker).toBe(broker);
  expect(app.conf.clock).toBe(clock);
});

it("refuses an application that is connected", async () => {
  const app = makeApp();
  await app.connect();
  await expect(startTestWorker(app)).rejects.toThrow(ConfigError);
  await app.close();
});

it("leaves the application as it was when the worker does not start", async () => {
  const app = makeApp();
  await expect(startTestWorker(app, { concurrency: 0 })).rejects.toThrow("concurrency");
  expect([app.conf.broker, app.conf.clock]).toEqual(["memory:", makeApp().conf.clock]);
});
