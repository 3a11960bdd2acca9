// Life of one delivered task, from its arrival at a worker to its final state. Pure: what is done on the way is named here and
// provided by `task-actor.ts`. A final state is entered when its record is stored, so the machine says what is true (I5).

import { setup } from "xstate";

/** What the runtime does for a task; one object per delivery. */
export interface TaskSteps {
  /** Looks whether the task may run. Answers with START, or with the outcome when it is decided without running. */
  check(): void;
  /** Runs the handler and stores its outcome. Answers with that outcome. */
  run(): void;
  /** Does what follows from the stored outcome, then acknowledges the delivery. */
  finish(): void;
  /** Gives the message back to its queue, unfinished. */
  release(): void;
}

/** Events of a task. Those of an outcome are sent when the outcome is stored. */
export type TaskEvent =
  | { readonly type: "RECEIVE" }
  | { readonly type: "START" }
  | { readonly type: "SUCCEED" }
  | { readonly type: "FAIL" }
  | { readonly type: "RETRY" }
  | { readonly type: "REPLACE" }
  | { readonly type: "REVOKE" }
  | { readonly type: "REJECT" }
  | { readonly type: "IGNORE" }
  | { readonly type: "RELEASE" };

const outcomes = {
  SUCCEED: "SUCCESS",
  FAIL: "FAILURE",
  RETRY: "RETRY",
  REPLACE: "REPLACED",
  REVOKE: "REVOKED",
  REJECT: "REJECTED",
  IGNORE: "IGNORED",
} as const;

/**
 * The machine of one delivered task. RETRY, REPLACED and RELEASED end the delivery, not the task: what comes next is a delivery, and an
 * actor, of its own.
 */
export const taskMachine = setup({
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- XState takes its types as the type of an empty object
  types: {} as { context: { readonly steps: TaskSteps }; input: TaskSteps; events: TaskEvent },
  actions: {
    check: ({ context }) => context.steps.check(),
    run: ({ context }) => context.steps.run(),
    finish: ({ context }) => context.steps.finish(),
    release: ({ context }) => context.steps.release(),
  },
}).createMachine({
  id: "task",
  context: ({ input }) => ({ steps: input }),
  initial: "PENDING",
  states: {
    PENDING: { on: { RECEIVE: "RECEIVED" } },
    RECEIVED: {
      entry: "check",
      on: { START: "STARTED", RELEASE: "RELEASED", ...outcomes },
    },
    STARTED: { entry: "run", on: { RELEASE: "RELEASED", ...outcomes } },
    SUCCESS: { type: "final", entry: "finish" },
    FAILURE: { type: "final", entry: "finish" },
    RETRY: { type: "final", entry: "finish" },
    REPLACED: { type: "final", entry: "finish" },
    REVOKED: { type: "final", entry: "finish" },
    REJECTED: { type: "final", entry: "finish" },
    IGNORED: { type: "final", entry: "finish" },
    RELEASED: { type: "final", entry: "release" },
  },
});
