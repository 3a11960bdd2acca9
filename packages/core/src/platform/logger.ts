// What Troupe needs of a logger: the part of pino it uses.

/** Writes a message, with or without fields beside it. */
export interface LogFunction {
  (message: string): void;
  (fields: object, message: string): void;
}

/** Levels of messages, the least first. */
export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error"] as const;

/** One of them. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** A logger in the manner of pino. */
export interface Logger {
  trace: LogFunction;
  debug: LogFunction;
  info: LogFunction;
  warn: LogFunction;
  error: LogFunction;
  child(fields: object): Logger;
  /** Whether messages of that level are written. */
  isLevelEnabled?(level: string): boolean;
}
