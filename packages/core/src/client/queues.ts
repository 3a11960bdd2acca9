// The queues of an application, as `app.queues`: what is in them, who takes from them; pauses and resumes them.

import { decodeQueuePause, encodeQueuePause } from "../codec/queue-pause-codec.ts";
import { checkOptions, type OptionTable } from "../model/check-options.ts";
import { type Duration, durationMs } from "../model/duration.ts";
import type { WorkerStats } from "../model/inspect-replies.ts";
import { checkQueueName } from "../model/names.ts";
import * as rule from "../model/option-rules.ts";
import { MAX_PAUSE_TEXT, type QueuePause } from "../model/queue-pause.ts";
import type { Topic } from "../transport/broadcast.ts";
import type { StoredPause } from "../transport/queue-pauses.ts";
import type { QueueStream, QueueStreams } from "../transport/queue-streams.ts";
import type { Transport } from "../transport/transport.ts";
import { audienceOf } from "./ask-options.ts";
import { type AskPorts, askWorkers } from "./ask-workers.ts";
import { isNodeQueue, nodeQueue } from "./node-queue.ts";

/** Where it is told that queues were paused or resumed. */
export const PAUSES_TOPIC: Topic = ["pauses"];

const NOTHING = new Uint8Array();
const MOST_DELAYED = 1_000;

/** A paused queue. */
export interface PausedQueueInfo {
  readonly queue: string;
  /** Since when, by the broker's clock. */
  readonly since: Date;
  /** Who paused it. */
  readonly by: string;
  /** Why, or null. */
  readonly reason: string | null;
}

/** What is known of a queue. */
export interface QueueInfo {
  readonly name: string;
  /** Tasks that wait for a worker. */
  readonly waiting: number;
  /** Tasks that a worker has; on NATS also those that one has given back and nobody has taken since. */
  readonly unsettled: number;
  /** Tasks that wait for their time before they come here; null where more than 1,000 wait, for all queues, to be looked through. */
  readonly delayed: number | null;
  /** Names of the workers that consume it, of those that have answered. */
  readonly workers: readonly string[];
  /** Whether it is a broadcast queue: nothing waits in it, but in those of its nodes, which are listed too: `news--w1.at.host`. */
  readonly broadcast: boolean;
  /** Its own stream and the limits that this application declares; null: it shares that of other queues. */
  readonly stream: QueueStream | null;
  /** Null: it is not paused. */
  readonly paused: PausedQueueInfo | null;
}

/** Options of `queues.pause`. */
export interface PauseOptions {
  /** Shown to whoever wonders; up to 256 characters. @default none */
  readonly reason?: string | undefined;
  /** Who pauses it; up to 256 characters. @default process and host: `"4711@host"` */
  readonly by?: string | undefined;
}

/** Options of `queues.list`. */
export interface ListQueuesOptions {
  /** Queues to tell of. @default those that are declared, paused, consumed, or in which anything waits */
  readonly queues?: readonly string[] | undefined;
  /** How long workers are waited for. @default 1 s */
  readonly timeout?: Duration | undefined;
}

/** What it works with. */
export interface QueuePorts extends AskPorts {
  /** Who pauses, for people. */
  readonly origin: string;
}

/** A declared queue and the patterns of routing keys that lead to it. */
export interface QueueBinding {
  readonly queue: string;
  readonly patterns: readonly string[];
  /** Whether each worker that consumes it gets every call. */
  readonly broadcast: boolean;
}

/** What the settings say about queues. */
export interface QueueDeclarations {
  readonly declared: () => readonly QueueBinding[];
  /** Those that have a stream of their own. */
  readonly streams: () => QueueStreams;
  /** @throws {QueueNotFound} the queue is not declared, and must be. */
  readonly check: (queue: string) => void;
}

const PAUSE_TABLE: OptionTable = { reason: rule.textUpTo(MAX_PAUSE_TEXT), by: rule.textUpTo(MAX_PAUSE_TEXT) };
const LIST_TABLE: OptionTable = { queues: rule.texts, timeout: rule.duration };

/** See the top of the file. */
export class Queues {
  readonly #ports: QueuePorts;
  readonly #declarations: QueueDeclarations;

  constructor(ports: QueuePorts, declarations: QueueDeclarations) {
    this.#ports = ports;
    this.#declarations = declarations;
  }

