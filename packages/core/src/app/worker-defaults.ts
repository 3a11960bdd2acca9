// What the settings say about workers.

import { durationMs } from "../model/duration.ts";
import { type RateRule, rateRuleOf } from "../model/rate-limit.ts";
import type { WorkerDefaults } from "../worker/worker-options.ts";
import type { Settings } from "./config.ts";
import { broadcastQueues, checkQueueExists, declaredQueues, optionsOfQueue } from "./declared-queues.ts";

/** What a worker does where its own options say nothing. */
export function workerDefaultsOf(settings: Settings): WorkerDefaults {
  const { workerShutdownTimeout, workerSoftShutdownTimeout } = settings;
  return {
    queues: declaredQueues(settings),
    direct: settings.workerDirect,
    broadcast: broadcastQueues(settings),
    checkQueueExists: (queue) => checkQueueExists(queue, "a worker", settings),
    concurrency: settings.workerConcurrency,
    prefetchMultiplier: settings.workerPrefetchMultiplier,
    timeLimit: settings.taskTimeLimit,
    softTimeLimit: settings.taskSoftTimeLimit,
    pool: settings.workerPool,
    maxTasksPerChild: settings.workerMaxTasksPerChild,
    maxMemoryPerChild: settings.workerMaxMemoryPerChild,
    childStartMs: durationMs(settings.workerProcAliveTimeout, "workerProcAliveTimeout"),
    rates: { isDisabled: settings.workerDisableRateLimits, queues: queueRates(settings) },
    isControlled: settings.workerEnableRemoteControl,
    shutdownTimeoutMs:
      workerShutdownTimeout === null ? null : durationMs(workerShutdownTimeout, "workerShutdownTimeout"),
    events: settings.workerSendTaskEvents,
    softShutdownTimeoutMs: durationMs(workerSoftShutdownTimeout, "workerSoftShutdownTimeout"),
  };
}

function queueRates(settings: Settings): ReadonlyMap<string, RateRule> {
  const rates = new Map<string, RateRule>();
  const declared = declaredQueues(settings).map(
    (queue) => [queue, optionsOfQueue(queue, settings)?.rateLimit] as const,
  );
  for (const [queue, rate] of [...declared, ...Object.entries(settings.queueRateLimits)]) {
    if (rate == null) continue;
    const rule = rateRuleOf({ rate, scope: "cluster" }, `the rate limit of queue "${queue}"`);
    if (rule) rates.set(queue, rule);
  }
  return rates;
}
