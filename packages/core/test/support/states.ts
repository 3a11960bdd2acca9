// The final states, as the tests know them.

import type { FinalState } from "../../src/model/task-state.ts";

const ALL = { SUCCESS: true, FAILURE: true, REVOKED: true, REJECTED: true, IGNORED: true } satisfies Record<
  FinalState,
  true
>;

/** Every final state; the compiler sees that none is missing. */
export const FINAL_STATES: readonly string[] = Object.keys(ALL);
