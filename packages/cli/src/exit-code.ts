// How a command ends: the exit codes, and which of them an error means.

/** Exit codes of `actor-cli`. */
export const EXIT = {
  done: 0,
  /** The task failed, nobody replied, or something went wrong that other arguments would not mend. */
  failed: 1,
  /** Wrong arguments, settings or application. */
  usage: 2,
  /** No broker answered (`EX_UNAVAILABLE`). */
  unreachable: 69,
} as const;

/** One of the exit codes. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Ends a command with a line for the user. */
export class CliError extends Error {
  readonly exitCode: ExitCode;
  /** Shown below the line, as it is: the stack of the user's own module. */
  readonly details: string | null;

  constructor(message: string, exitCode: ExitCode = EXIT.failed, details: string | null = null) {
    super(message);
    this.name = "CliError";
    this.exitCode = exitCode;
    this.details = details;
  }
}

/** An error of the one who typed the command. */
export function usageError(message: string, details: string | null = null): CliError {
  return new CliError(message, EXIT.usage, details);
}

const CODES: ReadonlyMap<string, ExitCode> = new Map<string, ExitCode>([
  ["TROUPE_BROKER_UNREACHABLE", EXIT.unreachable],
  ["TROUPE_CONFIG", EXIT.usage],
  ["TROUPE_INVALID_ARGUMENT", EXIT.usage],
  ["TROUPE_UNSUPPORTED", EXIT.usage],
  ["TROUPE_QUEUE_NOT_FOUND", EXIT.usage],
]);

/** The exit code that an error means. Troupe's own errors are told by their `code`: the app may have its own copy of the core. */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof CliError) return error.exitCode;
  const code = error instanceof Error && "code" in error ? error.code : null;
  return (typeof code === "string" && CODES.get(code)) || EXIT.failed;
}
