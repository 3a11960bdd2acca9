// Any results, gathered by hand and taken together.

import { InvalidArgumentError } from "../model/errors.ts";
import { type AsyncResult, type GetOptions, type GroupResult, iterateTasks, type JoinOptions } from "./async-result.ts";
import { getJoinOptions, getOptions, getResults, joinResults } from "./get-results.ts";
import { allAre, countOf, eachOf } from "./in-batches.ts";
import { NODE_KEY } from "./result-tree.ts";

/** Name of a set in errors. */
const SET = "result set";

/** What a set may hold. */
export type SetMember<R> = AsyncResult<R> | GroupResult<R>;

/**
 * Results that need not belong together, each once, in the order in which they were added. Not thenable.
 *
 * @see Celery `ResultSet`
 */
export class ResultSet<R = unknown> {
  readonly #members = new Map<string, SetMember<R>>();

  constructor(results: Iterable<SetMember<R>> = []) {
    this.update(results);
  }

  /** The results, in the order in which they were added. */
  get results(): readonly SetMember<R>[] {
    return [...this.#members.values()];
  }

  get length(): number {
    return this.#members.size;
  }

  [Symbol.iterator](): Iterator<SetMember<R>> {
    return this.#members.values();
  }

  /** Adds a result; nothing happens when it is there. */
  add(result: SetMember<R>): void {
    const key = result[NODE_KEY];
    if (!this.#members.has(key)) this.#members.set(key, result);
  }

  /** Adds those that are not there. */
  update(results: Iterable<SetMember<R>>): void {
    for (const result of results) this.add(result);
  }

  /** Takes a result out, by itself or by its id. @throws {InvalidArgumentError} it is not there. */
  remove(result: SetMember<R> | string): void {
    if (this.#take(result)) return;
    const id = typeof result === "string" ? result : result.id;
    throw new InvalidArgumentError(`result ${id} is not in the set; discard() takes it out if it is there`);
  }

  /** Takes a result out, by itself or by its id, if it is there. */
  discard(result: SetMember<R> | string): void {
    this.#take(result);
  }

  /** Takes all results out. */
  clear(): void {
    this.#members.clear();
  }

  /** As `GroupResult.get`: waits for all that are in the set now. A group's values are a list within the list. */
  get(options?: GetOptions<true>): Promise<R[]>;
  get(options: GetOptions<false>): Promise<(R | Error)[]>;
  async get(options?: GetOptions): Promise<unknown[]> {
    return getResults(SET, this.results, getOptions(options));
  }

  /** As `get`; with `callback`, gives nothing and calls it with each value as it arrives. */
  join(options?: JoinOptions & GetOptions<true> & { readonly callback?: undefined }): Promise<R[]>;
  join(options: JoinOptions): Promise<unknown>;
  async join(options?: JoinOptions): Promise<unknown> {
    return joinResults(SET, this.results, getJoinOptions(options));
  }

  /** As `GroupResult.iterate`. */
  iterate(options?: GetOptions): AsyncGenerator<[AsyncResult<unknown>, unknown]> {
    return iterateTasks(SET, this.results, getOptions(options));
  }

  /** Whether all are final. */
  ready(): Promise<boolean> {
    return allAre(this.results, (result) => result.ready());
  }

  /** Whether all ended in `SUCCESS`. */
  successful(): Promise<boolean> {
    return allAre(this.results, (result) => result.successful());
  }

  /** Whether one ended in `FAILURE`. */
  async failed(): Promise<boolean> {
    return !(await allAre(this.results, async (result) => !(await result.failed())));
  }

  /** Whether one is not final. */
  async waiting(): Promise<boolean> {
    return !(await this.ready());
  }

  /** How many ended in `SUCCESS`. */
  completedCount(): Promise<number> {
    return countOf(this.results, (result) => result.successful());
  }

  /** How many are final. */
  readyCount(): Promise<number> {
    return countOf(this.results, (result) => result.ready());
  }

  /** Removes the stored values of all, as `AsyncResult.forget`. */
  forget(): Promise<void> {
    return eachOf(this.results, (result) => result.forget());
  }

  /** Whether the other is a set of the same results, in the same order. */
  equals(other: unknown): boolean {
    if (!(other instanceof ResultSet) || other.length !== this.length) return false;
    const others = other.results;
    return this.results.every((result, place) => result.equals(others[place]));
  }

  #take(result: SetMember<R> | string): boolean {
    if (typeof result !== "string") return this.#members.delete(result[NODE_KEY]);
    const found = this.results.find(({ id }) => id === result);
    return found !== undefined && this.#members.delete(found[NODE_KEY]);
  }
}
