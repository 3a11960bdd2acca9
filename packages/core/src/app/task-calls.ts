// What task objects do: send a call, run it here as a worker would, or just call the handler.

import type { AsyncLocalStorage } from "node:async_hooks";
import { composeCall } from "../canvas/compose.ts";
import type { SignatureApp } from "../canvas/signature-app.ts";
import type { AnyResult, AsyncResult } from "../client/async-result.ts";
import type { Caller } from "../client/caller.ts";
import { type Call, callOf } from "../client/compose-message.ts";
import type { RunningTask } from "../client/running-task.ts";
import type { ApplyOptions } from "../model/apply-options.ts";
import { bindArguments } from "../worker/bind-arguments.ts";
import { runHandler, type Within } from "../worker/execute-task.ts";
import type { TaskContext } from "../worker/task-context.ts";
import type { Settings } from "./config.ts";
import { directMessage, eagerContext } from "./run-eagerly.ts";
import { type EagerFlowPorts, runCallEagerly } from "./run-flow-eagerly.ts";
import type { TaskOperations } from "./task.ts";
import type { TaskRegistry } from "./task-registry.ts";

/** What runs in this process now. */
export interface Run {
  readonly context: TaskContext;
  /** Parent of the calls it makes: a direct call has no id that anybody could look up, so it is the task around it, if any. */
  readonly caller: RunningTask | undefined;
}

/** What calls work with. */
export interface CallPorts {
  readonly registry: TaskRegistry;
  readonly caller: Caller;
  readonly signatures: SignatureApp;
  readonly eager: EagerFlowPorts;
  readonly running: AsyncLocalStorage<Run>;
  readonly settings: () => Pick<Settings, "taskAlwaysEager" | "taskEagerPropagates">;
}

/** Calls tasks by name. */
export class TaskCalls {
  readonly #ports: CallPorts;

  constructor(ports: CallPorts) {
    this.#ports = ports;
  }

  /** What the object of a task does. */
  operations(name: string): TaskOperations {
    return {
      call: (args) => this.callHere(name, args),
      applyAsync: (args, options) => this.#applyAsync(name, args, options),
      apply: async (args, options) => this.#runHere(name, this.#checkedCall(name, args, options)),
      signatures: this.#ports.signatures,
    };
  }

  /** Sends a call, whether the task is registered here or not. */
  async send<R>(name: string, args: readonly unknown[], options?: ApplyOptions): Promise<AsyncResult<R>> {
    const call = this.#checkedCall(name, args, options);
    const { caller, registry } = this.#ports;
    if (options?.link ?? options?.linkError) return this.#linked<R>(name, args, options);
    return caller.send<R>(registry.callee(name, call), call);
  }

  /** Calls the handler here and now. */
  callHere(name: string, args: readonly unknown[]): unknown {
    const { registry, eager, running } = this.#ports;
    const task = eager.registered(name);
    const call = this.#checkedCall(name, args);
    const message = directMessage(registry.calleeHere(name, call), call, eager);
    const caller = running.getStore()?.caller;
    const within: Within = (context, fn) => running.run({ context, caller }, fn);
    return runHandler(task, message, eagerContext(task, message, eager), within);
  }

  async #applyAsync(name: string, args: readonly unknown[], options?: ApplyOptions): Promise<AnyResult> {
    const call = this.#checkedCall(name, args, options);
    const { caller, registry, settings } = this.#ports;
    return settings().taskAlwaysEager ? this.#runHere(name, call) : caller.send(registry.callee(name, call), call);
  }

  async #runHere(name: string, call: Call): Promise<AnyResult> {
    const { registry, eager, settings } = this.#ports;
    const result = await runCallEagerly(eager.registered(name), registry.callee(name, call), call, eager);
    if (settings().taskEagerPropagates) await result.get();
    return result;
  }

  // A call of a task that is known here: names of parameters are checked before anything is sent.
  #checkedCall(name: string, args: readonly unknown[], options?: ApplyOptions): Call {
    const call = callOf(name, args, options);
    const task = this.#ports.registry.get(name);
    if (task?.config.params) bindArguments(task, call);
    return call;
  }

  // What follows from a call is sent with it as a canvas.
  async #linked<R>(name: string, args: readonly unknown[], options: ApplyOptions): Promise<AsyncResult<R>> {
    const result = await composeCall(name, [], {}, this.#ports.signatures).applyAsync(args, options);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a call of one task has a result of its own, whose type is the caller's word
    return result as AsyncResult<R>;
  }
}
