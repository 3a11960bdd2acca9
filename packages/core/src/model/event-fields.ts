// Which fields each of Troupe's events has, for those who read them from the wire.

import type { BuiltInEvents, EventEnvelope } from "./event-map.ts";

/** What a field holds: a text, a number, a whole number that is not negative, a time, true or false, numbers; `?`: or null. */
export type FieldKind = "text" | "text?" | "number" | "count" | "time?" | "flag" | "numbers";

type KindOf<T> = T extends string
  ? "text"
  : T extends boolean
    ? "flag"
    : T extends number
      ? "number" | "count"
      : T extends readonly number[]
        ? "numbers"
        : never;
type NullableKindOf<T> = null extends T ? (NonNullable<T> extends string ? "text?" : "time?") : KindOf<T>;

type FieldTable = {
  readonly [Name in keyof BuiltInEvents]: {
    readonly [Field in Exclude<keyof BuiltInEvents[Name], keyof EventEnvelope | "type" | "uuid">]: NullableKindOf<
      BuiltInEvents[Name][Field]
    >;
  };
};

const CALLED = {
  name: "text",
  args: "text",
  kwargs: "text",
  retries: "count",
  eta: "time?",
  expires: "time?",
  queue: "text",
  rootId: "text",
  parentId: "text?",
} as const;
const FAILED = { exception: "text", traceback: "text?" } as const;
const WORKER = {
  freqMs: "count",
  active: "count",
  processed: "count",
  loadavg: "numbers",
  swIdent: "text",
  swVer: "text",
  swSys: "text",
} as const;

/** Fields of each event beside the envelope. */
export const EVENT_FIELDS: FieldTable = {
  "task-sent": CALLED,
  "task-received": CALLED,
  "task-started": {},
  "task-succeeded": { result: "text", runtimeMs: "number" },
  "task-failed": FAILED,
  "task-retried": FAILED,
  "task-rejected": { requeue: "flag" },
  "task-revoked": { terminated: "flag", expired: "flag" },
  "task-ignored": {},
  "task-progress": { done: "number", total: "number" },
  "worker-online": WORKER,
  "worker-heartbeat": WORKER,
  "worker-offline": WORKER,
};

/** Whether it is the name of one of Troupe's events. */
export function isBuiltInEvent(name: string): name is keyof BuiltInEvents {
  return Object.hasOwn(EVENT_FIELDS, name);
}
