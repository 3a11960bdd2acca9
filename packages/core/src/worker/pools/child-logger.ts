// Inside a child: a logger whose lines the worker writes, so that they come in one stream, in the worker's format.

import { inspect } from "node:util";
import { failureOf } from "../../model/failure.ts";
import type { LogFunction, Logger, LogLevel } from "../../platform/logger.ts";
import type { ParentPort } from "./parent-port.ts";

type Fields = Readonly<Record<string, unknown>>;

/** See the top of the file. */
export class ChildLogger implements Logger {
  readonly #port: ParentPort;
  readonly #levels: readonly LogLevel[];
  readonly #fields: Fields;
  readonly trace: LogFunction = (first: object | string, text?: string) => this.#write("trace", first, text);
  readonly debug: LogFunction = (first: object | string, text?: string) => this.#write("debug", first, text);
  readonly info: LogFunction = (first: object | string, text?: string) => this.#write("info", first, text);
  readonly warn: LogFunction = (first: object | string, text?: string) => this.#write("warn", first, text);
  readonly error: LogFunction = (first: object | string, text?: string) => this.#write("error", first, text);

  constructor(port: ParentPort, levels: readonly LogLevel[], fields: Fields = {}) {
    this.#port = port;
    this.#levels = levels;
    this.#fields = fields;
  }

  child(fields: object): Logger {
    return new ChildLogger(this.#port, this.#levels, { ...this.#fields, ...fields });
  }

  isLevelEnabled(level: string): boolean {
    return this.#levels.some((enabled) => enabled === level);
  }

  #write(level: LogLevel, first: object | string, second = ""): void {
    if (!this.isLevelEnabled(level)) return;
    const [own, text] = typeof first === "string" ? [{}, first] : [first, second];
    const fields = plainFields({ ...this.#fields, ...(own instanceof Error ? { err: own } : own) });
    this.#port.send({ troupe: "log", level, fields, text });
  }
}

// As they would be written: JSON, and as text what is none.
function plainFields(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, plain(value)]));
}

function plain(value: unknown): unknown {
  try {
    if (value instanceof Error) return failureOf(value);
    return value === undefined ? undefined : JSON.parse(JSON.stringify(value) ?? "null");
  } catch {
    return inspect(value, { depth: 1 });
  }
}
