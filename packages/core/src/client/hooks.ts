// The hooks of an application: who wants to know what. Whatever a handler throws is logged, and hurts nobody else.

import { InvalidArgumentError } from "../model/errors.ts";
import type { HookedTask, HookMap } from "../model/hook-map.ts";
import { shown } from "../model/names.ts";
import type { TaskMessage } from "../model/task-message.ts";
import type { Logger } from "../platform/logger.ts";

/** Options of `app.on`. */
export interface HookOptions {
  /** Only of this task, by name, or of this worker. @default all */
  readonly sender?: string | undefined;
}

/** Hears a hook. */
export type HookHandler<Name extends keyof HookMap> = (event: HookMap[Name]) => unknown;

interface Listener {
  readonly sender: string | undefined;
  // A method, so that handlers of all hooks fit.
  handler(event: unknown): unknown;
}

/** Calls the handlers of hooks. */
export class Hooks {
  readonly #logger: () => Logger;
  readonly #listeners = new Map<string, readonly Listener[]>();

  constructor(logger: () => Logger) {
    this.#logger = logger;
  }

  /** Whether nobody listens to anything: what costs next to nothing to ask. */
  get isEmpty(): boolean {
    return this.#listeners.size === 0;
  }

  /** Whether somebody listens to a hook. */
  has(name: keyof HookMap): boolean {
    return this.#listeners.has(name);
  }

  /** Adds a handler. @returns what takes it out again. */
  on<Name extends keyof HookMap>(name: Name, handler: HookHandler<Name>, { sender }: HookOptions = {}): () => void {
    if (typeof handler !== "function")
      throw new InvalidArgumentError(`the handler of hook "${name}" is ${shown(handler)}; give a function`);
    const listener: Listener = { sender, handler };
    this.#listeners.set(name, [...(this.#listeners.get(name) ?? []), listener]);
    return () => {
      const others = (this.#listeners.get(name) ?? []).filter((other) => other !== listener);
      if (others.length > 0) this.#listeners.set(name, others);
      else this.#listeners.delete(name);
    };
  }

  /**
   * Calls the handlers of a hook, in the order in which they were added.
   *
   * @returns what resolves when the asynchronous ones are done; undefined when there are none. Never rejects.
   */
  emit<Name extends keyof HookMap>(name: Name, sender: string, event: HookMap[Name]): Promise<void> | undefined {
    const listeners = this.#listeners.get(name);
    if (!listeners) return undefined;
    const pending: Promise<unknown>[] = [];
    for (const listener of listeners) {
      if (listener.sender !== undefined && listener.sender !== sender) continue;
      const called = this.guarded(`hook ${name} of ${sender}`, () => listener.handler(event));
      if (called) pending.push(called);
    }
    return pending.length > 0 ? Promise.all(pending).then(() => undefined) : undefined;
  }

  /** Calls a function of the user's; what it throws is logged. Never rejects. */
  guarded(what: string, fn: () => unknown): Promise<void> | undefined {
    const failed = (error: unknown): void => this.#logger().error({ err: error }, `${what} failed`);
    try {
      const given = fn();
      if (given instanceof Promise) return given.then(() => undefined, failed);
    } catch (error) {
      failed(error);
    }
    return undefined;
  }
}

/** A call, for hooks. */
export function hookedTask(message: TaskMessage): HookedTask {
  const { id, name, args, kwargs, headers, queue, retries, rootId, parentId, eta, expires } = message;
  const times = { eta: eta === null ? null : new Date(eta), expires: expires === null ? null : new Date(expires) };
  return { id, name, args, kwargs, headers, queue, retries, rootId, parentId, ...times };
}
