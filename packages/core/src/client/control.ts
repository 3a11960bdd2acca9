// Remote control of workers, as `app.control`: questions, and orders.

import { checkOptions, type OptionTable } from "../model/check-options.ts";
import type { CommandArguments } from "../model/control-command.ts";
import type { Duration } from "../model/duration.ts";
import { InvalidArgumentError } from "../model/errors.ts";
import { checkQueueName, checkTaskId } from "../model/names.ts";
import * as rule from "../model/option-rules.ts";
import type { RateLimit } from "../model/rate-limit.ts";
import { MAX_REVOKED_IDS, type Revocation, type StampValue } from "../model/revocation.ts";
import { conditionsFrom, REVOKE_RULES, type RevokeOptions } from "../model/revoke-options.ts";
import type { TimeLimitOptions } from "../model/time-limits.ts";
import type { Transport } from "../transport/transport.ts";
import { type AskOptions, audienceOf } from "./ask-options.ts";
import { type AskPorts, askWorkers, type Replies } from "./ask-workers.ts";
import { Inspect } from "./inspect.ts";
import { type RevokePorts, revokeStamped, revokeTasks } from "./revoke.ts";

/** What a worker says to an order: what it did, or why it did not. */
export type OrderReply = { readonly ok: string } | { readonly error: string };

/** How to revoke by order, and whether to wait for what workers say. */
export interface ControlRevokeOptions extends RevokeOptions {
  /** Wait for the workers' replies. They honour the revocation in any case, and so do those that start later. @default false */
  readonly reply?: boolean | undefined;
  /** Longest wait for replies. @default 1 s */
  readonly timeout?: Duration | undefined;
}

const POOL_RESTART_TIMEOUT = "60s";
const REVOKE_TABLE: OptionTable = { ...REVOKE_RULES, reply: rule.flag, timeout: rule.duration };
const CONTROL_REVOKE = { what: "revoke option", kind: "argument" } as const;

/** How workers stop: see `Worker.stop`. */
export interface ShutdownOptions {
  /** @default "warm" */
  readonly mode?: "warm" | "soft" | "cold" | undefined;
  /** Longest time that running tasks are waited for. @default the worker's own */
  readonly timeout?: Duration | undefined;
}

/** Remote control of workers. Orders reject with `BrokerUnreachableError` when the broker does not answer within the timeout. */
export class Control {
  readonly #ports: AskPorts & RevokePorts;

  constructor(ports: AskPorts & RevokePorts) {
    this.#ports = ports;
  }

