// The handle of a task that was called: waits for its outcome and tells its state. Knows only the id; needs no contact before.

import { serializerOf } from "../codec/serializer.ts";
import { decodeFinalRecord, decodeStateRecord, encodeFinalRecord } from "../codec/task-record-codec.ts";
import { type Duration, durationMs } from "../model/duration.ts";
import { GetInsideTaskError, Reject, ResultForgottenError, TaskRevokedError } from "../model/errors.ts";
import { type ErrorClass, errorFromFailure } from "../model/failure.ts";
import type { FinalRecord } from "../model/task-record.ts";
import type { TaskState } from "../model/task-state.ts";
import type { Clock } from "../platform/clock.ts";
import type { Transport } from "../transport/transport.ts";
import { boundedWait } from "./bounded-wait.ts";
import type { ResultReceiver, Wait } from "./result-receiver.ts";
import type { RunningTasks } from "./running-task.ts";

/** Options of `AsyncResult.get`. */
export interface GetOptions<P extends boolean = boolean> {
  /** Longest wait. @default no limit */
  readonly timeout?: Duration | undefined;
  /** False: resolve with the error instead of rejecting. @default true */
  readonly propagate?: P | undefined;
  /** Stops the wait, not the task. */
  readonly signal?: AbortSignal | undefined;
  /** Allow the call inside a task, where it can starve the worker. @default false */
  readonly allowInTask?: boolean | undefined;
}

/** All that is known of a task. */
export interface ResultRecord {
  readonly id: string;
  /** State: one of `TaskState`, or one of the task's own. */
  readonly state: TaskState | (string & {});
  /** Value of a successful task; else null. */
  readonly result: unknown;
  /** Why it did not succeed; null while it has not failed. */
  readonly error: Error | null;
  /** Remote stack of the error, or null. */
  readonly traceback: string | null;
  /** What the task said with `updateState`, or null. */
  readonly meta: unknown;
  /** Name of the task, or null while it is not final. */
  readonly name: string | null;
  /** Worker that ran or runs it, or null. */
  readonly worker: string | null;
  /** When it became final, or null. */
  readonly dateDone: Date | null;
  /** Time the handler took in milliseconds, or null. */
  readonly runtimeMs: number | null;
  readonly retries: number;
}

/** What a result handle works with. */
export interface ResultPorts {
  /** Connects on first use. */
  readonly connect: () => Promise<{ readonly transport: Transport; readonly receiver: ResultReceiver }>;
  readonly clock: Clock;
  readonly running: RunningTasks;
  /** Error classes of the application that remote errors may become. */
  readonly errors: () => readonly ErrorClass[];
}

/** What is known of a call beyond its id. */
export interface ResultOrigin {
  /** The receiver's mark from before the task was submitted; null when it was submitted elsewhere. */
  readonly mark: number | null;
  /** The call ignores its result. */
  readonly ignored: boolean;
  /** The outcome, when it is known already. */
  readonly final?: FinalRecord;
  /** The very error of a task that ran in this process. */
  readonly error?: Error;
}

const ELSEWHERE: ResultOrigin = { mark: null, ignored: false };

/**
 * Outcome of a task, whoever called it, wherever it runs. Not thenable: `await add.delay(2, 2)` gives this object, `get()` the value.
 */
export class AsyncResult<out R> {
  readonly id: string;
  readonly #ports: ResultPorts;
  readonly #origin: ResultOrigin;
  // As the origin's, until the record that was pushed is forgotten.
  #mark: number | null;
  #final: FinalRecord | null;

  constructor(id: string, ports: ResultPorts, origin: ResultOrigin = ELSEWHERE) {
    this.id = id;
    this.#ports = ports;
    this.#origin = origin;
    this.#mark = origin.mark;
    this.#final = origin.final ?? null;
  }

