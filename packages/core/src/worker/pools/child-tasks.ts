// Inside a child: runs the tasks that its worker gives it, one at a time, as a worker without children would.

import { decodeTaskMessage } from "../../codec/task-message-codec.ts";
import { checkOwnEvent } from "../../events/own-event.ts";
import { NotRegistered } from "../../model/errors.ts";
import { errorFromFailure, type Failure } from "../../model/failure.ts";
import type { Flow } from "../../model/flow.ts";
import type { TaskMessage } from "../../model/task-message.ts";
import { type Deferred, deferred } from "../../platform/deferred.ts";
import type { Logger } from "../../platform/logger.ts";
import { executeTask, type Within } from "../execute-task.ts";
import type { Outcome } from "../outcome.ts";
import type { TaskSource } from "../registered-task.ts";
import { replacementOf } from "../replacement.ts";
import { CHILDREN, ENDED, TaskContext } from "../task-context.ts";
import type { ChildCall, ChildSetup, RunOrder, ToChild } from "./child-messages.ts";
import { outcomeToWire } from "./child-outcome.ts";
import type { ParentPort } from "./parent-port.ts";

/** The application, as a child needs it. */
export interface ChildApp {
  readonly tasks: TaskSource;
  readonly within: Within;
  /** Freezes a canvas that takes the place of a task. */
  readonly freeze: (signature: unknown, message: TaskMessage) => Flow;
  readonly logger: Logger;
  /** Plain data of a signature. */
  readonly dataOf: (signature: unknown) => unknown;
  /** Tells its hooks that this child begins. */
  readonly begin: () => Promise<void> | undefined;
  /** Tells its hooks that this child ends, then closes it. */
  readonly close: () => Promise<void>;
}

/** What a run was not told yet: how the calls of its handler went. */
interface Run {
  readonly aborter: AbortController;
  readonly calls: Map<number, Deferred<void>>;
}

/** See the top of the file. */
export class ChildTasks {
  readonly #app: ChildApp;
  readonly #setup: ChildSetup;
  readonly #port: ParentPort;
  readonly #memoryBytes: () => number;
  readonly #runs = new Map<number, Run>();
  #calls = 0;

  constructor(app: ChildApp, setup: ChildSetup, port: ParentPort, memoryBytes: () => number) {
    this.#app = app;
    this.#setup = setup;
    this.#port = port;
    this.#memoryBytes = setup.measuresMemory ? memoryBytes : () => 0;
  }

  /** Does what the worker says. */
  hear(message: ToChild): void {
    if (message.troupe === "run") void this.#run(message);
    else if (message.troupe === "abort") this.#runs.get(message.run)?.aborter.abort(errorOf(message.reason));
    else if (message.troupe === "answer") this.#answered(message.run, message.call, message.error);
    else if (message.troupe === "stop") void this.#app.close().finally(() => this.#port.exit(0));
  }

  async #run(order: RunOrder): Promise<void> {
    const run: Run = { aborter: new AbortController(), calls: new Map() };
    this.#runs.set(order.run, run);
    const message = decodeTaskMessage(order.message);
    const context = this.#contextOf(order, message, run);
    const outcome = outcomeToWire(await this.#execute(message, context));
    this.#runs.delete(order.run);
    context[ENDED]();
    const children = context[CHILDREN];
    this.#port.send({ troupe: "ended", run: order.run, outcome, children, memoryBytes: this.#memoryBytes() });
  }

  #execute(message: TaskMessage, context: TaskContext): Outcome | Promise<Outcome> {
    const task = this.#app.tasks.get(message.name);
    if (task) return executeTask(task, message, context, this.#app.within);
    const error = new NotRegistered(
      `task "${message.name}" is registered in worker ${this.#setup.hostname}, but not in its children; they import ${this.#setup.modules.join(", ")}: register it in one of these modules`,
    );
    return { state: "FAILURE", error, expected: false };
  }

  #contextOf({ run: number, deliveryInfo }: RunOrder, message: TaskMessage, run: Run): TaskContext {
    return new TaskContext(message, deliveryInfo, {
      hostname: this.#setup.hostname,
      logger: this.#app.logger,
      saveState: (state, meta) => this.#call(run, number, "updateState", [state, meta]),
      sendEvent: async (type, fields) => this.#call(run, number, "sendEvent", checkOwnEvent(type, fields)),
      signal: () => run.aborter.signal,
      freeze: (signature) =>
        this.#app.freeze(replacementOf(signature, message, this.#app.tasks.get(message.name)?.config.hooks), message),
      addToChord: async (signature) => this.#call(run, number, "addToChord", [this.#app.dataOf(signature)]),
    });
  }

  #call(run: Run, number: number, method: ChildCall["method"], args: readonly unknown[]): Promise<void> {
    const call = this.#calls++;
    const answer: Deferred<void> = deferred();
    run.calls.set(call, answer);
    this.#port.send({ troupe: "call", run: number, call, method, args });
    return answer.promise;
  }

  #answered(number: number, call: number, error: Failure | null): void {
    const run = this.#runs.get(number);
    const answer = run?.calls.get(call);
    run?.calls.delete(call);
    if (error) answer?.reject(errorOf(error));
    else answer?.resolve();
  }
}

function errorOf(failure: Failure): Error {
  return errorFromFailure(failure, []);
}
