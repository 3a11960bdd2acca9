// The messages that a shard's owner holds until they are settled. Bodies are kept up to a limit; beyond it, of a message only its
// place in the log is kept, and its body is read again when it is needed (I7).

import type { Mail, Shard } from "../transport/mailboxes.ts";

/** A message that is held. */
export interface Held {
  readonly seq: number;
  /** When the broker stored it, in milliseconds since the epoch. */
  readonly at: number;
  /** Size of the body. */
  readonly bytes: number;
  /** Null when its body was not kept. */
  readonly mail: Mail | null;
}

/** What one shard holds. */
export class HeldMail {
  readonly #limitBytes: number;
  #bytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** Bytes of the bodies that are kept. */
  get bytes(): number {
    return this.#bytes;
  }

  hold(mail: Mail): Held {
    const { seq, at } = mail;
    const bytes = mail.body.byteLength;
    const hasRoom = this.#bytes + bytes <= this.#limitBytes;
    if (hasRoom) this.#bytes += bytes;
    return { seq, at, bytes, mail: hasRoom ? mail : null };
  }

  /** Takes a message out of the log for good. */
  async erase(held: Held, shard: Shard): Promise<void> {
    await shard.erase(held.seq);
    this.drop(held);
  }

  /** Acknowledges a message, or erases one whose body was not kept. */
  async settle(held: Held, shard: Shard): Promise<void> {
    if (!this.ack(held, shard)) await this.erase(held, shard);
  }

  /** Acknowledges a message; false when its body was not kept, so that it has to be erased. */
  ack(held: Held, shard: Shard): boolean {
    if (!held.mail) return false;
    shard.ack(held.mail);
    this.drop(held);
    return true;
  }

  /** Holds a message no longer. */
  drop({ mail, bytes }: Held): void {
    if (mail) this.#bytes -= bytes;
  }
}
