// Options, settings and durations.

import {
  type ApplyOptions,
  type Duration,
  memoryTransport,
  type Settings,
  type TaskOptions,
  Troupe,
  type WorkerOptions,
} from "@troupe/core";
import { add, app } from "./tasks.ts";

// Durations are milliseconds, or a number with a unit.
export const durations: readonly Duration[] = [0, 1_500, "250ms", "10s", "5m", "2h", "1d", "1.5h"];
// @ts-expect-error -- the unit is s
export const worded: Duration = "10 sec";
// @ts-expect-error -- a number in a text needs a unit
export const bare: Duration = "10";
// @ts-expect-error -- what is a unit is fixed
export const weeks: Duration = "2w";

// Options of a call; undefined is "not given".
export const call: ApplyOptions = {
  queue: "lopri",
  taskId: "a",
  expires: new Date(),
  headers: { a: 1 },
  retryPolicy: {},
};
export const empty: ApplyOptions = { queue: undefined, expires: undefined, retryPolicy: { timeout: undefined } };
void add.applyAsync([2, 2], { expires: "10s", serializer: "json", ignoreResult: true });
// @ts-expect-error -- the unit is s
void add.applyAsync([2, 2], { expires: "10 sec" });
// @ts-expect-error -- the option is called queue
void add.applyAsync([2, 2], { qeue: "lopri" });
// @ts-expect-error -- there are two serializers
void add.applyAsync([2, 2], { serializer: "pickle" });
void add.applyAsync([2, 2], { countdown: "10s", eta: new Date() });
// @ts-expect-error -- the unit is s
void add.applyAsync([2, 2], { countdown: "10 sec" });
// @ts-expect-error -- a date is wanted
void add.applyAsync([2, 2], { eta: "10s" });
void add.applyAsync([2, 2], { priority: 5 });

// Options of a task.
export const task: TaskOptions = { queue: "hipri", acksLate: false, expires: "1h", throws: [TypeError], params: ["x"] };
// @ts-expect-error -- the option is called ignoreResult
app.task("o.unknown", { ignoreResults: true }, () => 1);
// @ts-expect-error -- a list of classes is wanted
app.task("o.throws", { throws: TypeError }, () => 1);
app.task("o.retried", { maxRetries: null, autoretryFor: [TypeError], retryBackoff: "2s", retryJitter: false }, () => 1);
app.task("o.doubled", { maxRetries: 3, defaultRetryDelay: 500, retryBackoff: true }, () => 1);
// @ts-expect-error -- a list of classes is wanted
app.task("o.autoretry", { autoretryFor: TypeError }, () => 1);
app.task("o.limited", { rateLimit: "3/s" }, () => 1);
app.task("o.shared", { rateLimit: { rate: "3/m", scope: "cluster" } }, () => 1);
// @ts-expect-error -- per second, minute or hour
app.task("o.daily", { rateLimit: "3/d" }, () => 1);

// Settings.
export const settings: Partial<Settings> = { broker: ["nats://a:4222", "nats://b:4222"], taskRoutes: { "a.*": "b" } };
void new Troupe("proj", { broker: memoryTransport(), resultExpires: "1d", workerConcurrency: null });
// @ts-expect-error -- the setting is called broker
void new Troupe("proj", { brokr: "memory:" });
// @ts-expect-error -- a name is a text
void new Troupe(5);
// @ts-expect-error -- a duration is wanted
void new Troupe("proj", { ackWait: "30 sec" });
app.conf.taskDefaultQueue = "hipri";
app.conf.update({ taskAcksLate: false, maxDeliveries: 3 });
export const deliveries: number = app.conf.get("maxDeliveries");
// @ts-expect-error -- a number is wanted
app.conf.maxDeliveries = "3";
// @ts-expect-error -- there is no such setting
app.conf.update({ maxDelivery: 3 });
// @ts-expect-error -- there is no such setting
void app.conf.get("maxDelivery");

// Workers.
export const worker: WorkerOptions = { queues: ["hipri"], concurrency: 8, hostname: "w1@%h", shutdownTimeout: "30s" };
void app.worker({ inspect: (event) => event.type });
void app.worker({ pool: "threads", maxTasksPerChild: 100 });
// @ts-expect-error -- there is no such pool
void app.worker({ pool: "prefork" });
// @ts-expect-error -- a list of queues is wanted
void app.worker({ queues: "hipri" });
void app.worker().stop({ mode: "soft", timeout: "10s" });
// @ts-expect-error -- a worker is stopped warm, soft or cold
void app.worker().stop({ mode: "slow" });
