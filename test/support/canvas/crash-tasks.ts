// Canvas tasks for processes that die: each notes its run under a key, so that runs can be counted, and a worker is given those of
// the queue `DOOMED` only, so that what it has not begun it has not run.

import type { Troupe } from "@troupe/core";
import { group } from "@troupe/core";
import { ExpectedException } from "./errors.ts";
import { type CanvasFiles, type CanvasFixtures, type CanvasTask, Fixture } from "./fixture.ts";

/** Queue of the tasks that the worker that dies runs. */
export const DOOMED = "doomed";
/** Queue of all others. */
export const SPARED = "spared";

/** The tasks, by name. */
export type CrashTasks = Readonly<Record<"step" | "failing" | "split" | "adding", CanvasTask>>;

function register(app: Troupe, files: CanvasFiles): CrashTasks {
  const fixture = new Fixture(app, files);
  const { notes } = fixture;
  /** Gives `x` on. */
  const step = fixture.task("step", (x, key: string) => {
    notes.add(key, x);
    return x;
  });
  return {
    step,
    failing: fixture.task("failing", (key: string) => {
      notes.add(key, null);
      throw new ExpectedException("as the test wants it");
    }),
    /** Puts a group of two in its place, on another queue. */
    split: fixture.task("split", function (key: string, queue: string) {
      notes.add(key, null);
      return this.replace(group([1, 2].map((x) => step.si(x, "member").set({ queue }))));
    }),
    /** Adds a member to its chord. */
    adding: fixture.task("adding", async function (key: string) {
      notes.add(key, null);
      await this.addToChord(step.si(2, "added").set({ queue: SPARED }));
      return 1;
    }),
  };
}

export const fixtures: CanvasFixtures<CrashTasks> = { module: import.meta.url, register };
