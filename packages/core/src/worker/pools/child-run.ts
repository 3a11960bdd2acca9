// The run of one task in a child, seen from the worker: gives the child the task, does for it what a handler asks of its worker, and
// names the outcome, also when the child is lost.

import { CALLED } from "../../client/running-task.ts";
import { serializerNamed } from "../../codec/serializer.ts";
import { encodeTaskMessage } from "../../codec/task-message-codec.ts";
import { WorkerLostError } from "../../model/errors.ts";
import { failureOf } from "../../model/failure.ts";
import type { TaskMessage } from "../../model/task-message.ts";
import { type Deferred, deferred } from "../../platform/deferred.ts";
import type { Outcome } from "../outcome.ts";
import type { Begins } from "../pool.ts";
import type { RegisteredTask } from "../registered-task.ts";
import type { TaskContext } from "../task-context.ts";
import type { Child } from "./child.ts";
import type { ChildCall, RunEnd } from "./child-messages.ts";
import { outcomeFromWire } from "./child-outcome.ts";

type Fields = Readonly<Record<string, unknown>>;

const MSGPACK = serializerNamed("msgpack");

/** A run of a task. */
export class ChildRun {
  readonly message: TaskMessage;
  readonly #number: number;
  readonly #task: RegisteredTask;
  readonly #context: TaskContext;
  readonly #told: Begins;
  readonly #outcome: Deferred<Outcome> = deferred();
  #child: Child | null = null;

  /** @param number - Unique within the pool. */
  constructor(
    number: number,
    task: RegisteredTask,
    message: TaskMessage,
    { context, told }: { readonly context: TaskContext; readonly told: Begins },
  ) {
    this.message = message;
    this.#number = number;
    this.#task = task;
    this.#context = context;
    this.#told = told;
  }

  /** How the task ended. Never rejects. */
  get outcome(): Promise<Outcome> {
    return this.#outcome.promise;
  }

  /** Has a child run the task. */
  begin(child: Child): void {
    this.#child = child;
    this.#told.begin();
    const { deliveryInfo, signal } = this.#context;
    // With nothing else behind them: a thread is given the whole memory that bytes are in.
    const message = new Uint8Array(encodeTaskMessage(this.message, MSGPACK));
    child.send({ troupe: "run", run: this.#number, message, deliveryInfo });
    if (signal.aborted) this.#abort();
    else signal.addEventListener("abort", this.#abort, { once: true });
  }

  readonly #abort = (): void => {
    const reason = failureOf(this.#context.signal.reason);
    this.#child?.send({ troupe: "abort", run: this.#number, reason });
  };

  /** Whether a message of the child is about this run. */
  isMeant({ run }: { readonly run: number }): boolean {
    return run === this.#number;
  }

  /** The handler has ended. */
  end({ outcome, children }: RunEnd): void {
    for (const child of children) this.#context[CALLED](child);
    try {
      this.#settle(outcomeFromWire(outcome, this.#task));
    } catch (error) {
      this.#settle({ state: "FAILURE", error, expected: false });
    }
  }

  /** The child has ended before the handler. @returns whether the task goes back to its queue. */
  lose(how: string): boolean {
    const { id, name, atMostOnce } = this.message;
    const { acksLate, rejectOnWorkerLost } = this.#task.config;
    const goesBack = rejectOnWorkerLost && acksLate && !atMostOnce;
    const error = new WorkerLostError(`Worker exited prematurely: ${how}; it ran task ${id} (${name})`);
    this.#settle(goesBack ? { state: "RELEASED", delayMs: 0 } : { state: "FAILURE", error, expected: false });
    return goesBack;
  }

  /** No child can be had for now: the task goes back to its queue, for another worker. One that may not come back waits on. */
  giveBack(delayMs: number): boolean {
    if (this.message.atMostOnce || !this.#task.config.acksLate) return false;
    this.#settle({ state: "RELEASED", delayMs, neverBegan: true });
    return true;
  }

  /** Does what the handler asks of its worker. */
  answer({ run, call, method, args }: ChildCall): void {
    const child = this.#child;
    this.#call(method, args).then(
      () => child?.send({ troupe: "answer", run, call, error: null }),
      (error: unknown) => child?.send({ troupe: "answer", run, call, error: failureOf(error) }),
    );
  }

  #call(method: ChildCall["method"], [first, second]: readonly unknown[]): Promise<void> {
    if (method === "updateState") return this.#context.updateState(String(first), second);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the child has checked them, and the context does again
    if (method === "sendEvent") return this.#context.sendEvent(String(first), second as Fields);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a signature travels as its plain data, which is taken for one
    return this.#context.addToChord(first as Parameters<TaskContext["addToChord"]>[0]);
  }

  #settle(outcome: Outcome): void {
    this.#context.signal.removeEventListener("abort", this.#abort);
    this.#child = null;
    this.#outcome.resolve(outcome);
  }
}
