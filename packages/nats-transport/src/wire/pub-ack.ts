// Reads the broker's confirmation of a publish.

import { parseFields } from "./fields.ts";
import { type ApiError, apiErrorIn, JS_ERROR } from "./nats-errors.ts";

/** Stored, recognised by its message id, or refused because the subject has a message already. */
export type Verdict = "stored" | "duplicate" | "exists";

/** What a confirmation says. */
export type PubAck =
  | { readonly verdict: Verdict; readonly sequence: number }
  | { readonly verdict: "error"; readonly error: ApiError }
  | { readonly verdict: "forged"; readonly stream: string };

const ZERO = 48;
const NINE = 57;
const CLOSING_BRACE = 125;

/**
 * Reads confirmations of one stream. Nearly all are `{"stream":"<name>", "seq":<digits>}`, which is read without JSON;
 * every other text is parsed.
 */
export class PubAckReader {
  /** Name of the stream that has to confirm (F7, M40). */
  readonly stream: string;
  readonly #prefix: Uint8Array;

  constructor(stream: string) {
    this.stream = stream;
    this.#prefix = Buffer.from(`{"stream":"${stream}", "seq":`, "latin1");
  }

  /** Sequence in a plain confirmation; 0 when it is anything else. */
  plainSequence(data: Uint8Array): number {
    const prefix = this.#prefix;
    const last = data.length - 1;
    if (last <= prefix.length || data[last] !== CLOSING_BRACE) return 0;
    for (let i = prefix.length - 1; i >= 0; i--) {
      if (data[i] !== prefix[i]) return 0;
    }
    let sequence = 0;
    for (let i = prefix.length; i < last; i++) {
      const digit = data[i] ?? 0;
      if (digit < ZERO || digit > NINE) return 0;
      sequence = sequence * 10 + (digit - ZERO);
    }
    return sequence;
  }

  /** Reads any confirmation. */
  read(data: Uint8Array): PubAck {
    const answer = parseFields(Buffer.from(data.buffer, data.byteOffset, data.length).toString("utf8"));
    if (answer === null) return { verdict: "forged", stream: "" };
    const error = apiErrorIn(answer);
    if (error !== null) {
      return error.code === JS_ERROR.wrongLastSequence
        ? { verdict: "exists", sequence: 0 }
        : { verdict: "error", error };
    }
    const { stream, seq, duplicate } = answer;
    if (stream !== this.stream || typeof seq !== "number" || seq <= 0) {
      return { verdict: "forged", stream: String(stream) };
    }
    return { verdict: duplicate === true ? "duplicate" : "stored", sequence: seq };
  }
}
