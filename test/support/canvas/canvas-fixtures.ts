// All tasks of the canvas cases, under the names of the table's own notation.

import type { Troupe } from "@troupe/core";
import { errbackTasks, failingTasks } from "./failing-tasks.ts";
import { type CanvasFiles, type CanvasFixtures, Fixture } from "./fixture.ts";
import { computingTasks, notingTasks, reportingTasks } from "./plain-tasks.ts";
import { addingTasks, replacedTasks, sendingTasks } from "./replacing-tasks.ts";

/** Registers them. */
function registerCanvasTasks(app: Troupe, files: CanvasFiles) {
  const fixture = new Fixture(app, files);
  const basic = {
    ...computingTasks(fixture),
    ...notingTasks(fixture),
    ...reportingTasks(fixture),
    ...failingTasks(fixture),
    ...errbackTasks(fixture),
  };
  return {
    ...basic,
    ...replacedTasks(fixture, basic),
    ...addingTasks(fixture, basic),
    ...sendingTasks(fixture, basic),
  };
}

/** The tasks, by name. */
export type CanvasTasks = ReturnType<typeof registerCanvasTasks>;

export const fixtures: CanvasFixtures<CanvasTasks> = { module: import.meta.url, register: registerCanvasTasks };
