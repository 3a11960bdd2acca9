// Canvas tasks that retry, on top of the usual ones.

import type { Troupe } from "@troupe/core";
import { type CanvasTasks, fixtures as usual } from "./canvas-fixtures.ts";
import { ValueError } from "./errors.ts";
import { type CanvasFiles, type CanvasFixtures, type CanvasTask, Fixture } from "./fixture.ts";

/** The usual tasks, and those that retry. */
export type RetryingTasks = CanvasTasks & Readonly<Record<"retryTask" | "again" | "always" | "untilLimit", CanvasTask>>;

function register(app: Troupe, files: CanvasFiles): RetryingTasks {
  const fixture = new Fixture(app, files);
  const { notes } = fixture;
  return {
    ...usual.register(app, files),
    /** Retries so many times, then gives that number. */
    retryTask: fixture.task("retryTask", function (times: number) {
      if (this.retries < times) this.retry({ countdown: 100 });
      return times;
    }),
    /** Retries twice, noting each run, then gives what it got. */
    again: fixture.task("again", function (x, key: string) {
      notes.add(key, { retries: this.retries, stamps: this.stamps });
      if (this.retries < 2) this.retry({ countdown: 100 });
      return x;
    }),
    /** Retries until it must not. */
    always: fixture.task(
      "always",
      function (key: string) {
        notes.add(key, this.retries);
        this.retry({ countdown: 100, exc: new ValueError("given") });
      },
      { maxRetries: 2 },
    ),
    /** Retries until its limit is reached, then gives the number of its runs. */
    untilLimit: fixture.task(
      "untilLimit",
      function (limit?: number) {
        if (this.retries < (limit ?? 3)) this.retry({ countdown: 0, maxRetries: limit });
        return this.retries + 1;
      },
      { maxRetries: 3 },
    ),
  };
}

export const fixtures: CanvasFixtures<RetryingTasks> = { module: import.meta.url, register };
