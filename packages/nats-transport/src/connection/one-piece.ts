// Makes a connection write each small message in one piece. nats.js queues head, headers, payload and line end one by one, encodes the
// head into a buffer of its own and looks for white space in every subject; of a small message that is more than half the cost.
// Its queue takes bytes as they are, in the order of its own commands.

import type { NatsConnection, Payload, PublishOptions } from "@nats-io/transport-node";

/** What nats.js queues its commands with: not declared, and the same in all 3.3 releases. */
interface Outbound {
  sendCommand(command: Uint8Array): void;
}

const PAGE_BYTES = 64 * 1_024;
/** Larger messages go the ordinary way. */
const LARGEST_BYTES = 8 * 1_024;
/** Numbers, spaces and line ends of a head. */
const FRAME_BYTES = 48;
/** UTF-8 needs no more for a unit of a text. */
const MOST_BYTES_PER_UNIT = 3;
const CR = 13;
const LF = 10;
const NO_BYTES = new Uint8Array(0);

/** The same connection, whose small messages go in one piece; one that queues in another way stays as it is. */
export function inOnePiece(nats: NatsConnection): NatsConnection {
  const outbound = outboundOf(nats);
  if (outbound === null) return nats;
  const inPieces = nats.publish.bind(nats);
  const pages = new Pages();
  nats.publish = (subject: string, payload?: Payload, options?: PublishOptions): void => {
    const piece = nats.isClosed() || !(payload instanceof Uint8Array) ? null : pages.write(subject, payload, options);
    if (piece === null) inPieces(subject, payload, options);
    else outbound.sendCommand(piece);
  };
  return nats;
}

function outboundOf(nats: object): Outbound | null {
  const protocol: unknown = "protocol" in nats ? nats.protocol : null;
  return isOutbound(protocol) ? protocol : null;
}

function isOutbound(value: unknown): value is Outbound {
  return (
    typeof value === "object" && value !== null && "sendCommand" in value && typeof value.sendCommand === "function"
  );
}

/** The bytes of headers: as nats.js asks for them, undeclared too. */
function blockOf(headers: object): Uint8Array | null {
  const block: unknown = "encode" in headers && typeof headers.encode === "function" ? headers.encode() : null;
  return block instanceof Uint8Array ? block : null;
}

/** Memory that is written once, message after message: what is queued is never overwritten. */
class Pages {
  #page = Buffer.alloc(0);
  #at = 0;

  /** @returns null when it is too large. */
  write(subject: string, payload: Uint8Array, { reply = "", headers }: PublishOptions = {}): Uint8Array | null {
    const block = headers === undefined ? NO_BYTES : blockOf(headers);
    if (block === null) return null;
    const size = block.length + payload.length;
    const most = (subject.length + reply.length) * MOST_BYTES_PER_UNIT + size + FRAME_BYTES;
    if (most > LARGEST_BYTES) return null;
    if (this.#at + most > this.#page.length) this.#turn();
    const from = this.#at;
    const page = this.#page;
    const to = reply === "" ? subject : `${subject} ${reply}`;
    const head = headers ? `HPUB ${to} ${block.length} ${size}\r\n` : `PUB ${to} ${size}\r\n`;
    let at = from + page.write(head, from);
    page.set(block, at);
    at += block.length;
    page.set(payload, at);
    at += payload.length;
    page[at++] = CR;
    page[at++] = LF;
    this.#at = at;
    return page.subarray(from, at);
  }

  #turn(): void {
    this.#page = Buffer.allocUnsafeSlow(PAGE_BYTES);
    this.#at = 0;
  }
}