  /**
   * Waits for the task to end and returns its value. Never polls: the outcome is pushed.
   *
   * @returns what the handler returned, after its trip through the serializer; null for a task that returned nothing or
   * ignores its result. With `propagate: false`, the error instead of a rejection.
   * @throws {TaskTimeoutError} not finished within `timeout`; the task goes on.
   * @throws {TaskRevokedError | WorkerLostError | RemoteError | …} what ended the task.
   * @throws {GetInsideTaskError} called inside a task without `allowInTask`.
   * @throws {unknown} the signal's reason, when it is aborted.
   * @see Celery `AsyncResult.get`
   */
  get(options?: GetOptions<true>): Promise<R>;
  get(options: GetOptions<false>): Promise<R | Error>;
  async get(options: GetOptions = {}): Promise<R | Error> {
    if (!this.#final && !options.allowInTask && this.#ports.running.getStore()) throw new GetInsideTaskError(this.id);
    if (this.#origin.ignored) return this.#typed(null);
    this.#final ??= await this.#wait(options);
    const error = this.#errorOf(this.#final);
    if (!error) return this.#valueOf(this.#final);
    if (options.propagate === false) return error;
    throw error;
  }

  /** State of the task: one of `TaskState`, or one of its own. An unknown, waiting or expired one is `PENDING`. */
  async state(): Promise<TaskState | (string & {})> {
    return (await this.info()).state;
  }

  /** Whether the task is final. */
  async ready(): Promise<boolean> {
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

  /** Value or error of a final task; null while it is not. */
  async result(): Promise<R | Error | null> {
    const final = await this.#read();
    if (!final) return null;
    return this.#errorOf(final) ?? this.#valueOf(final);
  }

  /** Remote stack of the error; null without one. */
  async traceback(): Promise<string | null> {
    const final = await this.#read();
    return final?.hidden ? null : (final?.error?.stack ?? null);
  }

  /** All that is stored about the task. */
  async info(): Promise<ResultRecord> {
    const final = await this.#readStored();
    if (final?.forgotten) return { ...UNKNOWN, id: this.id };
    return final ? this.#describe(final) : this.#describeUnfinished();
  }

  /** Removes the stored value; the task is known to have run, so that it does not run again. Nothing happens while there is no result. */
  async forget(): Promise<void> {
    const { transport } = await this.#ports.connect();
    const body = await transport.records.read({ kind: "result", id: this.id });
    this.#final = null;
    this.#mark = null;
    if (body === null) return;
    const record = decodeFinalRecord(body);
    const tombstone: FinalRecord = { ...record, value: null, error: null, forgotten: true };
    await transport.records.replace({ kind: "result", id: this.id }, encodeFinalRecord(tombstone, serializerOf(body)));
  }

  async #wait({ signal, timeout }: GetOptions): Promise<FinalRecord> {
    signal?.throwIfAborted();
    const timeoutMs = timeout == null ? null : durationMs(timeout, "timeout");
    const begin = async (): Promise<Wait> => (await this.#ports.connect()).receiver.wait(this.id, this.#mark);
    if (timeoutMs === null && !signal) return (await begin()).record;
    return boundedWait(begin, this.id, { timeoutMs, signal }, this.#ports.clock);
  }

  // The final record, unless it is forgotten.
  async #read(): Promise<FinalRecord | null> {
    const final = await this.#readStored();
    return final?.forgotten ? null : final;
  }

  async #readStored(): Promise<FinalRecord | null> {
    if (this.#final) return this.#final;
    const { transport } = await this.#ports.connect();
    const body = await transport.records.glance({ kind: "result", id: this.id });
    if (body) this.#final = decodeFinalRecord(body);
    return this.#final;
  }

  #valueOf(final: FinalRecord): R {
    return this.#typed(final.hidden ? null : final.value);
  }

  #typed(value: unknown): R {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- R is the type of the task's value; what travelled is not checked again
    return value as R;
  }

  #errorOf(final: FinalRecord): Error | null {
    if (final.forgotten) return new ResultForgottenError(this.id);
    if (final.hidden) return null;
    if (final.state === "SUCCESS" || final.state === "IGNORED") return null;
    if (this.#origin.error) return this.#origin.error;
    if (final.error) return errorFromFailure(final.error, this.#ports.errors(), this.id);
    return final.state === "REVOKED"
      ? new TaskRevokedError(`task ${this.id} was revoked`)
      : new Reject(`task ${this.id} ended in ${final.state}`);
  }

  #describe(final: FinalRecord): ResultRecord {
    return {
      id: this.id,
      state: final.state,
      result: final.hidden ? null : final.value,
      error: this.#errorOf(final),
      traceback: final.hidden ? null : (final.error?.stack ?? null),
      meta: null,
      name: final.name,
      worker: final.worker,
      dateDone: new Date(final.at),
      runtimeMs: final.runtimeMs,
      retries: final.retries,
    };
  }

  async #describeUnfinished(): Promise<ResultRecord> {
    const { transport } = await this.#ports.connect();
    const body = await transport.records.glance({ kind: "state", id: this.id });
    if (!body) return { ...UNKNOWN, id: this.id };
    const { state, meta, worker } = decodeStateRecord(body);
    return { ...UNKNOWN, id: this.id, state, meta, worker };
  }
}

// What is known of a task that nobody knows.
const UNKNOWN: Omit<ResultRecord, "id"> = {
  state: "PENDING",
  result: null,
  error: null,
  traceback: null,
  meta: null,
  name: null,
  worker: null,
  dateDone: null,
  runtimeMs: null,
  retries: 0,
};

/** Result of `apply`: decided already, so that nothing is awaited; errors are the very ones that were thrown. */
export class EagerResult<out R> extends AsyncResult<R> {
  /** Nothing was stored. */
  override async forget(): Promise<void> {}
}
