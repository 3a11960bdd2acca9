// What events tell of one task. Of each kind the latest event is kept; what the task is now follows from them in the order of their
// clocks, whatever the order in which they came.

import type { UnknownEvent } from "../model/event-map.ts";

/** A task, as events tell it. What no event has told is null. Times are milliseconds since the epoch, by the sender's clock. */
export interface TaskView {
  readonly uuid: string;
  /** `PENDING`, `RECEIVED`, `STARTED`, `RETRY`, `SUCCESS`, `FAILURE`, `REVOKED`, `REJECTED`, `IGNORED`, or the name of an event of one's own. */
  readonly state: string;
  /** Whether it has ended. */
  readonly ready: boolean;
  readonly name: string | null;
  /** Worker that told of it last. */
  readonly worker: string | null;
  /** Process that called it. */
  readonly client: string | null;
  readonly queue: string | null;
  readonly args: string | null;
  readonly kwargs: string | null;
  readonly retries: number | null;
  readonly eta: number | null;
  readonly expires: number | null;
  readonly rootId: string | null;
  readonly parentId: string | null;
  readonly result: string | null;
  readonly runtimeMs: number | null;
  readonly exception: string | null;
  readonly traceback: string | null;
  /** How far it is: the last `task-progress`. */
  readonly progress: { readonly done: number; readonly total: number } | null;
  readonly sent: number | null;
  readonly received: number | null;
  readonly started: number | null;
  readonly succeeded: number | null;
  readonly failed: number | null;
  readonly retried: number | null;
  readonly revoked: number | null;
  readonly rejected: number | null;
  /** When the last event was sent. */
  readonly timestamp: number;
  /** Its logical clock. */
  readonly clock: number;
}

const STATES: ReadonlyMap<string, string> = new Map([
  ["task-sent", "PENDING"],
  ["task-received", "RECEIVED"],
  ["task-started", "STARTED"],
  ["task-retried", "RETRY"],
  ["task-succeeded", "SUCCESS"],
  ["task-failed", "FAILURE"],
  ["task-revoked", "REVOKED"],
  ["task-rejected", "REJECTED"],
  ["task-ignored", "IGNORED"],
]);
const FINAL: ReadonlySet<string> = new Set(["SUCCESS", "FAILURE", "REVOKED", "REJECTED", "IGNORED"]);
/** Kinds of events that are kept of one task; of more the oldest goes. */
const MOST_KINDS = 20;

/** Whether it comes after another: by clock, then time, then sender, then name. */
export function isLater(one: UnknownEvent, other: UnknownEvent): boolean {
  return compareEvents(one, other) > 0;
}

/** The order of events. */
function compareEvents(one: UnknownEvent, other: UnknownEvent): number {
  return (
    one.clock - other.clock ||
    one.timestamp - other.timestamp ||
    compareTexts(one.hostname, other.hostname) ||
    compareTexts(one.type, other.type)
  );
}

/** The events of one task. */
export class TaskStory {
  readonly uuid: string;
  readonly #latest = new Map<string, UnknownEvent>();
  #view: TaskView | null = null;

  constructor(uuid: string) {
    this.uuid = uuid;
  }

  /** Adds an event. */
  add(event: UnknownEvent): void {
    const known = this.#latest.get(event.type);
    if (known && !isLater(event, known)) return;
    this.#latest.set(event.type, event);
    if (this.#latest.size > MOST_KINDS) this.#forgetOldest();
    this.#view = null;
  }

  /** What they tell. */
  get view(): TaskView {
    this.#view ??= viewOf(this.uuid, [...this.#latest.values()].toSorted(compareEvents));
    return this.#view;
  }

  #forgetOldest(): void {
    const own = [...this.#latest.values()].filter(({ type }) => !STATES.has(type)).toSorted(compareEvents);
    const [oldest] = own;
    if (oldest) this.#latest.delete(oldest.type);
  }
}

function viewOf(uuid: string, events: readonly UnknownEvent[]): TaskView {
  const deciding = events.reduce<UnknownEvent | null>(
    (best, event) => (best && !decides(event, best) ? best : event),
    null,
  );
  const state = deciding ? stateOf(deciding) : "PENDING";
  const last = events.at(-1);
  const field = fieldReader(events);
  const at = (name: string): number | null => events.find(({ type }) => type === `task-${name}`)?.timestamp ?? null;
  const done = field("done");
  const total = field("total");
  return {
    uuid,
    state,
    ready: FINAL.has(state),
    name: textIn(field("name")),
    worker: events.findLast(({ type }) => type !== "task-sent")?.hostname ?? null,
    client: events.find(({ type }) => type === "task-sent")?.hostname ?? null,
    queue: textIn(field("queue")),
    args: textIn(field("args")),
    kwargs: textIn(field("kwargs")),
    retries: numberIn(field("retries")),
    eta: numberIn(field("eta")),
    expires: numberIn(field("expires")),
    rootId: textIn(field("rootId")),
    parentId: textIn(field("parentId")),
    result: textIn(field("result")),
    runtimeMs: numberIn(field("runtimeMs")),
    exception: textIn(field("exception")),
    traceback: textIn(field("traceback")),
    progress: typeof done === "number" && typeof total === "number" ? { done, total } : null,
    sent: at("sent"),
    received: at("received"),
    started: at("started"),
    succeeded: at("succeeded"),
    failed: at("failed"),
    retried: at("retried"),
    revoked: at("revoked"),
    rejected: at("rejected"),
    timestamp: last?.timestamp ?? 0,
    clock: last?.clock ?? 0,
  };
}

// An end stands, whatever comes late; that it was sent says least. Between them the later one says what is.
function decides(event: UnknownEvent, other: UnknownEvent): boolean {
  const rank = rankOf(event) - rankOf(other);
  return rank === 0 ? isLater(event, other) : rank > 0;
}

function rankOf(event: UnknownEvent): number {
  const state = stateOf(event);
  if (state === "PENDING") return 0;
  return FINAL.has(state) ? 2 : 1;
}

function stateOf({ type, ...fields }: UnknownEvent): string {
  // Back in its queue it has not ended.
  if (type === "task-rejected" && fields["requeue"] === true) return "PENDING";
  if (type === "task-progress") return "STARTED";
  return STATES.get(type) ?? type;
}

// A call's own events say what it is; of others the latest counts.
function fieldReader(events: readonly UnknownEvent[]): (name: string) => unknown {
  const told = events.filter(({ type }) => STATES.has(type) || type === "task-progress");
  return (name) => told.findLast((event) => Object.hasOwn(event, name))?.[name];
}

function textIn(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function numberIn(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}

function compareTexts(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
