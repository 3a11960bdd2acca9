// Children of a pool that do and say only what a test has them say.

import type { TaskMessage } from "../../src/model/task-message.ts";
import { deferred } from "../../src/platform/deferred.ts";
import { ManualClock } from "../../src/testing/manual-clock.ts";
import type { Outcome } from "../../src/worker/outcome.ts";
import type { Child, ChildEvents } from "../../src/worker/pools/child.ts";
import type { ChildSetup, FromChild, ToChild } from "../../src/worker/pools/child-messages.ts";
import { ChildPool } from "../../src/worker/pools/child-pool.ts";
import type { ChildLimits } from "../../src/worker/pools/child-slot.ts";
import type { RegisteredTask } from "../../src/worker/registered-task.ts";
import { TaskContext } from "../../src/worker/task-context.ts";
import { NO_CANVAS_CONTEXT, taskOf } from "./hosts.ts";
import { type Line, rememberingLogger } from "./loggers.ts";
import { messageOf } from "./messages.ts";
import { nextTurn } from "./outcomes.ts";

/** What children are told at their start. */
export const CHILD_SETUP: ChildSetup = {
  app: "proj",
  modules: ["./app.js"],
  base: "file:///proj/",
  loader: null,
  settings: {},
  shards: 16,
  hostname: "w1@host",
  levels: [],
  measuresMemory: true,
};

/** One child; its worker is told what the test says. */
export class FakeChild implements Child {
  readonly id: number;
  readonly told: ToChild[] = [];
  readonly #events: ChildEvents;
  readonly #ended = deferred();
  killed = false;

  constructor(id: number, events: ChildEvents) {
    this.id = id;
    this.#events = events;
  }

  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  send(message: ToChild): void {
    this.told.push(message);
    if (message.troupe === "stop") this.die("exitcode 0");
  }

  kill(): void {
    this.killed = true;
    this.die("signal 9 (SIGKILL)");
  }

  say(message: FromChild): void {
    this.#events.onMessage(message);
  }

  die(how: string): void {
    this.#ended.resolve();
    this.#events.onEnd(how);
  }

  /** Number of the run that it was given last; -1 without one. */
  get run(): number {
    const orders = this.told.filter((message) => message.troupe === "run");
    return orders.at(-1)?.run ?? -1;
  }

  /** Ends the run that it was given last. */
  finish(memoryBytes = 0): void {
    const outcome = { state: "IGNORED" } as const;
    this.say({ troupe: "ended", run: this.run, outcome, children: [], memoryBytes });
  }
}

/** A pool of such children. */
export class PoolScene {
  readonly clock = new ManualClock();
  readonly lines: Line[] = [];
  readonly children: FakeChild[] = [];
  /** Tasks whose handlers were started, in order. */
  readonly begun: string[] = [];
  readonly pool: ChildPool;

  constructor(size = 1, limits: Partial<ChildLimits> = {}) {
    this.pool = new ChildPool(
      {
        startChild: (events) => {
          const child = new FakeChild(100 + this.children.length, events);
          this.children.push(child);
          return child;
        },
        setup: CHILD_SETUP,
        limits: { maxTasks: null, maxMemoryBytes: null, startMs: 30_000, ...limits },
        clock: this.clock,
        logger: rememberingLogger(this.lines),
      },
      size,
    );
  }

  /** With all children ready. */
  static async started(size = 1, limits: Partial<ChildLimits> = {}): Promise<PoolScene> {
    const scene = new PoolScene(size, limits);
    const started = scene.pool.start();
    for (const child of scene.children) child.say({ troupe: "ready" });
    await started;
    return scene;
  }

  /** The child that was started last. */
  get last(): FakeChild {
    const child = this.children.at(-1);
    if (!child) throw new Error("no child was started");
    return child;
  }

  context(message: TaskMessage, part: Partial<ConstructorParameters<typeof TaskContext>[2]> = {}): TaskContext {
    const { signal } = new AbortController();
    return new TaskContext(
      message,
      { queue: "default", priority: null, redelivered: false, isEager: false },
      {
        hostname: "w1@host",
        logger: rememberingLogger(this.lines),
        saveState: async () => {},
        signal: () => signal,
        ...NO_CANVAS_CONTEXT,
        ...part,
      },
    );
  }

  run(message: TaskMessage = messageOf(), task: RegisteredTask = taskOf()): Promise<Outcome> {
    return this.pool.run(task, message, this.context(message), { begin: () => this.begun.push(message.id) });
  }

  async quiet(): Promise<void> {
    for (let turn = 0; turn < 3; turn++) await nextTurn();
  }
}
