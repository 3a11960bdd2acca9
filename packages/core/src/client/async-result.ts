// Handles of results, of a task and of a group. Each waits for its outcome and tells its state; it knows ids only and needs no
// contact before. Both are in one file because each can come before the other: a group follows a task, a chord's body its header.

import { readHandleRef } from "../codec/result-ref-codec.ts";
import { decodeStateRecord } from "../codec/task-record-codec.ts";
import { TaskRevokedError } from "../model/errors.ts";
import { errorFromFailure, failureOf } from "../model/failure.ts";
import { checkTaskId } from "../model/names.ts";
import type { HandleRef, NodeRef } from "../model/result-ref.ts";
import type { FinalRecord } from "../model/task-record.ts";
import type { TaskState } from "../model/task-state.ts";
import {
  type GetOptions,
  getJoinOptions,
  getOptions,
  getResults,
  iterateResults,
  type JoinOptions,
  joinResults,
} from "./get-results.ts";
import { ERROR_OF, FINAL, IS_SETTLED, LEARN, OUTCOME, PORTS } from "./handle.ts";
import { ERASE, IS_DUPLICATE, KnownTask, READ, REASON_OF, SETTLE, VALUE_OF } from "./known-task.ts";
import { MemberResults } from "./member-results.ts";
import { ELSEWHERE, type ResultOrigin, type ResultPorts } from "./result-ports.ts";
import { finishedRecord, type ResultRecord, unfinishedRecord } from "./result-record.ts";
import { type ResultTuple, TRIGGERED } from "./result-tree.ts";
import { type ResultRevokeOptions, revokeResult } from "./revoke-results.ts";
import { saveGroup } from "./saved-group.ts";

export type { GetOptions, JoinOptions } from "./get-results.ts";
export type { ResultOrigin, ResultPorts } from "./result-ports.ts";
export type { ResultRecord } from "./result-record.ts";

/** A result as plain data, without those before it. */
const NODE_REF: unique symbol = Symbol("node ref");

/** Result of a task or of a group. */
export type AnyResult = AsyncResult<unknown> | GroupResult<unknown>;

/** Handle of a value: a list may be that of a group. */
export type ResultHandle<V> = V extends readonly unknown[] ? AsyncResult<V> | GroupResult<V> : AsyncResult<V>;

/**
 * Outcome of a task, whoever called it, wherever it runs. Not thenable: `await add.delay(2, 2)` gives this object, `get()` the value.
 */
export class AsyncResult<out R> extends KnownTask<AnyResult> {
  /** @throws {InvalidArgumentError} there is no id. */
  constructor(id: string, ports: ResultPorts, origin: ResultOrigin = ELSEWHERE, parent: AnyResult | null = null) {
    // Looked at closely where ids come in; here for those who pass over the compiler.
    super(typeof id === "string" && id !== "" ? id : checkTaskId(id), parent, ports, origin);
  }

  /**
   * Waits for the task to end and returns its value. Never polls: the outcome is pushed. Rejects as soon as a task fails that
   * this one waits for: a step before, or a member of the header before a chord's body.
   *
   * @returns what the handler returned, after its trip through the serializer; null for a task that returned nothing, ignores
   * its result, or ended in `IGNORED` or `REJECTED`. With `propagate: false`, the error instead of a rejection, when this very task has ended.
   * @throws {TaskTimeoutError} not finished within `timeout`; the task goes on.
   * @throws {TaskRevokedError | WorkerLostError | RemoteError | …} what ended the task, or the first step that failed.
   * @throws {ChordError} a member of the header failed; `cause` is its error, `taskId` its id.
   * @throws {GetInsideTaskError} called inside a task without `allowInTask`.
   * @throws {InvalidArgumentError} an option is unknown or wrong.
   * @throws {unknown} the signal's reason, when it is aborted.
   * @see Celery `AsyncResult.get`
   */
  override get(options?: GetOptions<true>): Promise<R>;
  override get(options: GetOptions<false>): Promise<R | Error>;
  override async get(options?: GetOptions): Promise<R | Error> {
    const given = getOptions(options);
    if (!this[IS_SETTLED]) await this[SETTLE](given);
    const outcome = this[OUTCOME]();
    if (outcome instanceof Error && given.propagate !== false) throw outcome;
    return this.#typed(outcome);
  }

  /** Whether the call that gave this handle was not sent, because it found this task (option `unique`). */
  get isDuplicate(): boolean {
    return this[IS_DUPLICATE];
  }

  /** State of the task: one of `TaskState`, or one of its own. An unknown, waiting or expired one is `PENDING`. */
  async state(): Promise<TaskState | (string & {})> {
    return (await this.info()).state;
  }

