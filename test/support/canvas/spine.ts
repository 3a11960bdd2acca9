// From a handle back along its parents.

import { type AnyResult, GroupResult } from "@troupe/core";

/** The handle and its parents, last first. */
export function spineOf(last: AnyResult): AnyResult[] {
  return last.parent ? [last, ...spineOf(last.parent)] : [last];
}

/** What a spine consists of: "task" for the handle of a task, the number of members for that of a group. */
export function shapeOf(last: AnyResult): (number | "task")[] {
  return spineOf(last).map((handle) => (handle instanceof GroupResult ? handle.length : "task"));
}
