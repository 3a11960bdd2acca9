// What Troupe needs of a logger: the part of pino it uses.

/** A logger in the manner of pino. */
export interface Logger {
  trace(fields: object, message: string): void;
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  child(fields: object): Logger;
  /** Whether messages of that level are written. */
  isLevelEnabled?(level: string): boolean;
}
