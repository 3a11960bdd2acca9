import { expect, it } from "vitest";
import type { TaskOptions } from "../../src/app/handler-types.ts";
import { Troupe } from "../../src/app/troupe.ts";
import { Retry } from "../../src/model/retry.ts";
import type { TaskContext } from "../../src/worker/task-context.ts";
import { silentLogger } from "../support/loggers.ts";

it("asks a task's own hook about what takes its place", async () => {
  const app = new Troupe("proj", { logger: silentLogger });
  const add = app.task("proj.add", (x: number, y: number) => x + y);
  const seen: unknown[] = [];
  const replaced = (name: string, onReplace: TaskOptions["onReplace"]): Promise<unknown> =>
    app
      .task(name, { onReplace }, function (this: TaskContext, x: number): number {
        return this.replace(add.s(x, 1));
      })
      .apply([5], { taskId: "t" })
      .then((result) => result.get());
  expect(await replaced("proj.same", (...given) => void seen.push(given))).toBe(6);
  expect(seen).toEqual([[expect.objectContaining({ task: "proj.add", args: [5, 1] }), "t", [5], {}]]);
  expect(await replaced("proj.other", () => add.s(10, 10))).toBe(20);
  const throwing = replaced("proj.throws", () => {
    throw new RangeError("not this one");
  });
  await expect(throwing).rejects.toThrow("not this one");
});

it("calls the hooks of a task that runs in its caller's process, but none for a direct call", async () => {
  const app = new Troupe("proj", { logger: silentLogger });
  const heard: string[] = [];
  app.on("taskPrerun", () => heard.push("prerun"));
  app.on("taskSuccess", ({ value }) => heard.push(`success ${String(value)}`));
  app.use({ execute: async (_run, next) => `<${String(await next())}>` });
  const options = {
    beforeStart: () => void heard.push("beforeStart"),
    onRetry: (error: Error) => void heard.push(`onRetry ${error.message}`),
    afterReturn: (state: string) => void heard.push(`afterReturn ${state}`),
  };
  let runs = 0;
  const add = app.task("proj.add", options, (x: number, y: number) => {
    if (++runs === 1) throw new Retry({ exc: new Error("busy"), countdown: 0 });
    return x + y;
  });
  expect(await (await add.apply([2, 2])).get()).toBe("<4>");
  expect(heard).toEqual([
    "prerun",
    "beforeStart",
    "onRetry busy",
    "prerun",
    "beforeStart",
    "success <4>",
    "afterReturn SUCCESS",
  ]);
  heard.length = 0;
  expect(await add(1, 1)).toBe(2);
  expect(heard).toEqual([]);
});
