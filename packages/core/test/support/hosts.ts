// A worker as its tasks see it, and deliveries, both of which remember what was done to them.

import { patientSender } from "../../src/client/flow-sender.ts";
import { Hooks } from "../../src/client/hooks.ts";
import type { Outgoing } from "../../src/client/outgoing.ts";
import { type SerializerName, serializerNamed } from "../../src/codec/serializer.ts";
import { encodeTaskMessage } from "../../src/codec/task-message-codec.ts";
import { EventSender } from "../../src/events/event-sender.ts";
import { LogicalClock } from "../../src/events/logical-clock.ts";
import { DEFAULT_RETRY_RULES } from "../../src/model/retry-policy.ts";
import type { TaskMessage } from "../../src/model/task-message.ts";
import type { Logger } from "../../src/platform/logger.ts";
import { ManualClock } from "../../src/testing/manual-clock.ts";
import type { Delivery } from "../../src/transport/task-queue.ts";
import { asyncPool, type Pool } from "../../src/worker/pool.ts";
import { type RateSettings, WorkerRateLimits } from "../../src/worker/rate-limits.ts";
import type { Handler, RegisteredTask, TaskConfig, TaskSource } from "../../src/worker/registered-task.ts";
import type { RevocationSource } from "../../src/worker/revoked-tasks.ts";
import { Slots } from "../../src/worker/slots.ts";
import { type SpawnTask, taskSpawner } from "../../src/worker/spawn-task.ts";
import type { Compile, Freeze, TaskHost } from "../../src/worker/task-host.ts";
import { WorkerTimeLimits } from "../../src/worker/time-limits.ts";
import { type Line, rememberingLogger } from "./loggers.ts";
import { messageOf } from "./messages.ts";
import { StubTransport } from "./stub-transport.ts";

/** Options of a task that sets none. */
export const PLAIN_CONFIG: TaskConfig = {
  ignoreResult: false,
  storeErrorsEvenIfIgnored: false,
  trackStarted: false,
  acksLate: true,
  acksOnFailure: true,
  acksOnTimeout: true,
  timeLimits: null,
  rejectOnWorkerLost: false,
  rateLimit: null,
  expiresMs: null,
  serializer: "msgpack",
  retry: DEFAULT_RETRY_RULES,
  throws: [],
  params: null,
  input: null,
  unique: null,
  sendEvents: true,
  hooks: null,
};

/** A task called proj.add. */
export function taskOf(handler: Handler = () => 4, config: Partial<TaskConfig> = {}): RegisteredTask {
  return { name: "proj.add", handler, config: { ...PLAIN_CONFIG, ...config } };
}

/** Tasks by name. */
export function sourceOf(...tasks: readonly RegisteredTask[]): TaskSource {
  return {
    get: (name) => tasks.find((task) => task.name === name),
    names: () => tasks.map(({ name }) => name),
  };
}

/** What an application gives to a worker beside what a test is about: nothing is frozen, and there are no children. */
export const NO_CANVAS = {
  outgoing: nothingAround(),
  actorMaxAgeMs: 604_800_000,
  logical: new LogicalClock(() => 0),
  freeze: () => [],
  compile: () => [],
  random: () => 0.5,
  commands: [],
  settings: () => ({}),
  report: () => "a report",
  children: () => {
    throw new Error("no children");
  },
};

/** No hooks, no middleware. */
export function nothingAround(): Outgoing {
  return { hooks: new Hooks(() => rememberingLogger([])), links: [], inherited: [] };
}

/** What a context can do with canvases in a test that is about something else. */
export const NO_CANVAS_CONTEXT = { freeze: () => [], addToChord: async () => {}, sendEvent: async () => {} };

/** What settings say about rates that say nothing. */
export const NO_RATES: RateSettings = { isDisabled: false, queues: new Map() };

/** A worker without queues. Time stands still; the transport is scripted; all that happens is in `transport.calls`. */
export class StubHost implements TaskHost {
  readonly transport = new StubTransport();
  readonly clock = new ManualClock();
  readonly hostname = "w1@host";
  readonly lines: Line[] = [];
  logger: Logger = rememberingLogger(this.lines);
  logsTasks = true;
  readonly logical = new LogicalClock(() => 0);
  readonly events = new EventSender("w1@host", this);
  tellsTasks = false;
  slots = new Slots(2);
  revoked: RevocationSource = { of: () => null };
  readonly restarts = new Slots(1);
  maxDeliveries = 5;
  tasks: TaskSource;
  timeLimits: WorkerTimeLimits;
  rateLimits: WorkerRateLimits;
  draining = false;
  givingBack = false;
  abandoned = false;
  /** How many handlers have ended. */
  ended = 0;
  readonly started: string[] = [];
  readonly settled: Delivery[] = [];
  random = (): number => 0.5;
  readonly pool: Pool = asyncPool((_context, fn) => fn());
  freeze: Freeze = () => [];
  compile: Compile = () => [];
  readonly hooks = new Hooks(() => this.logger);
  readonly sender = patientSender(this, "w1@host");
  spawn: SpawnTask = taskSpawner(null);

  constructor(...tasks: readonly RegisteredTask[]) {
    this.tasks = sourceOf(...tasks);
    this.timeLimits = new WorkerTimeLimits(this.tasks, null);
    this.rateLimits = new WorkerRateLimits(this, NO_RATES);
  }

  /** Queues that are paused. */
  readonly held = new Set<string>();

  holdsBack(queue: string): boolean {
    return this.held.has(queue);
  }

  onStarted(task: RegisteredTask): void {
    this.started.push(task.name);
  }

  onEnded(): void {
    this.ended += 1;
  }

  onResumed(): void {
    this.ended -= 1;
  }

  onSettled(delivery: Delivery): void {
    this.settled.push(delivery);
  }
}

/** A delivery whose settling is noted among the calls of a transport. */
export class StubDelivery implements Delivery {
  readonly queue: string;
  readonly body: Uint8Array;
  readonly contentType: string | null;
  redelivered = false;
  exclusive = false;
  suspicious = false;
  /** What `confirmAck` does. */
  confirm: () => Promise<void> = () => Promise.resolve();
  readonly #calls: string[];

  constructor(calls: string[], message: Partial<TaskMessage> = {}, serializer: SerializerName = "msgpack") {
    const whole = messageOf(message);
    this.queue = whole.queue;
    this.body = encodeTaskMessage(whole, serializerNamed(serializer));
    this.contentType = serializerNamed(serializer).contentType;
    this.#calls = calls;
  }

  ack(): void {
    this.#calls.push("ack");
  }

  confirmAck(): Promise<void> {
    this.#calls.push("confirmAck");
    return this.confirm();
  }

  handBack(delayMs: number): void {
    this.#calls.push(`handBack ${delayMs}`);
  }
}
