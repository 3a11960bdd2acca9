// Tells actors how their members came out. What is ready while an earlier message to the same actor is on its way goes together in
// the next one, so that a large group costs a message for many members, and a small one no wait.
//
// Whoever adds an end hears when it is stored (I1). Bounds (I7): as many ends wait as deliveries are unsettled.

import { encodeActorMessage } from "../codec/actor-message-codec.ts";
import { serializerNamed } from "../codec/serializer.ts";
import type { MemberEnd } from "../model/actor-message.ts";
import { PayloadTooLargeError } from "../model/errors.ts";
import { failureOf } from "../model/failure.ts";
import type { ActorAddress } from "../model/flow.ts";
import type { OutgoingMail } from "../transport/mailboxes.ts";
import { isRefusal } from "./persist.ts";

const MSGPACK = serializerNamed("msgpack");
/** A longer message is halved. What fits has fewer elements than any reader allows. */
const MOST_BYTES = 256 * 1024;
const MOST_ENDS = 512;

/** How a member came out, for its actor. */
export interface ActorEnd {
  readonly actor: ActorAddress;
  readonly end: MemberEnd;
  /** It was perhaps told before. */
  readonly repeat: boolean;
}

interface Waiting extends ActorEnd {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** See the top of the file. */
export class CompletionOutbox {
  readonly #mail: (mail: OutgoingMail) => Promise<void>;
  /** By the ids of the actors to which a message is on its way: what waits for its arrival. */
  readonly #lines = new Map<string, Waiting[]>();

  /** @param mail - Sends a message until it is stored. */
  constructor(mail: (mail: OutgoingMail) => Promise<void>) {
    this.#mail = mail;
  }

  /** Tells of an end. Resolves when that is stored. A value that cannot be told makes it a failure that says so. */
  add({ actor, end, repeat }: ActorEnd): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiting = { actor, end, repeat, resolve, reject };
      const line = this.#lines.get(actor.id);
      if (line) line.push(waiting);
      else void this.#begin(waiting);
    });
  }

  async #begin(first: Waiting): Promise<void> {
    const { id } = first.actor;
    const line: Waiting[] = [];
    this.#lines.set(id, line);
    for (let ends = [first]; ends.length > 0; ends = line.splice(0, MOST_ENDS)) await this.#tell(ends);
    this.#lines.delete(id);
  }

  async #tell(ends: readonly Waiting[]): Promise<void> {
    try {
      await this.#store(ends);
      for (const { resolve } of ends) resolve();
    } catch (error) {
      if (isRefusal(error)) await this.#tellApart(ends, error);
      else for (const { reject } of ends) reject(error);
    }
  }

  // Only those are refused that cannot be told even alone.
  async #tellApart(ends: readonly Waiting[], refusal: Error): Promise<void> {
    const middle = Math.ceil(ends.length / 2);
    const halves = [ends.slice(0, middle), ends.slice(middle)];
    if (ends.length > 1) for (const half of halves) await this.#tell(half);
    else for (const only of ends) await this.#tellFailure(only, refusal);
  }

  async #tellFailure(waiting: Waiting, refusal: Error): Promise<void> {
    const { end, resolve, reject } = waiting;
    const outcome = { state: "FAILURE", error: failureOf(refusal) } as const;
    await this.#store([{ ...waiting, end: { ...end, outcome } }]).then(resolve, reject);
  }

  async #store(waiting: readonly Waiting[]): Promise<void> {
    const [first] = waiting;
    if (!first) return;
    const { actor } = first;
    const body = encodeActorMessage({ type: "c", actor, ends: waiting.map(({ end }) => end) }, MSGPACK);
    if (waiting.length > 1 && body.byteLength > MOST_BYTES)
      throw new PayloadTooLargeError(`what is told to group ${actor.id} at a time`, body.byteLength, MOST_BYTES);
    await this.#mail({ actor, kind: "c", repeat: waiting.some(({ repeat }) => repeat), body });
  }
}
