// Events as text: one line each, in the form that users of Celery know. What they hold comes from whoever can reach the broker.

import type { EventEnvelope } from "@troupe/core";
import { oneLine } from "./plain-text.ts";
import { jsonText } from "./value-text.ts";

/** Most tasks whose names are remembered; of more the oldest is forgotten (I7). */
const MOST_NAMES = 10_000;

const WORDS: Readonly<Record<string, string>> = {
  "worker-online": "started",
  "worker-heartbeat": "heartbeat",
  "worker-offline": "shutdown",
};

/** Any event; what else it has depends on its type. */
interface SomeEvent extends EventEnvelope {
  readonly type: string;
  readonly uuid?: string;
  readonly name?: unknown;
}

/** Writes events, and remembers the names of tasks, which only their first events tell. */
export class EventLines {
  readonly #names = new Map<string, string>();

  /** `w1@host [<time>] task received: proj.add(<id>) args=[ 2, 2 ], clock=7, …` */
  lineOf(event: SomeEvent): string {
    const { hostname, timestamp, type, uuid, ...rest } = event;
    const { name, ...unnamed } = rest;
    const isNamed = uuid !== undefined && typeof name === "string";
    if (isNamed) this.#remember(uuid, name);
    const task = uuid === undefined ? [] : [`${this.#names.get(uuid) ?? "?"}(${uuid})`];
    const fields = fieldsText(isNamed ? unnamed : rest);
    const what = WORDS[type] ?? type.replaceAll("-", " ");
    return oneLine(`${hostname} [${new Date(timestamp).toISOString()}] ${what}: ${[...task, fields].join(" ")}`);
  }

  #remember(uuid: string, name: string): void {
    this.#names.delete(uuid);
    this.#names.set(uuid, name);
    const [oldest] = this.#names.keys();
    if (this.#names.size > MOST_NAMES && oldest !== undefined) this.#names.delete(oldest);
  }
}

function fieldsText(fields: object): string {
  const texts = Object.entries(fields).map(([name, value]) => `${name}=${fieldText(value)}`);
  return texts.toSorted().join(", ");
}

function fieldText(value: unknown): string {
  return typeof value === "string" ? value : jsonText(value);
}
