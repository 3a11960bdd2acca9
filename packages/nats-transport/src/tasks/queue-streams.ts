// Queues that have a stream of their own: makes the streams when the transport connects, keeps the mark of each, and refuses what
// would put a queue in two places.

import { BrokerRefusedError, type QueueStream, TopologyError } from "@troupe/core/transport";
import type { Link } from "../connection/link.ts";
import { isApiError } from "../publish/jetstream-api.ts";
import { consumerNames } from "../topology/consumer-names.ts";
import { ensureStream } from "../topology/ensure-topology.ts";
import { queueStreamSpec } from "../topology/queue-stream-spec.ts";
import { type Fields, numberAt } from "../wire/fields.ts";
import { reasonOf } from "../wire/nats-errors.ts";
import { SuspicionMark } from "./suspicion-mark.ts";

/** See the top of the file. */
export class QueueStreams {
  readonly #link: Link;
  readonly #shared: SuspicionMark;
  readonly #marks = new Map<string, SuspicionMark>();
  /** Queues that have one on the broker, though this process does not declare it. */
  #undeclared: ReadonlySet<string> = new Set();

  constructor(link: Link, shared: SuspicionMark) {
    this.#link = link;
    this.#shared = shared;
  }

  /**
   * Makes or checks the streams. The one that queues share is there.
   *
   * @throws {TopologyError} one differs from what is declared, or workers still consume its queue elsewhere.
   */
  async open(): Promise<void> {
    for (const [queue, stream] of this.#link.settings.queueStreams ?? [])
      await this.#mark(queue).start(await this.#ensure(queue, stream));
    this.#undeclared = await this.#findUndeclared();
  }

  /** The mark of the stream in which a queue is. */
  markOf(queue: string): SuspicionMark {
    return this.#link.settings.queueStreams?.has(queue) ? this.#mark(queue) : this.#shared;
  }

  /** @throws {BrokerRefusedError} the queue has a stream of its own, and this process was not told. */
  check(queue: string): void {
    if (!this.#undeclared.has(queue)) return;
    const stream = this.#link.names.ownStream(queue);
    throw new BrokerRefusedError(
      `queue ${JSON.stringify(queue)} has a stream of its own on the broker, ${stream}, and taskQueues of this process gives it ` +
        `none; declare it as the other processes do, taskQueues: { ${JSON.stringify(queue)}: { stream: … } }, or empty the ` +
        `queue and delete the stream: "nats stream rm ${stream}"`,
    );
  }

  #mark(queue: string): SuspicionMark {
    const found = this.#marks.get(queue) ?? new SuspicionMark(this.#link, queue);
    this.#marks.set(queue, found);
    return found;
  }

  async #ensure(queue: string, stream: QueueStream): Promise<Fields> {
    const { api, names, config, logger } = this.#link;
    const spec = queueStreamSpec(names, config, queue, stream);
    if ((await api.streamInfo(spec.name)) === null) {
      const consumer = await busyElsewhere(this.#link, queue);
      if (consumer !== null) throw stillConsumed(queue, names.tasks, consumer);
    }
    return ensureStream(api, spec, logger);
  }

  // Who may not ask for it is not told: what it sends there is moved by workers.
  async #findUndeclared(): Promise<ReadonlySet<string>> {
    const { api, names, settings, logger } = this.#link;
    const found = new Set<string>();
    try {
      const answer = await api.ask("STREAM.NAMES", { subject: names.ownTasks(null) });
      const list = isApiError(answer) ? [] : answer["streams"];
      for (const stream of Array.isArray(list) ? list : []) {
        const queue = names.queueOfStream(String(stream));
        if (queue !== null && !settings.queueStreams?.has(queue)) found.add(queue);
      }
    } catch (error) {
      if (!(error instanceof BrokerRefusedError)) throw error;
      logger.debug({ reason: reasonOf(error) }, "which queues have a stream of their own cannot be looked up");
    }
    return found;
  }
}

/** Name of a consumer by which somebody still gets a queue from the stream that queues share; null: there is none. */
export async function busyElsewhere({ api, names }: Link, queue: string): Promise<string | null> {
  for (const name of await consumerNames(api, names.tasks)) {
    if (names.queueOfConsumer(name) !== queue) continue;
    const info = (await api.consumerInfo(names.tasks, name)) ?? {};
    if (numberAt(info, "num_waiting") > 0 || numberAt(info, "num_ack_pending") > 0) return name;
  }
  return null;
}

function stillConsumed(queue: string, stream: string, consumer: string): TopologyError {
  return new TopologyError(
    `queue ${JSON.stringify(queue)} is to have a stream of its own, and workers consume it from stream ${stream}, or have tasks ` +
      "of it that are not settled; stop those workers first, warmly. If none runs any more, delete what they have left: " +
      `"nats consumer rm ${stream} ${consumer}"; no task is lost by that`,
  );
}
