// Loggers for tests: one that says nothing, one that remembers.

import type { Logger } from "../../src/platform/logger.ts";

const ignore = (): void => undefined;

/** Writes nothing. */
export const silentLogger: Logger = {
  trace: ignore,
  debug: ignore,
  info: ignore,
  warn: ignore,
  error: ignore,
  child: () => silentLogger,
  isLevelEnabled: () => false,
};

/** A line that was logged. */
export interface Line {
  readonly level: string;
  readonly message: string;
  readonly fields: object;
}

/** Remembers every line. */
export function rememberingLogger(lines: Line[], level = "trace"): Logger {
  const at =
    (name: string) =>
    (...line: [message: string] | [fields: object, message: string]): void => {
      const [fields, message] = line.length === 1 ? [{}, line[0]] : line;
      lines.push({ level: name, message, fields });
    };
  const logger: Logger = {
    trace: at("trace"),
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    child: () => logger,
    isLevelEnabled: (asked) => asked !== "info" || level === "trace",
  };
  return logger;
}