  /**
   * Pauses a queue in the whole cluster until it is resumed: workers, those that come later too, take nothing more from it; what runs is
   * finished, what waits stays. It can still be sent to. A queue that is paused stays as it is. Resolves when that is stored durably.
   *
   * @returns since when it is paused, by whom and why.
   * @throws {InvalidArgumentError | QueueNotFound} the name or an option is wrong, or it is not declared, and must be.
   */
  async pause(queue: string, options?: PauseOptions): Promise<PausedQueueInfo> {
    this.#declarations.check(checkQueueName(queue));
    checkOptions(options, PAUSE_TABLE, { what: "option of a pause:", kind: "argument" });
    const { transport } = await this.#ports.connect();
    const { reason = null, by = this.#ports.origin } = options ?? {};
    const pause: QueuePause = { at: transport.now(), by, reason };
    const stored = await transport.pauses.create(queue, encodeQueuePause(pause));
    transport.broadcast.publish(PAUSES_TOPIC, NOTHING);
    const found = stored === "exists" ? (await pausesOf(transport)).get(queue) : undefined;
    return found ?? describe(queue, pause);
  }

  /**
   * Ends the pause of a queue. Resolves when that is stored durably; workers that were not told go on within half a minute.
   *
   * @returns whether it was paused.
   * @throws {InvalidArgumentError} the name is wrong.
   */
  async resume(queue: string): Promise<boolean> {
    checkQueueName(queue);
    const { transport } = await this.#ports.connect();
    const wasPaused = await transport.pauses.remove(queue);
    transport.broadcast.publish(PAUSES_TOPIC, NOTHING);
    return wasPaused;
  }

  /** The declared queues, the default one first, with the patterns of routing keys that lead to them. Asks nobody. */
  bindings(): readonly QueueBinding[] {
    return this.#declarations.declared();
  }

  /**
   * What is in queues, in the order of their names, and which workers consume them.
   *
   * @throws {InvalidArgumentError} an option is wrong.
   */
  async list(options?: ListQueuesOptions): Promise<QueueInfo[]> {
    checkOptions(options, LIST_TABLE, { what: "option of a list of queues:", kind: "argument" });
    const wanted = options?.queues?.map(checkQueueName);
    const timeoutMs = durationMs(options?.timeout ?? 1_000, "timeout");
    const { transport } = await this.#ports.connect();
    const [paused, delayed, consumed, known] = await Promise.all([
      pausesOf(transport),
      delayedByQueue(transport),
      workersByQueue(timeoutMs, this.#ports),
      wanted ?? transport.tasks.names(),
    ]);
    const names = wanted ?? [
      ...this.bindings().map(({ queue }) => queue),
      ...known,
      ...paused.keys(),
      ...consumed.keys(),
    ];
    const streams = this.#declarations.streams();
    return Promise.all(
      [...new Set(names)].sort().map(async (name) => {
        const { waiting, unsettled } = await transport.tasks.count(name);
        return {
          name,
          waiting,
          unsettled,
          delayed: delayed && (delayed.get(name) ?? 0),
          workers: consumed.get(name) ?? this.#nodes(name, consumed),
          broadcast: this.#broadcast.includes(name),
          stream: streams.get(name) ?? null,
          paused: paused.get(name) ?? null,
        };
      }),
    );
  }

  get #broadcast(): readonly string[] {
    return this.bindings().flatMap(({ queue, broadcast }) => (broadcast ? [queue] : []));
  }

  // The worker whose part of a broadcast queue it is.
  #nodes(name: string, consumed: ReadonlyMap<string, readonly string[]>): readonly string[] {
    const queue = this.#broadcast.find((declared) => isNodeQueue(name, declared));
    if (queue === undefined) return [];
    return (consumed.get(queue) ?? []).filter((hostname) => nodeQueue(queue, hostname) === name);
  }
}

/** All paused queues, by name. */
export async function pausesOf(transport: Transport): Promise<Map<string, PausedQueueInfo>> {
  return new Map((await transport.pauses.list()).map((stored) => [stored.queue, read(stored)]));
}

// A queue whose entry cannot be read is paused nevertheless.
function read({ queue, body }: StoredPause): PausedQueueInfo {
  try {
    return describe(queue, decodeQueuePause(body));
  } catch (error) {
    return describe(queue, { at: 0, by: "", reason: `what is stored cannot be read: ${String(error)}` });
  }
}

function describe(queue: string, { at, by, reason }: QueuePause): PausedQueueInfo {
  return { queue, since: new Date(at), by, reason };
}

async function delayedByQueue(transport: Transport): Promise<Map<string, number> | null> {
  const tasks = await transport.delayed.list(MOST_DELAYED + 1);
  if (tasks.length > MOST_DELAYED) return null;
  const counts = new Map<string, number>();
  for (const { queue } of tasks) counts.set(queue, (counts.get(queue) ?? 0) + 1);
  return counts;
}

async function workersByQueue(timeoutMs: number, ports: AskPorts): Promise<Map<string, string[]>> {
  const stats = await askWorkers<WorkerStats>(
    { command: "stats", ...audienceOf({ timeout: timeoutMs }, "option") },
    ports,
  );
  const workers = new Map<string, string[]>();
  for (const [hostname, { queues }] of Object.entries(stats).sort(([one], [other]) => (one < other ? -1 : 1)))
    for (const queue of queues) workers.set(queue, [...(workers.get(queue) ?? []), hostname]);
  return workers;
}