  /** Whether the task is final. */
  override async ready(): Promise<boolean> {
    return (await this.#read()) !== null;
  }

  /** Whether the task ended in `SUCCESS`. */
  async successful(): Promise<boolean> {
    return (await this.#read())?.state === "SUCCESS";
  }

  /** Whether the task ended in `FAILURE`. */
  async failed(): Promise<boolean> {
    return (await this.#read())?.state === "FAILURE";
  }

  /** Value or error of a final task, as `get` gives it; null while it is not. */
  async result(): Promise<R | Error | null> {
    const final = await this.#read();
    return final && (this[ERROR_OF](final) ?? this.#typed(this[VALUE_OF](final)));
  }

  /** Remote stack of the error, also while the task is retried; null without one. */
  async traceback(): Promise<string | null> {
    return (await this.info()).traceback;
  }

  /** All that is stored about the task. */
  async info(): Promise<ResultRecord> {
    const final = await this[READ]();
    if (final?.forgotten) return unfinishedRecord(this.id, null, null);
    if (final) return finishedRecord(this.id, final, this[REASON_OF](final));
    const { transport } = await this[PORTS].connect();
    const body = await transport.records.glance({ kind: "state", id: this.id });
    const state = body && decodeStateRecord(body);
    const error = state?.error ? errorFromFailure(state.error, this[PORTS].errors(), this.id) : null;
    return unfinishedRecord(this.id, state, error);
  }

  /**
   * What the task triggered, in order: what its handler called, then callbacks and the next step, or error callbacks. Empty while
   * it is not final. At most 1,000 ids; a group that would be more is left out.
   */
  async children(): Promise<AnyResult[]> {
    const final = await this.#read();
    return (final?.children ?? []).map((child) => resultFromRef(child, this[PORTS]));
  }

  /**
   * Removes the stored value, and those of all parents; the tasks are known to have run, so that they do not run again. Nothing
   * happens where there is no result.
   */
  async forget(): Promise<void> {
    await this[ERASE]();
    await this.parent?.forget();
  }

  /**
   * Revokes the task: it does not run. One that waits for its time is `REVOKED` at once, with all that was to follow; one that waits in
   * a queue when a worker meets it. One that runs goes on, unless `terminate`; one that has ended, or is unknown, stays as it is.
   *
   * @throws {InvalidArgumentError} an option is unknown or wrong.
   * @see Celery `AsyncResult.revoke`; unlike there, what runs is not called revoked.
   */
  revoke(options?: ResultRevokeOptions): Promise<void> {
    return revokeResult<AnyResult>(this, options, this[PORTS]);
  }

  /** Whether the other is a handle of the same task. */
  equals(other: unknown): boolean {
    return other instanceof AsyncResult && other.id === this.id;
  }

  override asTuple(): ResultTuple {
    return [[this.id, this.parent?.asTuple() ?? null], null];
  }

  override [TRIGGERED](): Promise<AnyResult[]> {
    return this.children();
  }

  get [NODE_REF](): NodeRef {
    return this.id;
  }

  override [VALUE_OF](final: FinalRecord): unknown {
    if (final.hidden) return null;
    return final.isHandle ? resultFromRef(readHandleRef(final.value), this[PORTS]) : final.value;
  }

  // The final record, unless it is forgotten.
  async #read(): Promise<FinalRecord | null> {
    const final = await this[READ]();
    return final?.forgotten ? null : final;
  }

  #typed(value: unknown): R {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- R is the type of the task's value; what travelled is not checked again
    return value as R;
  }
}

/** Result of `apply`: decided already, so that nothing is awaited; errors are the very ones that were thrown. */
export class EagerResult<out R> extends AsyncResult<R> {
  /** Nothing was stored. */
  override async forget(): Promise<void> {}

  /** Nothing runs any more; the state becomes `REVOKED`. */
  override async revoke(options?: ResultRevokeOptions): Promise<void> {
    const final = this[FINAL];
    if (!final) return;
    const error = new TaskRevokedError(`task ${this.id} was revoked`, options?.reason);
    this[LEARN]({ ...final, state: "REVOKED", value: null, error: failureOf(error) });
  }
}

/** Handles of the members of a group; of each value one. */
export type MemberHandles<R> = { readonly [I in keyof R]: ResultHandle<R[I]> };

/** Where a group stands in its canvas. */
export interface GroupSurroundings {
  readonly parent?: AnyResult | null;
  /** What is sent with the list of values: a chord's body. */
  readonly next?: NodeRef | null;
}

/**
 * Results of a group: the members in the written order. `R` is the tuple or array of their values. Not thenable.
 *
 * @see Celery `GroupResult`
 */
export class GroupResult<out R> extends MemberResults<AnyResult> {
  /** The members: an `AsyncResult` each, a `GroupResult` where the member ends in a group. */
  readonly results: MemberHandles<R>;
  readonly #ports: ResultPorts;
  readonly #next: NodeRef | null;

  constructor(id: string, members: readonly AnyResult[], ports: ResultPorts, place: GroupSurroundings = {}) {
    super(id, members, place.parent ?? null);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- R is the type of the members' values; what travelled is not checked again
    this.results = members as unknown as MemberHandles<R>;
    this.#ports = ports;
    this.#next = place.next ?? null;
  }

  /**
   * Waits for all members and gives their values in the written order. Rejects with the first failure that arrives.
   *
   * @param options.timeout - Longest wait for all of them together.
   * @returns lists within it for members that end in a group. With `propagate: false`, errors in the places of those that failed.
   * @throws as `AsyncResult.get`.
   */
  override get(options?: GetOptions<true>): Promise<R>;
  override get(options: GetOptions<false>): Promise<{ [I in keyof R]: R[I] | Error }>;
  override async get(options?: GetOptions): Promise<unknown> {
    const [values] = await getResults(this.id, [this], getOptions(options));
    return values;
  }

  /** As `get`; with `callback`, gives nothing and calls it with each value as it arrives. */
  join(options?: JoinOptions & GetOptions<true> & { readonly callback?: undefined }): Promise<R>;
  join(options: JoinOptions): Promise<unknown>;
  async join(options?: JoinOptions): Promise<unknown> {
    const [values] = await joinResults(this.id, [this], getJoinOptions(options));
    return values ?? [];
  }

  /**
   * Each task and its value, in the order in which they end; tasks of members that end in a group one by one.
   *
   * @throws as `get`: the first failure that arrives, unless `propagate: false`, which gives errors as values.
   */
  iterate(options?: GetOptions): AsyncGenerator<[AsyncResult<unknown>, unknown]> {
    return iterateTasks(this.id, [this], getOptions(options));
  }
  /** Stores which members there are, so that `app.groupResult(id)` gives them anywhere. Kept as long as results. */
  async save(): Promise<void> {
    const { transport } = await this.#ports.connect();
    await saveGroup(this.id, refOf(this), transport);
  }

  /** Revokes the tasks of all members, as `AsyncResult.revoke`. What waits for them fails: a chord's body with `ChordError`. */
  revoke(options?: ResultRevokeOptions): Promise<void> {
    return revokeResult<AnyResult>(this, options, this.#ports);
  }

  /** Whether the other is the same group, with the same members and after the same result. */
  equals(other: unknown): boolean {
    if (!(other instanceof GroupResult) || other.id !== this.id || other.length !== this.length) return false;
    const others = [...other];
    if (![...this].every((member, place) => member.equals(others[place]))) return false;
    return this.parent ? this.parent.equals(other.parent) : other.parent === null;
  }

  /** The members, and what follows from all of them (Q36). */
  override async [TRIGGERED](): Promise<AnyResult[]> {
    const members = await super[TRIGGERED]();
    return this.#next === null ? members : [...members, resultOfNode(this.#next, this.#ports, this)];
  }

  get [NODE_REF](): NodeRef {
    const members = [...this].map(refOf);
    return { group: this.id, members, ...(this.#next !== null && { next: this.#next }) };
  }
}

/** The tasks of some results, with their values, in the order in which they end. */
export async function* iterateTasks(
  id: string,
  results: readonly AnyResult[],
  options: GetOptions,
): AsyncGenerator<[AsyncResult<unknown>, unknown]> {
  for await (const [task, value] of iterateResults(id, results, options))
    if (task instanceof AsyncResult) yield [task, value];
}

/** A result as plain data, with those before it. */
export function refOf(result: AnyResult): HandleRef {
  const parents: NodeRef[] = [];
  for (let at = result.parent; at !== null; at = at.parent) parents.push(at[NODE_REF]);
  return parents.length === 0 ? result[NODE_REF] : [result[NODE_REF], ...parents];
}

/** The handle that plain data stand for. */
export function resultFromRef(ref: HandleRef, ports: ResultPorts): AnyResult {
  if (typeof ref === "string" || "group" in ref) return resultOfNode(ref, ports, null);
  const [itself, ...before] = ref;
  const parent = before.reduceRight<AnyResult | null>((above, node) => resultOfNode(node, ports, above), null);
  return resultOfNode(itself, ports, parent);
}

function resultOfNode(node: NodeRef, ports: ResultPorts, parent: AnyResult | null): AnyResult {
  if (typeof node === "string") return new AsyncResult(node, ports, ELSEWHERE, parent);
  const members = node.members.map((member) => resultFromRef(member, ports));
  return new GroupResult(node.group, members, ports, { parent, next: node.next ?? null });
}
