// What is wrong with a value or a message: it cannot be encoded or decoded, is too large, or is not what it should be.

import { TroupeError } from "./troupe-error.ts";

/** The encoded message is larger than the broker takes. Nothing was sent. */
export class PayloadTooLargeError extends TroupeError {
  /** Size of the encoded message, in bytes. */
  readonly sizeBytes: number;
  /** Largest message the broker takes, in bytes. */
  readonly limitBytes: number;

  constructor(what: string, sizeBytes: number, limitBytes: number) {
    super(
      "TROUPE_PAYLOAD_TOO_LARGE",
      `${what} is ${sizeBytes} bytes, the broker takes at most ${limitBytes}; ` +
        "pass a reference to the data (a key, a URL) or raise max_payload on the server",
    );
    this.sizeBytes = sizeBytes;
    this.limitBytes = limitBytes;
  }
}

/** A value cannot be encoded for the wire, or bytes from the wire cannot be decoded. */
export class SerializationError extends TroupeError {
  constructor(message: string, options?: ErrorOptions) {
    super("TROUPE_SERIALIZATION", message, options);
  }
}

/** A message from the wire is well formed but is not what it should be. */
export class InvalidMessageError extends TroupeError {
  constructor(message: string, options?: ErrorOptions) {
    super("TROUPE_INVALID_MESSAGE", message, options);
  }
}
