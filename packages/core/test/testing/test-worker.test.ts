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
