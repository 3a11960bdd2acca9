// Headers on the hot path. nats.js builds and parses an object with a map of lists for each message; here a block is
// written as text once, and a received one is read as text only as far as needed.

import { headers, type Msg, type MsgHdrs } from "@nats-io/transport-node";
import { BrokerRefusedError } from "@troupe/core/transport";

const FIRST_LINE = "NATS/1.0\r\n";
const PRINTABLE = /^[\x20-\x7e]*$/;
const LF = 10;
const SLASH = 47;
const CAPITAL_N = 78;
const LARGEST_BLOCK_BYTES = 512; // ours are some 100 bytes; larger ones are read the slow way

/** A header block ready to be sent. */
export type HeaderBlock = Uint8Array;

/** Name and value of each header. */
export type HeaderLines = readonly (readonly [name: string, value: string])[];

/**
 * Writes a header block.
 *
 * @throws {BrokerRefusedError} a value has characters that a header cannot have.
 */
export function encodeHeaders(lines: HeaderLines): HeaderBlock {
  let text = FIRST_LINE;
  for (const [name, value] of lines) {
    if (!PRINTABLE.test(value)) {
      throw new BrokerRefusedError(`header ${name} cannot hold ${JSON.stringify(value)}; use printable ASCII`);
    }
    text += `${name}: ${value}\r\n`;
  }
  return Buffer.from(`${text}\r\n`, "latin1");
}

/** Hands encoded blocks to nats.js, which asks a `MsgHdrs` for its bytes while it publishes. One is enough per connection. */
export class HeaderCarrier {
  /** What is given to `publish`. */
  readonly headers: MsgHdrs;
  #block: HeaderBlock = new Uint8Array(0);

  constructor() {
    this.headers = Object.assign(headers(), { encode: (): Uint8Array => this.#block });
  }

  /** The same headers object, which now stands for `block`. */
  carry(block: HeaderBlock): MsgHdrs {
    this.#block = block;
    return this.headers;
  }
}

/**
 * The headers of received messages, read only where there is something to read. nats.js keeps a message's header block
 * directly in front of its body, in the same buffer; where that is not found, headers are read the slow way.
 */
export class HeaderReader {
  /** View of the buffer of the last message; many messages share one. */
  #view: Buffer = Buffer.alloc(0);

  /**
   * The header lines of a message as text, if one of them begins with one of `initials`; else `""`. Each line begins and
   * ends with CR LF. Texts that hold lines with other initials hold all lines.
   *
   * @param initials - Codes of two capital letters.
   */
  linesOf(message: Msg, body: Uint8Array, initials: readonly [number, number]): string {
    if (this.#view.buffer !== body.buffer) this.#view = Buffer.from(body.buffer);
    const view = this.#view;
    const end = body.byteOffset;
    if (end < FIRST_LINE.length + 2 || view[end - 1] !== LF || view[end - 3] !== LF) return slowLines(message);
    const least = Math.max(0, end - LARGEST_BLOCK_BYTES);
    let wanted = false;
    for (let at = end - 3; at > least; at--) {
      if (view[at - 1] !== LF) continue;
      const initial = view[at];
      if (initial === initials[0] || initial === initials[1]) wanted = true;
      else if (initial === CAPITAL_N && view[at + 4] === SLASH) {
        return wanted ? view.toString("latin1", at + FIRST_LINE.length - 2, end) : "";
      }
    }
    return slowLines(message);
  }
}

function slowLines(message: Msg): string {
  let text = "";
  for (const [name, values] of message.headers ?? []) text += `\r\n${name}: ${values[0] ?? ""}`;
  return text === "" ? "" : `${text}\r\n`;
}

/** Value of a header in lines that begin and end with CR LF; null when it is not there. */
export function headerValue(lines: string, name: string): string | null {
  const at = lines.indexOf(`\r\n${name}:`);
  if (at === -1) return null;
  const from = at + name.length + 3;
  return lines.slice(from, lines.indexOf("\r\n", from)).trim();
}
