// Task name to queue.

import { checkOptions, type OptionRule } from "../model/check-options.ts";
import { isQueueName } from "../model/names.ts";
import * as rule from "../model/option-rules.ts";

/** Where tasks go: a queue's name, or options with it. */
export type Route = string | { readonly queue: string };

/** Routes by task name; `*` in a name stands for any characters. */
export type TaskRoutes = Readonly<Record<string, Route>>;

/** Check of the setting `taskRoutes`. */
export const ROUTES_RULE: OptionRule = {
  wants:
    'an object of task names, "*" allowed, with a queue each: { "proj.tasks.add": { queue: "hipri" }, "media.*": "media" }',
  is: (value) => rule.isPlainObject(value) && Object.values(value).every(isRoute),
};

/** Queue of a task by its name; null when no route fits. An exact name wins over globs, globs count in the order given. */
export function routeTo(name: string, routes: TaskRoutes): string | null {
  const exact = Object.hasOwn(routes, name) ? routes[name] : undefined;
  if (exact !== undefined) return queueOf(exact);
  for (const [pattern, route] of Object.entries(routes))
    if (pattern.includes("*") && matches(pattern, name)) return queueOf(route);
  return null;
}

function queueOf(route: Route): string {
  return typeof route === "string" ? route : route.queue;
}

function isRoute(value: unknown): boolean {
  if (!rule.isPlainObject(value)) return isQueueName(value);
  checkOptions(value, { queue: rule.queueName, priority: "later" }, { what: "route option", kind: "setting" });
  return isQueueName(value["queue"]);
}

// Linear: each part between the stars is looked for once, from left to right.
function matches(pattern: string, name: string): boolean {
  const parts = pattern.split("*");
  const first = parts[0] ?? "";
  const last = parts.at(-1) ?? "";
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false;
  let at = first.length;
  const end = name.length - last.length;
  for (const part of parts.slice(1, -1)) {
    const found = name.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}
