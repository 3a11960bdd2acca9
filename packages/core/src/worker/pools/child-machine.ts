// Life of one place in a pool of children: there is one child at a time, and another one takes its place when it is worn out or
// lost. Pure; `child-slot.ts` provides the actions.

import { setup } from "xstate";

/** What the runtime does for a place. */
export interface ChildSteps {
  /** Starts a child. Answers READY or FAILED. */
  start(): void;
  /** Gives it the next task, if one waits. Answers RUN. */
  offer(): void;
  /** Lets the child end in its own time. */
  retire(): void;
  /** Plans the next try to start one. Answers RETRY. */
  retryLater(): void;
  /** Lets the child, if there is one, end. */
  end(): void;
}

/** Events of a place. */
export type ChildEvent =
  | { readonly type: "READY" }
  | { readonly type: "FAILED" }
  | { readonly type: "RETRY" }
  | { readonly type: "RUN" }
  | { readonly type: "ENDED" }
  /** It ended its last task. */
  | { readonly type: "WORN" }
  | { readonly type: "LOST" }
  | { readonly type: "STOP" };

/** The machine of one place. */
export const childMachine = setup({
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- XState takes its types as the type of an empty object
  types: {} as { context: { readonly steps: ChildSteps }; input: ChildSteps; events: ChildEvent },
  actions: {
    start: ({ context }) => context.steps.start(),
    offer: ({ context }) => context.steps.offer(),
    retire: ({ context }) => context.steps.retire(),
    retryLater: ({ context }) => context.steps.retryLater(),
    end: ({ context }) => context.steps.end(),
  },
}).createMachine({
  id: "child",
  context: ({ input }) => ({ steps: input }),
  initial: "starting",
  states: {
    starting: { entry: "start", on: { READY: "idle", FAILED: "waiting", STOP: "stopped" } },
    idle: { entry: "offer", on: { RUN: "running", LOST: "waiting", STOP: "stopped" } },
    running: {
      on: { ENDED: "idle", WORN: { target: "starting", actions: "retire" }, LOST: "starting", STOP: "finishing" },
    },
    finishing: { on: { ENDED: "stopped", WORN: "stopped", LOST: "stopped" } },
    waiting: { entry: "retryLater", on: { RETRY: "starting", STOP: "stopped" } },
    stopped: { type: "final", entry: "end" },
  },
});
