// The tasks that a worker knows as text, with their attributes: `proj.add [rateLimit=10/m timeLimit=2000]`.

import type { RegisteredTask, TaskConfig, TaskSource } from "./registered-task.ts";

const ATTRIBUTES: Readonly<Record<string, (config: TaskConfig) => string | number | boolean | null>> = {
  acksLate: ({ acksLate }) => acksLate,
  expires: ({ expiresMs }) => expiresMs,
  ignoreResult: ({ ignoreResult }) => ignoreResult,
  maxRetries: ({ retry }) => retry.max,
  rateLimit: ({ rateLimit }) => rateLimit && rateText(rateLimit.perMs),
  rejectOnWorkerLost: ({ rejectOnWorkerLost }) => rejectOnWorkerLost,
  serializer: ({ serializer }) => serializer,
  softTimeLimit: ({ timeLimits }) => timeLimits?.softMs ?? null,
  timeLimit: ({ timeLimits }) => timeLimits?.hardMs ?? null,
  trackStarted: ({ trackStarted }) => trackStarted,
};

/** Names of the attributes that can be asked for. Durations are in milliseconds. */
export const TASK_ATTRIBUTES: readonly string[] = Object.keys(ATTRIBUTES);

/** Names of tasks, each with those attributes that it has. */
export function describeRegistered(tasks: TaskSource, attributes: readonly string[]): string[] {
  if (attributes.length === 0) return tasks.names();
  return tasks.names().map((name) => {
    const task = tasks.get(name);
    const shown = task ? attributes.flatMap((attribute) => attributeText(task, attribute)) : [];
    return shown.length === 0 ? name : `${name} [${shown.join(" ")}]`;
  });
}

function attributeText({ config }: RegisteredTask, attribute: string): string[] {
  const value = ATTRIBUTES[attribute]?.(config) ?? null;
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
