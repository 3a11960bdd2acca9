// The tasks that a worker knows as text, with their attributes: `proj.add [rateLimit=10/m timeLimit=2000]`.

import type { RegisteredTask } from "./registered-task.ts";
import type { TaskHost } from "./task-host.ts";

/** What a worker knows of its tasks, with what was changed while it runs. */
type Known = Pick<TaskHost, "tasks" | "timeLimits" | "rateLimits">;

type Read = (config: RegisteredTask["config"], task: RegisteredTask, known: Known) => string | number | boolean | null;

const ATTRIBUTES: Readonly<Record<string, Read>> = {
  acksLate: ({ acksLate }) => acksLate,
  expires: ({ expiresMs }) => expiresMs,
  ignoreResult: ({ ignoreResult }) => ignoreResult,
  maxRetries: ({ retry }) => retry.max,
  rateLimit: (_config, task, { rateLimits }) => {
    const rule = rateLimits.ruleOf(task);
    return rule && rateText(rule.perMs);
  },
  rejectOnWorkerLost: ({ rejectOnWorkerLost }) => rejectOnWorkerLost,
  serializer: ({ serializer }) => serializer,
  softTimeLimit: (_config, task, { timeLimits }) => timeLimits.ofTask(task)?.softMs ?? null,
  timeLimit: (_config, task, { timeLimits }) => timeLimits.ofTask(task)?.hardMs ?? null,
  trackStarted: ({ trackStarted }) => trackStarted,
};

/** Names of the attributes that can be asked for. Durations are in milliseconds. */
export const TASK_ATTRIBUTES: readonly string[] = Object.keys(ATTRIBUTES);

/** Names of tasks, each with those attributes that it has. */
export function describeRegistered(known: Known, attributes: readonly string[]): string[] {
  const { tasks } = known;
  if (attributes.length === 0) return tasks.names();
  return tasks.names().map((name) => {
    const task = tasks.get(name);
    const shown = task ? attributes.flatMap((attribute) => attributeText(task, known, attribute)) : [];
    return shown.length === 0 ? name : `${name} [${shown.join(" ")}]`;
  });
}

function attributeText(task: RegisteredTask, known: Known, attribute: string): string[] {
  const value = ATTRIBUTES[attribute]?.(task.config, task, known) ?? null;
  return value === null ? [] : [`${attribute}=${value}`];
}

// In the unit that gives a whole number, if one does.
function rateText(perMs: number): string {
  const units = [
    ["s", 1_000],
    ["m", 60_000],
    ["h", 3_600_000],
  ] as const;
  const rates = units.map(([unit, ms]) => [unit, Math.round(perMs * ms * 1_000) / 1_000] as const);
  const [unit, rate] = rates.find(([, count]) => Number.isInteger(count) && count > 0) ?? ["s", perMs * 1_000];
  return `${rate}/${unit}`;
}
