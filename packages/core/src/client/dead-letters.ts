// Dead letters for people: lists, shows, replays and drops them, one or many.

import { checkOptions, type OptionTable } from "../model/check-options.ts";
import { InvalidArgumentError } from "../model/errors.ts";
import { shown } from "../model/names.ts";
import * as rule from "../model/option-rules.ts";
import type { KeptLetter, LetterQuery } from "../transport/dead-letters.ts";
import type { Transport } from "../transport/transport.ts";
import { AsyncResult } from "./async-result.ts";
import type { CallerPorts } from "./caller.ts";
import { type DeadLetterInfo, describeLetter, taskIn } from "./letter-info.ts";
import { isRefusal } from "./persist.ts";
import { type ReplayOptions, replayOf } from "./replay-letter.ts";
import { submit } from "./submit.ts";
import { submitPolicy } from "./submit-policy.ts";

/** Which letters. Nothing given: all. */
export interface LetterFilter {
  /** Those that came from this queue. */
  readonly queue?: string | undefined;
  /** Those set aside for this reason: `worker-lost`, `rejected`, … */
  readonly reason?: string | undefined;
  /** Those with a task of this registered name. */
  readonly name?: string | undefined;
  /** Those older than the letter with this id. */
  readonly before?: string | undefined;
}

/** Which letters to list. */
export interface ListLettersOptions extends LetterFilter {
  /** Most letters; at most 1,000. @default 100 */
  readonly limit?: number | undefined;
}

/** What was done with one of many letters. */
export interface LetterOutcome {
  readonly letter: DeadLetterInfo;
  /** Id under which its task runs now; null when it was dropped or could not be replayed. */
  readonly taskId: string | null;
  /** Why it could not be replayed; it is kept. Null when it was. */
  readonly error: Error | null;
}

/** Listens while many letters are handled. */
export interface BulkOptions {
  /** Called for each letter when it is done. */
  readonly onLetter?: ((outcome: LetterOutcome) => void) | undefined;
}

/** How many letters were replayed, and how many could not be. */
export interface ReplayedLetters {
  readonly replayed: number;
  readonly failed: number;
}

const FILTER_TABLE: OptionTable = { queue: rule.text, reason: rule.text, name: rule.text, before: rule.text };
const LIST_TABLE: OptionTable = { ...FILTER_TABLE, limit: rule.integer(1, 1_000) };
const REPLAY_TABLE: OptionTable = {
  queue: rule.queueName,
  args: { wants: "a list of arguments", is: Array.isArray },
  kwargs: rule.plainObject,
  onLetter: { wants: "a function", is: (value) => typeof value === "function" },
};
const DEFAULT_LIMIT = 100;
const PAGE = 100;
const TOGETHER = 16;

/** The dead letters of an application: messages that no worker could or may settle, kept for two weeks at most. */
export class DeadLetterBox {
  readonly #ports: CallerPorts;

  constructor(ports: CallerPorts) {
    this.#ports = ports;
  }

  /**
   * Letters, newest first. For those after them give the last one's id as `before`.
   *
   * @throws {InvalidArgumentError} an option is unknown or wrong.
   */
  async list(options?: ListLettersOptions): Promise<DeadLetterInfo[]> {
    checkOptions(options, LIST_TABLE, { what: "option of a list of dead letters:", kind: "argument" });
    const limit = options?.limit ?? DEFAULT_LIMIT;
    const found: DeadLetterInfo[] = [];
    for await (const letters of this.#pages(options ?? {}, limit)) {
      for (const letter of letters) {
        if (found.length < limit) found.push(describeLetter(letter));
      }
      if (found.length >= limit) break;
    }
    return found;
  }

