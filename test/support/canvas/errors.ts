// The errors that canvas tasks throw. Both sides name them in `errors`, so that they arrive as what they were.

/** What `fail` throws. */
export class ExpectedException extends Error {
  override readonly name = "ExpectedException";
  /** The arguments of `fail`, as JSON: properties that are texts travel. */
  readonly details: string;

  constructor(message: string, details: readonly unknown[] = []) {
    super(message);
    this.details = JSON.stringify(details);
  }
}

/** What `raiseError` throws. */
export class ValueError extends Error {
  override readonly name = "ValueError";
}

/** The error at the bottom of a chain of causes. */
export function rootCause(error: unknown): unknown {
  return error instanceof Error && error.cause !== undefined ? rootCause(error.cause) : error;
}
