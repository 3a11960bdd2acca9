// The parts of one application, wired: its settings, connection, tasks, and what sends its calls and canvases.

import { AsyncLocalStorage } from "node:async_hooks";
import os from "node:os";
import { Caller, type CallerPorts } from "../client/caller.ts";
import { calledFields } from "../client/event-fields-of.ts";
import type { QueueDeclarations } from "../client/queues.ts";
import { Events } from "../events/events.ts";
import { LogicalClock } from "../events/logical-clock.ts";
import { durationMs } from "../model/duration.ts";
import { NotRegistered } from "../model/errors.ts";
import { errorOf } from "../model/failure.ts";
import type { TaskMessage } from "../model/task-message.ts";
import { type Clock, systemClock } from "../platform/clock.ts";
import type { RegisteredTask } from "../worker/registered-task.ts";
import { AppConnection } from "./app-connection.ts";
import { CanvasClient } from "./canvas-client.ts";
import { type Conf, makeConf } from "./conf.ts";
import { DEFAULT_SETTINGS, mergeSettings, type Settings } from "./config.ts";
import { checkQueueExists, queueStreams } from "./declared-queues.ts";
import { Extensions } from "./extensions.ts";
import type { EagerFlowPorts } from "./run-flow-eagerly.ts";
import { type Run, TaskCalls } from "./task-calls.ts";
import { TaskRegistry } from "./task-registry.ts";
import { topicBindings } from "./topic-bindings.ts";
import { UserCommands } from "./user-commands.ts";

/** The parts of one application. Making them does nothing; they connect on first use. */
export class AppParts {
  readonly conf: Conf;
  readonly connection: AppConnection;
  readonly extensions: Extensions;
  readonly registry: TaskRegistry;
  /** What runs here now. */
  readonly running = new AsyncLocalStorage<Run>();
  readonly ports: CallerPorts & EagerFlowPorts;
  readonly canvases: CanvasClient;
  readonly commands = new UserCommands();
  readonly calls: TaskCalls;
  /** What the settings say about queues. */
  readonly declarations: QueueDeclarations;
  readonly events: Events;
  /** Orders events. */
  readonly logical: LogicalClock;
  /** Told to a child, which may have no connection; else null. */
  shards: number | null = null;
  readonly #name: string;
  readonly #current: { settings: Settings };

  /** @throws {ConfigError} a setting is unknown or has a wrong value. */
  constructor(name: string, settings: Partial<Settings> | undefined) {
    this.#name = name;
    const fromEnvironment = process.env["TROUPE_BROKER_URL"];
    const defaults = mergeSettings(DEFAULT_SETTINGS, fromEnvironment ? { broker: fromEnvironment } : {});
    const current = { settings: mergeSettings(defaults, settings) };
    this.#current = current;
    const settingsNow = (): Settings => current.settings;
    this.connection = new AppConnection(settingsNow);
    this.declarations = {
      declared: () => topicBindings(settingsNow()),
      streams: () => queueStreams(settingsNow()),
      check: (queue) => checkQueueExists(queue, "a pause", settingsNow()),
    };
    this.conf = makeConf(current, () => this.connection.isOpen);
    this.extensions = new Extensions(
      () => this.connection.logger,
      () => current.settings.propagateHeaders,
      () => (current.settings.taskSendSentEvent ? this.#tellSent : undefined),
    );
    this.registry = new TaskRegistry(settingsNow, this.extensions.surroundings);
    this.ports = this.#makePorts();
    this.logical = new LogicalClock(() => this.connection.session?.transport.now() ?? this.ports.clock.now());
    this.events = this.#makeEvents();
    const caller = new Caller(this.ports);
    this.canvases = new CanvasClient({
      caller,
      ports: this.ports,
      callee: (task, call) => this.registry.callee(task, call),
      shards: () => this.connection.session?.transport.mailboxes.shards ?? this.shards,
      settings: settingsNow,
      callHere: (task, args) => this.calls.callHere(task, args),
    });
    this.calls = new TaskCalls({
      registry: this.registry,
      caller,
      signatures: this.canvases,
      eager: this.ports,
      running: this.running,
      settings: settingsNow,
    });
  }

  #makeEvents(): Events {
    const { hooks } = this.extensions;
    const { ports } = this;
    return new Events({
      connect: () => this.connection.connect(),
      get clock() {
        return ports.clock;
      },
      logical: this.logical,
      logger: () => this.connection.logger,
      hostname: `gen${ports.origin}`,
      keepMs: () => durationMs(this.conf.eventExpires, "eventExpires"),
      failed: ({ error, ...failure }) => {
        const { event, pattern } = failure;
        const facts = { err: error, ...failure, event: event.type, uuid: event.uuid };
        this.connection.logger.error(facts, `the handler of events "${pattern}" failed`);
        void hooks.emit("eventFailure", event.type, { ...failure, error: errorOf(error) });
      },
    });
  }

  readonly #tellSent = (message: TaskMessage): void => {
    const transport = this.connection.session?.transport;
    if (!transport || this.registry.get(message.name)?.config.sendEvents === false) return;
    this.events.senderOn(transport).task("task-sent", calledFields(message));
  };

  #makePorts(): CallerPorts & EagerFlowPorts {
    const current = this.#current;
    const clockNow = (): Clock => current.settings.clock ?? systemClock;
    return {
      connect: () => this.connection.connect(),
      session: () => this.connection.session,
      get clock() {
        return clockNow();
      },
      running: { getStore: () => this.running.getStore()?.caller },
      errors: () => current.settings.errors,
      retry: () => ({ enabled: current.settings.taskPublishRetry, policy: current.settings.taskPublishRetryPolicy }),
      origin: `${process.pid}@${os.hostname()}`,
      outgoing: this.extensions.outgoing,
      within: (context, fn) => this.running.run({ context, caller: context }, fn),
      logger: () => this.connection.logger,
      registered: (task) => this.#registered(task),
      freeze: (signature, message) => this.canvases.freeze(signature, message),
    };
  }

  #registered(name: string): RegisteredTask {
    const task = this.registry.get(name);
    if (!task) throw new NotRegistered(`task "${name}" is not registered in application "${this.#name}"`);
    return task;
  }
}
