// What an application has sent, for assertions. Needs no test runner: what is not as expected throws an AssertionError.

import { AssertionError } from "node:assert";
import { inspect, isDeepStrictEqual } from "node:util";
import type { Troupe } from "../app/troupe.ts";
import type { HookedTask } from "../model/hook-map.ts";

/** A call that the broker has: id, name, arguments, headers, queue and times. */
export type SentCall = HookedTask;

/** What is expected of a call: those fields that are given, each as a whole. */
export type ExpectedCall = Partial<SentCall>;

/** A task, or its name. */
export type TaskOrName = string | { readonly name: string };

/** Calls of one application from when this was made, in the order in which the broker took them. */
export class SentCalls implements Disposable {
  #calls: SentCall[] = [];
  readonly #off: () => void;

  constructor(app: Pick<Troupe, "on">) {
    this.#off = app.on("afterTaskPublish", (call) => void this.#calls.push(call));
  }

  /** All of them. */
  get calls(): readonly SentCall[] {
    return this.#calls;
  }

  /** Those of one task. */
  of(task: TaskOrName): readonly SentCall[] {
    return this.#calls.filter(({ name }) => name === nameOf(task));
  }

  /**
   * The first call of a task that is as expected.
   *
   * @throws {AssertionError} there is none; shows those that there are.
   */
  expect(task: TaskOrName, expected: ExpectedCall = {}): SentCall {
    const found = this.of(task).find((call) => isAs(call, expected));
    if (found) return found;
    throw new AssertionError({
      message: `no call of "${nameOf(task)}" with ${inspect(expected)} was sent; sent were ${this.#shown()}`,
      actual: this.of(task),
      expected,
      operator: "expect",
    });
  }

  /** @throws {AssertionError} there is a call, of this task or, without one, of any. */
  expectNone(task?: TaskOrName): void {
    const found = task === undefined ? this.#calls : this.of(task);
    if (found.length === 0) return;
    throw new AssertionError({ message: `calls were sent: ${this.#shown()}`, actual: found, expected: [] });
  }

  /** Forgets what was sent. */
  clear(): void {
    this.#calls = [];
  }

  /** Hears no more. */
  [Symbol.dispose](): void {
    this.#off();
  }

  #shown(): string {
    const some = this.#calls.slice(0, 10).map(({ name, args, kwargs }) => inspect({ name, args, kwargs }));
    return some.length === 0 ? "none" : `${some.join(", ")}${this.#calls.length > 10 ? ", …" : ""}`;
  }
}

function nameOf(task: TaskOrName): string {
  return typeof task === "string" ? task : task.name;
}

function isAs(call: SentCall, expected: ExpectedCall): boolean {
  return Object.entries(expected).every(([field, value]) => isDeepStrictEqual(Reflect.get(call, field), value));
}
