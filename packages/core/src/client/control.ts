// Remote control of workers, as `app.control`: questions, and orders.

import { checkOptions, type OptionTable } from "../model/check-options.ts";
import type { CommandArguments } from "../model/control-command.ts";
import { type Duration, durationMs } from "../model/duration.ts";
import { checkQueueName } from "../model/names.ts";
import * as rule from "../model/option-rules.ts";
import type { Transport } from "../transport/transport.ts";
import { type AskPorts, askWorkers, type Replies } from "./ask-workers.ts";
import { Inspect, type InspectOptions } from "./inspect.ts";

/** Whom to order, and how long to wait for replies. */
export interface OrderOptions {
  /** Names of the workers that shall obey. @default all */
  readonly destination?: readonly string[] | undefined;
  /** Longest wait for replies; it ends early when all of `destination` have replied. @default 1 s */
  readonly timeout?: Duration | undefined;
}

const ORDER_OPTION_TABLE: OptionTable = {
  destination: { ...rule.texts, wants: "a list of worker names" },
  timeout: rule.duration,
};

/** Remote control of workers. Orders reject with `BrokerUnreachableError` when the broker does not answer within the timeout. */
export class Control {
  readonly #ports: AskPorts;

  constructor(ports: AskPorts) {
    this.#ports = ports;
  }

  /** Questions to workers, who answer within a timeout. */
  inspect(options?: InspectOptions): Inspect {
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
   * Sends any command to workers, by its name: the general form of all the others.
   *
   * @param args - The command's arguments, by name.
   * @returns the replies by worker; a worker that does not know the command, or not these arguments, replies `{ error }`.
   * @throws {InvalidArgumentError} an option is unknown or wrong.
   * @see Celery `app.control.broadcast`
   */
  broadcast<T = unknown>(command: string, args: CommandArguments = {}, options?: OrderOptions): Promise<Replies<T>> {
    checkOptions(options, ORDER_OPTION_TABLE, { what: "control option", kind: "argument" });
    const timeoutMs = durationMs(options?.timeout ?? 1_000, "timeout");
    return askWorkers<T>({ command, args, destination: options?.destination ?? null, timeoutMs }, this.#ports);
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
