// A test runner that only remembers the tests it is given, so that another test can run them.

import type { TestRunner } from "@troupe/core/testing";

/** A test that was registered. */
export interface RecordedTest {
  /** Names of the groups it is in, from the outermost, and its own. */
  readonly path: readonly string[];
  readonly run: () => Promise<void>;
}

/** Remembers tests; leaves out those that are skipped. */
export class Recorder {
  readonly tests: RecordedTest[] = [];
  readonly #groups: string[] = [];

  get runner(): TestRunner {
    const it = (name: string, run: () => Promise<void>): void => {
      this.tests.push({ path: [...this.#groups, name], run });
    };
    const describe = (name: string, body: () => void): void => {
      this.#groups.push(name);
      body();
      this.#groups.pop();
    };
    return { describe, it: Object.assign(it, { skip: () => undefined }) };
  }
}
