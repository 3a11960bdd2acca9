// The commands that change limits in a running worker.

import type { Duration } from "../model/duration.ts";
import * as rule from "../model/option-rules.ts";
import { type RateLimit, rateLimitRule } from "../model/rate-limit.ts";
import type { TaskHost } from "./task-host.ts";
import { commandWith, type WorkerCommand } from "./worker-command.ts";

interface TimeLimitOrder {
  readonly task: string;
  readonly timeLimit?: Duration;
  readonly softTimeLimit?: Duration;
}

interface RateLimitOrder {
  readonly task: string;
  readonly limit: RateLimit;
}

/** Their rows in the table of commands. */
export function limitCommands(host: Pick<TaskHost, "timeLimits" | "rateLimits">): readonly WorkerCommand[] {
  const { text: task, duration } = rule;
  return [
    commandWith<TimeLimitOrder>(
      "time_limit",
      { rules: { task, timeLimit: duration, softTimeLimit: duration }, needed: ["task"] },
      ({ task: name, ...limits }) => {
        host.timeLimits.set(name, limits);
        return { ok: "time limits set successfully" };
      },
    ),
    commandWith<RateLimitOrder>(
      "rate_limit",
      { rules: { task, limit: rateLimitRule }, needed: ["task", "limit"] },
      ({ task: name, limit }) => {
        const isLimited = host.rateLimits.set(name, limit);
        return { ok: isLimited ? "new rate limit set successfully" : "rate limit disabled successfully" };
      },
    ),
  ];
}
