// The replies to one command: whose count, and when there are enough.

import type { ControlReply } from "../model/control-command.ts";
import { matchesGlob } from "../model/glob.ts";
import type { Logger } from "../platform/logger.ts";
import type { Audience } from "./ask-options.ts";

// More are not kept (I7).
const MAX_REPLIES = 10_000;

/** See the top of the file. */
export class ReplyGathering {
  readonly #audience: Audience;
  readonly #wanted: ReadonlySet<string> | null;
  readonly #logger: Logger;
  readonly #replies = new Map<string, unknown>();
  // Those of workers that share a name, too.
  #count = 0;
  #known = 0;

  constructor(audience: Audience, logger: Logger) {
    this.#audience = audience;
    this.#wanted = audience.destination && new Set(audience.destination);
    this.#logger = logger;
  }

  get isEmpty(): boolean {
    return this.#replies.size === 0;
  }

  /** There is nothing more to wait for. */
  get isEnough(): boolean {
    const { limit } = this.#audience;
    if (limit !== null && this.#count >= limit) return true;
    return this.#wanted !== null && this.#replies.size >= this.#meant(this.#wanted);
  }

  /** All workers that those know which have replied have done so. */
  get isComplete(): boolean {
    return this.#wanted === null && this.#count > 0 && this.#count >= this.#known;
  }

  /**
   * Keeps a reply.
   *
   * @param read - Gives the reply, or throws where it is none.
   * @returns whether it counts.
   */
  take(read: () => ControlReply): boolean {
    try {
      const reply = read();
      return !this.isEnough && this.#isMeant(reply.hostname) && this.#keep(reply);
    } catch (error) {
      this.#logger.warn({ err: error }, "a reply of a worker could not be read and was ignored");
      return false;
    }
  }

  /** What came, by worker. */
  replies(): Readonly<Record<string, unknown>> {
    return Object.fromEntries(this.#replies);
  }

  #meant(wanted: ReadonlySet<string>): number {
    const { pattern } = this.#audience;
    return pattern === null ? wanted.size : [...wanted].filter((name) => matchesGlob(pattern, name)).length;
  }

  #isMeant(hostname: string): boolean {
    const { pattern } = this.#audience;
    return (this.#wanted?.has(hostname) ?? true) && (pattern === null || matchesGlob(pattern, hostname));
  }

  #keep({ hostname, value, known }: ControlReply): boolean {
    const isNew = !this.#replies.has(hostname);
    if (isNew && this.#replies.size >= MAX_REPLIES) return false;
    if (!isNew) this.#warnOfTwins(hostname);
    this.#replies.set(hostname, value);
    this.#count++;
    this.#known = Math.max(known ?? Number.POSITIVE_INFINITY, this.#known);
    this.#tell(hostname, value);
    return true;
  }

  #warnOfTwins(hostname: string): void {
    this.#logger.warn(
      { worker: hostname },
      `several workers are named ${hostname}, and the reply of one is kept; give each a name of its own: hostname, -n`,
    );
  }

  #tell(hostname: string, value: unknown): void {
    try {
      this.#audience.onReply?.(hostname, value);
    } catch (error) {
      this.#logger.error({ err: error }, "onReply failed");
    }
  }
}
