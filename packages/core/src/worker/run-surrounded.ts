// What surrounds a handler where it runs, in the child where there is one: the hooks before and after it, and the middleware. Tasks
// that nothing surrounds never come here.

import { type Hooks, hookedTask } from "../client/hooks.ts";
import { type Link, runChain } from "../client/middleware.ts";
import { errorOf } from "../model/failure.ts";
import type { TaskMessage } from "../model/task-message.ts";
import type { TaskHooks } from "../model/task-options.ts";
import type { Outcome } from "./outcome.ts";
import type { TaskContext } from "./task-context.ts";

/** A run, as middleware sees it. */
export interface Execution {
  readonly context: TaskContext;
  readonly args: readonly unknown[];
  readonly kwargs: Readonly<Record<string, unknown>>;
}

/** What surrounds all runs of an application. */
export interface Surroundings {
  readonly hooks: Hooks;
  /** Middleware, the outermost first. */
  readonly links: readonly Link<Execution, unknown>[];
}

/** Whether there is anything around runs now. */
export function isAround({ hooks, links }: Surroundings): boolean {
  return links.length > 0 || !hooks.isEmpty;
}

/** What a run is made of. */
export interface Run {
  readonly message: TaskMessage;
  readonly context: TaskContext;
  /** The task's own hooks, or null. */
  readonly own: TaskHooks | null;
  /** Calls as part of the run, so that the task is the current one. */
  readonly within: (fn: () => unknown) => unknown;
  /** Runs the handler. */
  readonly handler: (message: TaskMessage) => unknown;
  /** Names what was thrown. */
  readonly failed: (error: unknown) => Outcome;
}

/** Runs a handler with all that surrounds it. Never rejects. */
export async function runSurrounded(run: Run, around: Surroundings | null): Promise<Outcome> {
  const { message, context, within } = run;
  const { hooks = null, links = [] } = around ?? {};
  const { name } = message;
  const task = hookedTask(message);
  await within(() => hooks?.emit("taskPrerun", name, task));
  const { args, kwargs } = message;
  const outcome = await runChain<Execution, unknown>(links.map(asPartOf(run)), { context, args, kwargs }, (changed) =>
    runOwn(run, changed),
  ).then((value): Outcome => ({ state: "SUCCESS", value }), run.failed);
  const { state } = outcome;
  const value = state === "SUCCESS" ? outcome.value : null;
  const error = "error" in outcome ? errorOf(outcome.error) : null;
  await within(() => hooks?.emit("taskPostrun", name, { ...task, state, value, error }));
  return outcome;
}

function asPartOf({ within }: Run): (link: Link<Execution, unknown>) => Link<Execution, unknown> {
  return (link) => (execution, next) => within(() => link(execution, next));
}

async function runOwn({ message, own, within, handler }: Run, { args, kwargs }: Execution): Promise<unknown> {
  if (own?.beforeStart) await within(() => own.beforeStart?.(message.id, args, kwargs));
  return handler({ ...message, args, kwargs });
}
