// A canvas task that tells its priority, on top of the usual ones.

import type { Troupe } from "@troupe/core";
import { type CanvasTasks, fixtures as usual } from "./canvas-fixtures.ts";
import { type CanvasFiles, type CanvasFixtures, type CanvasTask, Fixture } from "./fixture.ts";

/** The usual tasks, and one that gives its priority, or null. */
export type PrioritisedTasks = CanvasTasks & { readonly priority: CanvasTask };

function register(app: Troupe, files: CanvasFiles): PrioritisedTasks {
  const fixture = new Fixture(app, files);
  const priority = fixture.task("priority", function () {
    return this.deliveryInfo.priority ?? null;
  });
  return { ...usual.register(app, files), priority };
}

export const fixtures: CanvasFixtures<PrioritisedTasks> = { module: import.meta.url, register };
