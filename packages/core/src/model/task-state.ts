// The states a task can be in. The machine in `worker/task-machine.ts` says which follows which.

/** States that Troupe itself records; `updateState` adds a task's own. */
export type TaskState =
  | "PENDING"
  | "RECEIVED"
  | "STARTED"
  | "RETRY"
  | "SUCCESS"
  | "FAILURE"
  | "REVOKED"
  | "REJECTED"
  | "IGNORED";

/** States that never change again. */
export type FinalState = "SUCCESS" | "FAILURE" | "REVOKED" | "REJECTED" | "IGNORED";

const FINAL_STATES: readonly FinalState[] = ["SUCCESS", "FAILURE", "REVOKED", "REJECTED", "IGNORED"];
const FINAL: ReadonlySet<string> = new Set(FINAL_STATES);
const BUILT_IN: ReadonlySet<string> = new Set<TaskState>(["PENDING", "RECEIVED", "STARTED", "RETRY", ...FINAL_STATES]);

/** Whether a state never changes again. */
export function isFinalState(state: unknown): state is FinalState {
  return typeof state === "string" && FINAL.has(state);
}

/** Whether Troupe itself uses this state, so that a task may not set it by hand. */
export function isBuiltInState(state: string): state is TaskState {
  return BUILT_IN.has(state);
}
