// The rate limits of one worker: a line for each task and queue that has one. What waits in lines is bounded (I7): beyond that it
// goes back to the broker until its turn may have come.

import { InvalidArgumentError } from "../model/errors.ts";
import { shown } from "../model/names.ts";
import { type RateLimit, type RateRule, rateRuleOf } from "../model/rate-limit.ts";
import type { Clock } from "../platform/clock.ts";
import { LONG_PAUSE_MS } from "./outcome.ts";
import { NO_RATE_LIMIT, OwnRateBucket, type RateBucket } from "./rate-bucket.ts";
import { RateLine } from "./rate-line.ts";
import type { RegisteredTask, TaskSource } from "./registered-task.ts";
import { SharedRateBucket, type SharedRatePorts } from "./shared-rate-bucket.ts";

/** Most tasks in one line, and in all lines of a worker. */
const LONGEST_LINE = 64;
const MOST_WAITING = 192;
/** What is sent back comes at the latest then: the limit may have been raised. */
const LONGEST_PAUSE_MS = 300_000;
const SHORT_PAUSE_MS = 5_000;

/** What rate limits work with. */
export interface RateLimitPorts extends SharedRatePorts {
  readonly tasks: Pick<TaskSource, "get">;
  readonly clock: Clock;
}

/** What the settings say about rates in a worker. */
export interface RateSettings {
  /** No task is limited. */
  readonly isDisabled: boolean;
  /** Limits of queues, for all workers together. */
  readonly queues: ReadonlyMap<string, RateRule>;
}

/** The rate limits of one worker. */
export class WorkerRateLimits {
  readonly #ports: RateLimitPorts;
  readonly #settings: RateSettings;
  // No more than there are tasks, and queues that this worker consumes.
  readonly #ofTasks = new Map<string, RateLine>();
  readonly #changed = new Map<string, RateRule | null>();
  readonly #ofQueues = new Map<string, RateLine>();
  // When what was sent back last may start.
  readonly #sentBackUntil = new Map<RateLine, number>();

  constructor(ports: RateLimitPorts, settings: RateSettings) {
    this.#ports = ports;
    this.#settings = settings;
  }

  /**
   * Changes the limit of a task; for what waits too. Where the scope is not given, it stays as the task has it.
   *
   * @param limit - 0 or null: no limit.
   * @returns whether there is a limit now.
   * @throws {InvalidArgumentError} the task is not registered here, or it is no rate.
   */
  set(name: string, limit: RateLimit | null): boolean {
    const task = this.#ports.tasks.get(name);
    if (!task) throw new InvalidArgumentError(`task ${shown(name)} is not registered in this worker; correct the name`);
    const scope = task.config.rateLimit?.scope;
    const whole = typeof limit === "object" ? limit : { rate: limit, scope };
    const rule = whole && rateRuleOf(whole, `the rate limit of task "${name}"`);
    this.#changed.set(name, rule);
    const bucket = this.#bucketOf(`task:${name}`, rule);
    const line = this.#ofTasks.get(name);
    if (line) {
      this.#sentBackUntil.delete(line);
      line.change(bucket);
    } else this.#ofTasks.set(name, new RateLine(bucket, this.#ports.clock));
    return rule !== null;
  }

  /** The limit of a task's own, as it is now; null: none. */
  ruleOf({ name, config }: RegisteredTask): RateRule | null {
    if (this.#settings.isDisabled) return null;
    const changed = this.#changed.get(name);
    return changed === undefined ? config.rateLimit : changed;
  }

  /** The lines that a task has to wait in; null: none. Those of all workers come first. */
  linesOf({ name, config }: RegisteredTask, queue: string): readonly RateLine[] | null {
    const { isDisabled, queues } = this.#settings;
    // Most tasks have none.
    if (isDisabled || (config.rateLimit === null && this.#ofTasks.size === 0 && queues.size === 0)) return null;
    const ofQueue = this.#line(this.#ofQueues, queue, queues.get(queue) ?? null, "queue");
    const ofTask = this.#line(this.#ofTasks, name, config.rateLimit, "task");
    const lines = [ofQueue, ofTask].filter((line) => line !== null);
    return lines.length > 0 ? lines : null;
  }

  /** How long a task is sent back for that finds no place in its lines, in milliseconds; 0: there is one. */
  pauseMs(lines: readonly RateLine[]): number {
    const longest = lines.reduce((one, other) => (other.length > one.length ? other : one));
    if (longest.length < LONGEST_LINE && this.#waiting < MOST_WAITING) return 0;
    const now = this.#ports.clock.monotonic();
    const after = Math.max(this.#sentBackUntil.get(longest) ?? 0, now + longest.estimateMs);
    const until = after + longest.estimateMs / Math.max(longest.length, 1);
    if (until - now > LONGEST_PAUSE_MS) return LONGEST_PAUSE_MS * (1 - this.#ports.random() / 2);
    this.#sentBackUntil.set(longest, until);
    // What comes back to its queue soon is counted as given out there: not for long.
    return until - now < SHORT_PAUSE_MS ? until - now : Math.max(until - now, LONG_PAUSE_MS);
  }

  /** Sends away all who wait. */
  empty(): void {
    for (const lines of [this.#ofTasks, this.#ofQueues]) for (const line of lines.values()) line.empty();
  }

  get #waiting(): number {
    let waiting = 0;
    for (const line of this.#ofTasks.values()) waiting += line.length;
    for (const line of this.#ofQueues.values()) waiting += line.length;
    return waiting;
  }

  #line(lines: Map<string, RateLine>, name: string, rule: RateRule | null, kind: string): RateLine | null {
    const known = lines.get(name);
    if (known || rule === null) return known ?? null;
    const line = new RateLine(this.#bucketOf(`${kind}:${name}`, rule), this.#ports.clock);
    lines.set(name, line);
    return line;
  }

  #bucketOf(name: string, rule: RateRule | null): RateBucket {
    if (rule === null) return NO_RATE_LIMIT;
    if (rule.scope === "cluster") return new SharedRateBucket(name, rule.perMs, this.#ports);
    return new OwnRateBucket(rule.perMs, this.#ports.clock);
  }
}
