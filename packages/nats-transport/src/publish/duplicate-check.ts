// "Duplicate" means that a message with that id is stored – except on servers 2.10.14 to 2.10.25 with several replicas,
// where the id of a failed write is remembered too (M19). There the message is read back.

import { BrokerTimeoutError, type Stored } from "@troupe/core/transport";
import type { Link } from "../connection/link.ts";

/** See the top of the file. */
export class DuplicateCheck {
  readonly #link: Link;

  readonly #stream: string;

  /** @param stream - Stream of the messages. */
  constructor(link: Link, stream: string) {
    this.#link = link;
    this.#stream = stream;
  }

  /**
   * What "duplicate" means here.
   *
   * @throws {BrokerTimeoutError} the message that was named is not there: whether it was stored is unknown.
   */
  confirm(sequence: number): Stored | Promise<Stored> {
    const { config, connection } = this.#link;
    if (config.replicas === 1 || !forgetsToForget(connection.version)) return "exists";
    return this.#readBack(sequence);
  }

  async #readBack(sequence: number): Promise<Stored> {
    if ((await this.#link.api.leaderRead(this.#stream, { seq: sequence })) !== null) return "exists";
    throw new BrokerTimeoutError("the broker calls a task a duplicate of one that is not there; it may not be stored");
  }
}

/** Whether a server version has the defect. */
export function forgetsToForget(version: string): boolean {
  const [major, minor, patch] = version.split(".").map((part) => Number.parseInt(part, 10));
  return major === 2 && minor === 10 && patch !== undefined && patch >= 14 && patch <= 25;
}
