// Names of the hooks and what each tells. Packages add their own by `declare module "@troupe/core" { interface HookMap { … } }`.

import type { UnknownEvent } from "./event-map.ts";

/** A call, as hooks see it. */
export interface HookedTask {
  readonly id: string;
  /** Registered name of the task. */
  readonly name: string;
  readonly args: readonly unknown[];
  readonly kwargs: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly queue: string;
  /** Retries so far. */
  readonly retries: number;
  readonly rootId: string;
  readonly parentId: string | null;
  /** When it is due, where it has to wait, or null. */
  readonly eta: Date | null;
  /** Latest start, or null. */
  readonly expires: Date | null;
}

/** The same, before it is sent: headers may be added, changed and removed. */
export interface OutgoingTaskEvent extends HookedTask {
  readonly headers: Record<string, unknown>;
}

/** A run that has ended. */
export interface EndedRun extends HookedTask {
  /** Final state, or RETRY, REPLACED, or RELEASED where it went back to its queue. */
  readonly state: string;
  /** What the handler gave; null unless SUCCESS. */
  readonly value: unknown;
  /** Why it did not succeed, or null. */
  readonly error: Error | null;
}

/** A task that succeeded. */
export interface SucceededTask extends HookedTask {
  readonly value: unknown;
  /** Time the handler took, in milliseconds. */
  readonly runtimeMs: number;
}

/** A task that did not succeed, or not yet. */
export interface FailedTask extends HookedTask {
  readonly error: Error;
}

/** A worker, as hooks see it. */
export interface HookedWorker {
  readonly hostname: string;
  readonly queues: readonly string[];
  readonly concurrency: number;
}

/** A child of a worker, as hooks in it see it. */
export interface HookedChild {
  /** Name of the worker. */
  readonly hostname: string;
  readonly pid: number;
  /** Number of the thread in its process; 0 in the pool `processes`. */
  readonly threadId: number;
}

/** A message that can never become a task, as hooks see it. */
export interface RejectedMessage {
  readonly queue: string;
  /** The word of its dead letter. */
  readonly reason: string;
  /** What is wrong, in a sentence. */
  readonly detail: string;
  readonly contentType: string | null;
  /** As it was sent. */
  readonly body: Uint8Array;
}

/** A handler of events that has thrown. */
export interface FailedEvent {
  readonly event: UnknownEvent;
  /** What was subscribed to. */
  readonly pattern: string;
  /** Name of the subscription, or null. */
  readonly durable: string | null;
  readonly error: Error;
  /** 1 for the first delivery. */
  readonly deliveries: number;
  /** The event does not come again. */
  readonly isLast: boolean;
}

/**
 * What the hooks of `app.on` tell, by name. The task hooks' sender is the task's name, the worker hooks' the worker's, that of
 * `messageRejected` the queue's.
 */
export interface HookMap {
  /** A call is about to be sent, also one that follows in a canvas. Awaited. */
  beforeTaskPublish: OutgoingTaskEvent;
  /** The broker has it. */
  afterTaskPublish: HookedTask;
  /** A worker was given it. */
  taskReceived: HookedTask;
  /** The handler is about to run. Runs where the handler does. Awaited. */
  taskPrerun: HookedTask;
  /** The handler has ended; nothing is stored yet. Runs where the handler does. Awaited. */
  taskPostrun: EndedRun;
  /** SUCCESS is stored. */
  taskSuccess: SucceededTask;
  /** FAILURE is stored, whether the handler ran or not. */
  taskFailure: FailedTask;
  /** A retry is decided. */
  taskRetry: FailedTask;
  /** REVOKED is stored by a worker: it was revoked, or had expired. Not where a client takes back a delayed task. */
  taskRevoked: FailedTask;
  /** REJECTED is stored. */
  taskRejected: FailedTask;
  /** FAILURE is stored, because the task is not registered here. */
  taskUnknown: FailedTask;
  /** Troupe itself failed with it. */
  taskInternalError: FailedTask;
  /** A message that can never become a task is among the dead letters. */
  messageRejected: RejectedMessage;
  /** A handler of `app.events.subscribe` has thrown. The sender is the event's name. */
  eventFailure: FailedEvent;
  /** A worker has connected and takes no tasks yet. Awaited. */
  workerInit: HookedWorker;
  workerReady: HookedWorker;
  /** A worker begins to stop. `mode`: as in `stop`. */
  workerShuttingDown: HookedWorker & { readonly mode: "warm" | "cold" };
  /** Everything is settled or given back; the connection still stands. Awaited. */
  workerShutdown: HookedWorker;
  /** A child of a worker has the application and takes no tasks yet. Runs in the child. Awaited. */
  workerProcessInit: HookedChild;
  /** A child ends in order. Runs in the child. Awaited. */
  workerProcessShutdown: HookedChild;
}