  /** Questions to workers, who answer within a timeout. */
  inspect(options?: AskOptions): Inspect {
    return new Inspect(this.#ports, options);
  }

  /**
   * Deletes the tasks that wait in queues, for good. Those that a worker has stay, and so do delayed ones. Nobody is told.
   *
   * @returns how many were deleted, by queue.
   * @see Celery `app.control.purge`
   */
  purge(queues: readonly string[]): Promise<Replies<number>> {
    return this.#ofQueues(queues, ({ tasks }, queue) => tasks.purge(queue));
  }

  /** How many tasks wait for a worker, by queue. */
  waiting(queues: readonly string[]): Promise<Replies<number>> {
    return this.#ofQueues(queues, async ({ tasks }, queue) => (await tasks.count(queue)).waiting);
  }

  /**
   * Revokes tasks by their ids: see `AsyncResult.revoke`. Resolves when that is stored durably, and delayed ones are `REVOKED`. Ids that are
   * unknown, or of tasks that have ended, do no harm.
   *
   * @returns with `reply`, what each worker says: `{ ok: "tasks <ids> flagged as revoked" }`, with `terminate`
   * `{ ok: "terminate: <ids>" }` of those that ran there; else nothing.
   * @throws {InvalidArgumentError} an id or an option is wrong; replies are wanted for more than 1,000 ids.
   * @see Celery `app.control.revoke`
   */
  async revoke(ids: string | readonly string[], options?: ControlRevokeOptions): Promise<Replies<OrderReply>> {
    checkOptions(options, REVOKE_TABLE, CONTROL_REVOKE);
    const all = [...new Set(typeof ids === "string" ? [ids] : ids)].map(checkTaskId);
    if (options?.reply && all.length > MAX_REVOKED_IDS)
      throw new InvalidArgumentError(
        `replies are wanted for ${all.length} ids; ask for at most ${MAX_REVOKED_IDS} at a time, or without reply`,
      );
    await revokeTasks(all, revocationOf(options), this.#ports);
    return this.#tell("revoke", { ids: all }, options);
  }

  /** As `revoke` with `terminate`: ends tasks also while they run. @see Celery `app.control.terminate` */
  terminate(ids: string | readonly string[], options?: ControlRevokeOptions): Promise<Replies<OrderReply>> {
    return this.revoke(ids, { ...options, terminate: true });
  }

  /**
   * Revokes all tasks whose stamps meet all of the headers, each by one of its values: those that wait, those that run if `terminate`, and
   * those that come until `revokeExpires`. Delayed ones are `REVOKED` when they are due. At most 1,000 different ones at a time.
   *
   * @throws {InvalidArgumentError} a header or an option is wrong.
   * @throws {LimitReachedError} there are too many.
   * @see Celery `app.control.revoke_by_stamped_headers`
   */
  async revokeByStampedHeaders(
    headers: Readonly<Record<string, StampValue | readonly StampValue[]>>,
    options?: ControlRevokeOptions,
  ): Promise<Replies<OrderReply>> {
    checkOptions(options, REVOKE_TABLE, CONTROL_REVOKE);
    const stamps = conditionsFrom(headers);
    await revokeStamped(stamps, revocationOf(options), this.#ports);
    return this.#tell("revoke_by_stamped_headers", { headers: stamps }, options);
  }

  async #tell(
    command: string,
    args: CommandArguments,
    { reply, timeout, terminate, reason }: ControlRevokeOptions = {},
  ): Promise<Replies<OrderReply>> {
    return reply ? this.broadcast<OrderReply>(command, { ...args, terminate, reason }, { timeout }) : {};
  }

  /**
   * Changes the time limits of a task, for runs that start from now on. What is not given is as the task says; 0: no limit.
   *
   * @returns the replies by worker: `{ ok }`, or `{ error }` where the task is not known or the limits do not fit.
   * @see Celery `app.control.time_limit`
   */
  timeLimit(task: string, limits: TimeLimitOptions, options?: AskOptions): Promise<Replies<OrderReply>> {
    const { timeLimit, softTimeLimit } = limits;
    return this.broadcast("time_limit", { task, timeLimit, softTimeLimit }, options);
  }

  /**
   * Changes how often a task may start, also for what waits already.
   *
   * @param limit - `"10/s"`, `"100/m"`, `"1000/h"`, or a number per second; 0: no limit. For each worker, or for all together, as
   * the task has it, or as `{ rate, scope }` says.
   * @returns the replies by worker: `{ ok }`, or `{ error }` where the task is not known or it is no rate.
   * @see Celery `app.control.rate_limit`
   */
  rateLimit(task: string, limit: RateLimit, options?: AskOptions): Promise<Replies<OrderReply>> {
    return this.broadcast("rate_limit", { task, limit }, options);
  }

  /**
   * Gives workers more slots.
   *
   * @param count - How many. Default: 1.
   * @returns the replies by worker: `{ ok }`, or `{ error }` of one that is autoscaled, or whose pool has one slot.
   * @see Celery `app.control.pool_grow`
   */
  poolGrow(count = 1, options?: AskOptions): Promise<Replies<OrderReply>> {
    return this.broadcast("pool_grow", { count }, options);
  }

  /** Takes slots from workers; handlers that run are finished. As `poolGrow`; a worker that would have none left replies `{ error }`. */
  poolShrink(count = 1, options?: AskOptions): Promise<Replies<OrderReply>> {
    return this.broadcast("pool_shrink", { count }, options);
  }

  /**
   * Changes the most and the fewest slots of autoscaled workers.
   *
   * @returns the replies by worker: `{ ok }`, or `{ error }` of one that is not autoscaled.
   * @see Celery `app.control.autoscale`
   */
  autoscale(max: number, min: number, options?: AskOptions): Promise<Replies<OrderReply>> {
    return this.broadcast("autoscale", { max, min }, options);
  }

  /**
   * Has workers consume a queue too, as long as they run.
   *
   * @returns the replies by worker: `{ ok }`, also where it was consumed already, or `{ error }`.
   * @throws {InvalidArgumentError} a queue cannot have this name.
   * @see Celery `app.control.add_consumer`
   */
  async addConsumer(queue: string, options?: AskOptions): Promise<Replies<OrderReply>> {
    return this.broadcast("add_consumer", { queue: checkQueueName(queue) }, options);
  }

  /**
   * Has workers consume a queue no longer, as long as they run; what they have of it is finished.
   *
   * @returns the replies by worker: `{ ok }`, also where it was not consumed.
   * @throws {InvalidArgumentError} a queue cannot have this name.
   * @see Celery `app.control.cancel_consumer`
   */
  async cancelConsumer(queue: string, options?: AskOptions): Promise<Replies<OrderReply>> {
    return this.broadcast("cancel_consumer", { queue: checkQueueName(queue) }, options);
  }

  /**
   * Has workers replace their threads or processes, one after the other: those that run a task end when that has. The new ones import
   * the application's modules anew.
   *
   * @param options - Its `timeout` is, unless given, 60 s.
   * @returns the replies by worker: `{ ok }`, or `{ error }` of one whose pool has no children, or whose modules cannot be imported.
   * @see Celery `app.control.pool_restart`
   */
  poolRestart(options?: AskOptions): Promise<Replies<OrderReply>> {
    return this.broadcast("pool_restart", {}, { ...options, timeout: options?.timeout ?? POOL_RESTART_TIMEOUT });
  }

  /**
   * Stops workers: warm, unless `mode` says otherwise; see `Worker.stop`.
   *
   * @param stop.timeout - Longest time that running tasks are waited for.
   * @returns the replies by worker, before it stops: `{ ok }`.
   * @see Celery `app.control.shutdown`
   */
  shutdown(stop: ShutdownOptions = {}, options?: AskOptions): Promise<Replies<OrderReply>> {
    const { mode, timeout } = stop;
    return this.broadcast("shutdown", { mode, timeout }, options);
  }

  /**
   * Who is there: `{ ok: "pong" }` of each worker. One whose event loop is blocked does not answer in time.
   *
   * @see Celery `app.control.ping`
   */
  ping(options?: AskOptions): Promise<Replies<OrderReply>> {
    return this.broadcast("ping", {}, options);
  }

  /**
   * Lets the events of workers tell what happens to their tasks.
   *
   * @see Celery `app.control.enable_events`
   */
  enableEvents(options?: AskOptions): Promise<Replies<OrderReply>> {
    return this.broadcast("enable_events", {}, options);
  }

  /** Lets them tell nothing of tasks. */
  disableEvents(options?: AskOptions): Promise<Replies<OrderReply>> {
    return this.broadcast("disable_events", {}, options);
  }

  /** Lets workers send an event `worker-heartbeat` at once. */
  heartbeat(options?: AskOptions): Promise<Replies<OrderReply>> {
    return this.broadcast("heartbeat", {}, options);
  }

  /**
   * Sends any command to workers, by its name: the general form of all the others.
   *
   * @param args - The command's arguments, by name.
   * @returns the replies by worker; a worker that does not know the command, or not these arguments, replies `{ error }`.
   * @throws {InvalidArgumentError} an option is unknown or wrong.
   * @see Celery `app.control.broadcast`
   */
  broadcast<T = unknown>(command: string, args: CommandArguments = {}, options?: AskOptions): Promise<Replies<T>> {
    return askWorkers<T>({ command, args, ...audienceOf(options, "control option") }, this.#ports);
  }

  async #ofQueues(
    queues: readonly string[],
    act: (transport: Transport, queue: string) => Promise<number>,
  ): Promise<Replies<number>> {
    const names = queues.map(checkQueueName);
    const { transport } = await this.#ports.connect();
    return Object.fromEntries(
      await Promise.all(names.map(async (queue) => [queue, await act(transport, queue)] as const)),
    );
  }
}

function revocationOf(options: RevokeOptions | undefined): Revocation {
  return { terminate: options?.terminate ?? false, reason: options?.reason ?? null, stamps: null };
}
