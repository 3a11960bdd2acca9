import { expect, it } from "vitest";
import { type TaskContext, Troupe } from "../../src/index.ts";
import { silentLogger } from "../support/loggers.ts";

it("retries an applied task at once, whatever the delay", async () => {
  const app = new Troupe("proj", { logger: silentLogger });
  const runs: unknown[] = [];
  const task = app.task("proj.again", { autoretryFor: [RangeError] }, function (this: TaskContext, n: number) {
    runs.push([n, this.retries, this.eta]);
    if (this.retries === 0) this.retry({ countdown: "1d", args: [n + 1] });
    if (this.retries === 1) throw new RangeError("busy");
    return n;
  });
  const result = await task.apply([1]);
  expect(await result.get()).toBe(2);
  expect((await result.info()).retries).toBe(2);
  expect(runs).toEqual([
    [1, 0, null],
    [2, 1, null],
    [2, 2, null],
  ]);
});

it("ends an applied task that is retried too often", async () => {
  const task = new Troupe("proj", { logger: silentLogger }).task(
    "proj.never",
    { maxRetries: 2 },
    function (this: TaskContext) {
      this.retry();
    },
  );
  const result = await task.apply();
  await expect(result.get()).rejects.toMatchObject({ code: "TROUPE_MAX_RETRIES", retries: 2, taskId: result.id });
});
