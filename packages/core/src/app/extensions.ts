// What users hang into an application: hooks, and middleware around the sending and the running of tasks.

import { Hooks } from "../client/hooks.ts";
import type { Link } from "../client/middleware.ts";
import type { Outgoing } from "../client/outgoing.ts";
import { InvalidArgumentError } from "../model/errors.ts";
import type { HookedTask } from "../model/hook-map.ts";
import { shown } from "../model/names.ts";
import { isPlainObject } from "../model/option-rules.ts";
import type { Logger } from "../platform/logger.ts";
import type { Execution, Surroundings } from "../worker/run-surrounded.ts";

/**
 * Functions around what an application does. Each gets what is handed on, hands on that or something else by `next`, once, and
 * gives what `next` gave or something else; or throws. The one that is added first is outermost.
 *
 * @example
 * app.use({
 *   publish: (call, next) => next({ ...call, headers: { ...call.headers, tenant: currentTenant() } }),
 *   execute: async ({ context }, next) => inTenant(context.headers["tenant"], next),
 * });
 */
export interface Middleware {
  /**
   * Around the sending of a call, also of one that follows in a canvas; not of a retry. `args`, `kwargs` and `headers` may be
   * changed. To throw refuses the call: it rejects; one that follows from a task ends in FAILURE.
   */
  readonly publish?: Link<HookedTask, void> | undefined;
  /**
   * Around the handler, where that runs. `args` and `kwargs` may be changed; what it gives is the task's value. To throw is as if
   * the handler threw.
   */
  readonly execute?: Link<Execution, unknown> | undefined;
}

/** Hooks and middleware of one application. */
export class Extensions {
  readonly hooks: Hooks;
  /** Around the sending of calls. */
  readonly outgoing: Outgoing;
  /** Around the running of handlers. */
  readonly surroundings: Surroundings;
  #middleware: readonly Middleware[] = [];
  #publish: readonly Link<HookedTask, void>[] = [];
  #execute: readonly Link<Execution, unknown>[] = [];

  /** @param sent - Tells that the broker has a call; undefined: nobody wants to know. */
  constructor(
    logger: () => Logger,
    inherited: () => readonly string[],
    sent: () => Outgoing["sent"] = () => undefined,
  ) {
    this.hooks = new Hooks(logger);
    const publish = (): readonly Link<HookedTask, void>[] => this.#publish;
    const execute = (): readonly Link<Execution, unknown>[] => this.#execute;
    const { hooks } = this;
    this.outgoing = {
      hooks,
      get links() {
        return publish();
      },
      get inherited() {
        return inherited();
      },
      get sent() {
        return sent();
      },
    };
    this.surroundings = {
      hooks,
      get links() {
        return execute();
      },
    };
  }

  /** Adds a middleware. @returns what takes it out again. */
  use(middleware: Middleware): () => void {
    if (!isPlainObject(middleware) || !(isLink(middleware["publish"]) && isLink(middleware["execute"])))
      throw new InvalidArgumentError(
        `middleware is ${shown(middleware)}; give an object with a function publish, execute, or both`,
      );
    this.#set([...this.#middleware, middleware]);
    return () => this.#set(this.#middleware.filter((other) => other !== middleware));
  }

  #set(all: readonly Middleware[]): void {
    this.#middleware = all;
    this.#publish = all.flatMap(({ publish }) => publish ?? []);
    this.#execute = all.flatMap(({ execute }) => execute ?? []);
  }
}

function isLink(value: unknown): boolean {
  return value === undefined || typeof value === "function";
}
