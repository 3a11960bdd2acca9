// Events: what tasks and workers tell of themselves, by name. Packages and services add their own by
// `declare module "@troupe/core" { interface EventMap { "order-paid": { type: "order-paid"; total: number } } }`.

/** What every event has. */
export interface EventEnvelope {
  /** Who sent it: the worker, or `gen<pid>@<host>`. */
  readonly hostname: string;
  /** When it was sent, by the sender's wall clock: milliseconds since the epoch. */
  readonly timestamp: number;
  /** Hours by which the sender's time zone is behind UTC. */
  readonly utcoffset: number;
  /** Process of the sender. */
  readonly pid: number;
  /** Logical clock: what was caused by an event, as far as its sender knew of that, has a higher one. */
  readonly clock: number;
  /** When it arrived here, by this process's wall clock: milliseconds since the epoch. */
  readonly localReceived: number;
}

/** What events about a task have. */
interface AboutTask<Type extends string> extends EventEnvelope {
  readonly type: Type;
  /** Id of the task. */
  readonly uuid: string;
}

interface Called {
  /** Name of the task, or what its caller wants shown in its place. */
  readonly name: string;
  /** Arguments as text, cut to 1,024 characters, or what the caller gave to be shown; never the data. */
  readonly args: string;
  readonly kwargs: string;
  /** Retries so far. */
  readonly retries: number;
  /** When it is due, where it has to wait: milliseconds since the epoch; or null. */
  readonly eta: number | null;
  /** Latest start: milliseconds since the epoch; or null. */
  readonly expires: number | null;
  readonly queue: string;
  /** First task of the tree that it belongs to. */
  readonly rootId: string;
  /** Task that called it, or null. */
  readonly parentId: string | null;
}

/** The broker has a call; sent with `taskSendSentEvent`. */
export interface TaskSentEvent extends AboutTask<"task-sent">, Called {}
/** A worker was given it. */
export interface TaskReceivedEvent extends AboutTask<"task-received">, Called {}
/** Its handler is about to run. */
export interface TaskStartedEvent extends AboutTask<"task-started"> {}
/** SUCCESS is stored. */
export interface TaskSucceededEvent extends AboutTask<"task-succeeded"> {
  /** The value as text, cut to 1,024 characters; never the data. */
  readonly result: string;
  /** Time the handler took, in milliseconds. */
  readonly runtimeMs: number;
}
interface Failed {
  /** Name and message of the error, cut to 1,024 characters. */
  readonly exception: string;
  /** Its stack, cut to 4,096 characters; or null. */
  readonly traceback: string | null;
}
/** FAILURE is stored. */
export interface TaskFailedEvent extends AboutTask<"task-failed">, Failed {}
/** A retry is stored. */
export interface TaskRetriedEvent extends AboutTask<"task-retried">, Failed {}
/** REJECTED is stored; or it goes back to its queue. */
export interface TaskRejectedEvent extends AboutTask<"task-rejected"> {
  readonly requeue: boolean;
}
/** REVOKED is stored. */
export interface TaskRevokedEvent extends AboutTask<"task-revoked"> {
  /** Its handler ran. */
  readonly terminated: boolean;
  /** It was to start earlier. */
  readonly expired: boolean;
}
/** IGNORED is stored. */
export interface TaskIgnoredEvent extends AboutTask<"task-ignored"> {}
/** How far it is: `this.progress(done, total)`. */
export interface TaskProgressEvent extends AboutTask<"task-progress"> {
  readonly done: number;
  readonly total: number;
}

interface AboutWorker<Type extends string> extends EventEnvelope {
  readonly type: Type;
  /** Time between two heartbeats, in milliseconds; 0: it sends none. */
  readonly freqMs: number;
  /** Handlers that run now. */
  readonly active: number;
  /** Tasks started since the worker started. */
  readonly processed: number;
  /** Load of its machine over one, five and fifteen minutes. */
  readonly loadavg: readonly number[];
  /** `troupe`. */
  readonly swIdent: string;
  /** Its version. */
  readonly swVer: string;
  /** Its operating system. */
  readonly swSys: string;
}

/** A worker is ready. */
export interface WorkerOnlineEvent extends AboutWorker<"worker-online"> {}
/** It lives. */
export interface WorkerHeartbeatEvent extends AboutWorker<"worker-heartbeat"> {}
/** It has stopped. */
export interface WorkerOfflineEvent extends AboutWorker<"worker-offline"> {}

/** Events that Troupe sends, by name. */
export interface BuiltInEvents {
  "task-sent": TaskSentEvent;
  "task-received": TaskReceivedEvent;
  "task-started": TaskStartedEvent;
  "task-succeeded": TaskSucceededEvent;
  "task-failed": TaskFailedEvent;
  "task-retried": TaskRetriedEvent;
  "task-rejected": TaskRejectedEvent;
  "task-revoked": TaskRevokedEvent;
  "task-ignored": TaskIgnoredEvent;
  "task-progress": TaskProgressEvent;
  "worker-online": WorkerOnlineEvent;
  "worker-heartbeat": WorkerHeartbeatEvent;
  "worker-offline": WorkerOfflineEvent;
}

/** All events, by name: Troupe's, and those that others declare. */
export interface EventMap extends BuiltInEvents {}

/** An event of which nothing is declared. */
export interface UnknownEvent extends EventEnvelope {
  readonly type: string;
  /** The task that sent it, if a task did. */
  readonly uuid?: string;
  readonly [field: string]: unknown;
}

/** Which events: a name, in which `*` stands for any characters: `task-failed`, `task-*`, `*`. */
export type EventPattern = keyof EventMap | "task-*" | "worker-*" | "*" | (string & {});

type Glob<P extends string> = P extends `${infer Before}*${infer After}` ? `${Before}${string}${Glob<After>}` : P;
type NamesOf<P extends string> = Extract<keyof EventMap, Glob<P>>;

/** The declared events that a pattern is for; where none is declared: any fields. */
export type EventFor<P extends string> = [NamesOf<P>] extends [never]
  ? UnknownEvent
  : { [Name in NamesOf<P>]: EventMap[Name] & EventEnvelope & { readonly uuid?: string } }[NamesOf<P>];

/** Fields of an event of one's own, as they are given when it is sent. */
export type EventFields<Name extends string> = Name extends keyof EventMap
  ? Omit<EventMap[Name], "type" | "uuid" | keyof EventEnvelope>
  : Readonly<Record<string, unknown>>;