  /** How many there are, of a queue or of all. */
  async count(queue?: string): Promise<number> {
    return (await this.#transport()).deadLetters.count(queue ?? null);
  }

  /** A letter with its message as it was; null when there is none (any more). */
  async get(id: string): Promise<(DeadLetterInfo & { readonly body: Uint8Array }) | null> {
    const letter = await (await this.#transport()).deadLetters.get(id);
    return letter && { ...describeLetter(letter), body: letter.body };
  }

  /**
   * Sends the task of a letter again under a new id, then drops the letter. What follows from the task – later steps, callbacks –
   * gets new ids too. Its header `replayOf` is the old id. A letter that is replayed twice, because the first one was not seen to
   * end, runs once as long as ids are recognised (`resultExpires`).
   *
   * @throws {InvalidArgumentError} there is no such letter, or no task in it that can be read; or an option is wrong.
   * @throws as `Task.delay`; the letter is kept.
   */
  replay(id: string, options?: ReplayOptions): Promise<AsyncResult<unknown>>;
  /** The same of all letters that fit, newest first; those that come meanwhile are left. What cannot be replayed is kept. */
  replay(filter: LetterFilter, options?: ReplayOptions & BulkOptions): Promise<ReplayedLetters>;
  async replay(which: string | LetterFilter, options: ReplayOptions & BulkOptions = {}): Promise<unknown> {
    checkOptions(options, REPLAY_TABLE, { what: "option of a replay:", kind: "argument" });
    if (typeof which !== "string") return this.#replayAll(which, options);
    const letter = await (await this.#transport()).deadLetters.get(which);
    if (letter === null) throw new InvalidArgumentError(`there is no dead letter ${shown(which)}; list them`);
    return new AsyncResult<unknown>(await this.#replay(letter, options), this.#ports);
  }

  /** Removes a letter for good. @returns whether it was there. */
  drop(id: string): Promise<boolean>;
  /** Removes all letters that fit; those that come meanwhile are left. @returns how many. */
  drop(filter: LetterFilter, options?: BulkOptions): Promise<number>;
  async drop(which: string | LetterFilter, options: BulkOptions = {}): Promise<unknown> {
    const { deadLetters } = await this.#transport();
    if (typeof which === "string") return deadLetters.drop(which);
    let dropped = 0;
    await this.#each(which, async (letter) => {
      if (await deadLetters.drop(letter.id)) dropped += 1;
      options.onLetter?.({ letter: describeLetter(letter), taskId: null, error: null });
    });
    return dropped;
  }

  async #replayAll(filter: LetterFilter, options: ReplayOptions & BulkOptions): Promise<ReplayedLetters> {
    let replayed = 0;
    let failed = 0;
    await this.#each(filter, async (letter) => {
      const outcome = await this.#tryReplay(letter, options);
      if (outcome.error === null) replayed += 1;
      else failed += 1;
      options.onLetter?.({ letter: describeLetter(letter), ...outcome });
    });
    return { replayed, failed };
  }

  // What is wrong with one letter must not keep the others; what is wrong with the broker must.
  async #tryReplay(letter: KeptLetter, options: ReplayOptions): Promise<Pick<LetterOutcome, "taskId" | "error">> {
    try {
      return { taskId: await this.#replay(letter, options), error: null };
    } catch (error) {
      if (error instanceof InvalidArgumentError || isRefusal(error)) return { taskId: null, error };
      throw error;
    }
  }

  // The letter is kept until the broker has the task: a crash in between leaves both.
  async #replay(letter: KeptLetter, options: ReplayOptions): Promise<string> {
    const { clock, retry, origin } = this.#ports;
    const transport = await this.#transport();
    const { id, task } = replayOf(letter, options, origin, transport.maxMessageBytes);
    await submit({ task, taskId: id, dueAt: null }, submitPolicy(retry()), { transport, clock });
    await transport.deadLetters.drop(letter.id);
    return id;
  }

  async #each(filter: LetterFilter, act: (letter: KeptLetter) => Promise<void>): Promise<void> {
    checkOptions(filter, FILTER_TABLE, { what: "filter of dead letters:", kind: "argument" });
    for await (const letters of this.#pages(filter, PAGE)) {
      for (let start = 0; start < letters.length; start += TOGETHER)
        await Promise.all(letters.slice(start, start + TOGETHER).map(act));
    }
  }

  async *#pages({ queue, reason, name, before }: LetterFilter, size: number): AsyncGenerator<readonly KeptLetter[]> {
    const { deadLetters } = await this.#transport();
    let query: LetterQuery = {
      queue: queue ?? null,
      reason: reason ?? null,
      before: before ?? null,
      limit: Math.min(size, PAGE),
    };
    for (;;) {
      const { letters, next } = await deadLetters.list(query);
      yield name == null ? letters : letters.filter((letter) => taskIn(letter).message?.name === name);
      if (next === null) return;
      query = { ...query, before: next };
    }
  }

  async #transport(): Promise<Transport> {
    return (await this.#ports.connect()).transport;
  }
}
