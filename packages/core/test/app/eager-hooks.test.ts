import { expect, it } from "vitest";
import { Troupe } from "../../src/app/troupe.ts";
import { Retry } from "../../src/model/retry.ts";
import { silentLogger } from "../support/loggers.ts";

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
