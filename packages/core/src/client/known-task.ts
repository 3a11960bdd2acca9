// What is known of a task: its final record as soon as it was pushed or read. What `AsyncResult` is made of, without what users see.

import { serializerOf } from "../codec/serializer.ts";
import { decodeTaskRecord, encodeFinalRecord } from "../codec/task-record-codec.ts";
import { Reject, ResultForgottenError, TaskRevokedError } from "../model/errors.ts";
import { errorFromFailure } from "../model/failure.ts";
import type { FinalRecord } from "../model/task-record.ts";
import { boundedWait } from "./bounded-wait.ts";
import { boundsOf, type GetOptions, getResults, refuseInTask } from "./get-results.ts";
import {
  ERROR_OF,
  FINAL,
  type Handle,
  IS_SETTLED,
  LEARN,
  LISTEN,
  MEMBERS,
  OUTCOME,
  PORTS,
  type TaskHandle,
} from "./handle.ts";
import type { ResultOrigin, ResultPorts } from "./result-ports.ts";
import type { ResultReceiver, Wait } from "./result-receiver.ts";
import { NODE_KEY, ResultNode } from "./result-tree.ts";
import type { Waiter } from "./waiter.ts";

/** Waits until the task is final; with parents, until it is clear that it will not succeed. */
export const SETTLE: unique symbol = Symbol("settle");
/** The stored record, or null. */
export const READ: unique symbol = Symbol("read");
/** Removes the stored value. */
export const ERASE: unique symbol = Symbol("erase");
/** Why the task did not succeed, also where `get` gives null; null where it did. */
export const REASON_OF: unique symbol = Symbol("reason of");
/** Whether the call was not sent, because it found this task. */
export const IS_DUPLICATE: unique symbol = Symbol("is duplicate");
/** Value of a task that did not fail. */
export const VALUE_OF: unique symbol = Symbol("value of");

/** A task and what is known of it. `H`: all kinds of results. */
export abstract class KnownTask<H extends ResultNode<H> & Handle> extends ResultNode<H> implements TaskHandle {
  readonly #ports: ResultPorts;
  readonly #origin: ResultOrigin;
  // As the origin's, until the record that was pushed is forgotten, or was heard of and not kept.
  #mark: number | null;
  #final: FinalRecord | null;

  constructor(id: string, parent: H | null, ports: ResultPorts, origin: ResultOrigin) {
    super(id, parent);
    this.#ports = ports;
    this.#origin = origin;
    this.#mark = origin.mark;
    this.#final = origin.final ?? null;
  }

  abstract [VALUE_OF](final: FinalRecord): unknown;

  get [IS_DUPLICATE](): boolean {
    return this.#origin.isDuplicate ?? false;
  }

  override get [NODE_KEY](): string {
    return `task ${this.id}`;
  }

  get [MEMBERS](): null {
    return null;
  }

  get [FINAL](): FinalRecord | null {
    return this.#final;
  }

  get [IS_SETTLED](): boolean {
    return this.#final !== null || this.#origin.ignored;
  }

  get [PORTS](): ResultPorts {
    return this.#ports;
  }

  [OUTCOME](): unknown {
    const final = this.#origin.ignored ? null : this.#final;
    return final && (this[ERROR_OF](final) ?? this[VALUE_OF](final));
  }

  [LISTEN](receiver: ResultReceiver, waiter: Waiter): void {
    receiver.listen(waiter, this.#mark);
  }

  [LEARN](record: FinalRecord | null): void {
    this.#final = record;
    this.#mark = null;
  }

  [ERROR_OF](final: FinalRecord): Error | null {
    // What a task refused is final and no failure, as what it ignored (Q17).
    return final.state === "REJECTED" && !final.forgotten ? null : this[REASON_OF](final);
  }

  [REASON_OF](final: FinalRecord): Error | null {
    if (final.forgotten) return new ResultForgottenError(this.id);
    if (final.hidden) return null;
    if (final.state === "SUCCESS" || final.state === "IGNORED") return null;
    if (this.#origin.error) return this.#origin.error;
    if (final.error) return errorFromFailure(final.error, this.#ports.errors(), this.id);
    return final.state === "REVOKED"
      ? new TaskRevokedError(`task ${this.id} was revoked`)
      : new Reject(`task ${this.id} ended in ${final.state}`);
  }

  async [SETTLE](options: GetOptions): Promise<void> {
    if (this.parent) {
      await getResults(this.id, [this], options);
      return;
    }
    refuseInTask(this.id, [this], options);
    const bounds = boundsOf(options);
    bounds.signal?.throwIfAborted();
    const begin = async (): Promise<Wait> => (await this.#ports.connect()).receiver.wait(this.id, this.#mark);
    const isBounded = bounds.timeoutMs !== null || bounds.signal;
    this.#final = isBounded
      ? await boundedWait(begin, this.id, bounds, this.#ports.clock)
      : await (await begin()).record;
  }

  async [READ](): Promise<FinalRecord | null> {
    if (this.#final) return this.#final;
    const { transport } = await this.#ports.connect();
    const body = await transport.records.glance({ kind: "result", id: this.id });
    if (body) this.#final = decodeTaskRecord(body);
    return this.#final;
  }

  async [ERASE](): Promise<void> {
    const { transport, receiver } = await this.#ports.connect();
    const body = await transport.records.read({ kind: "result", id: this.id });
    receiver.forget(this.id);
    this.#final = null;
    this.#mark = null;
    const stored = body && decodeTaskRecord(body);
    if (body === null || stored === null) return;
    const tombstone: FinalRecord = { ...stored, value: null, error: null, forgotten: true };
    await transport.records.replace({ kind: "result", id: this.id }, encodeFinalRecord(tombstone, serializerOf(body)));
    // Its push may still be on its way; this handle does not listen to it.
    this.#final = tombstone;
  }
}
