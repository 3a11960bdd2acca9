// Life of one chord, or of any group that something waits for: from its plan to what follows from its members' outcomes. Pure;
// `chord-coordinator.ts` provides the actions. A decision is entered when its record is stored, so the machine says what is true.

import { setup } from "xstate";

/** What the runtime does for a chord. */
export interface ChordSteps {
  /** Looks whether it was decided before. Answers OPENED, or SETTLED when it has come to its end and the plan was sent again. */
  open(): void;
  /** Looks whether all members are final, or one has failed. Answers CLOSE then. */
  collect(): void;
  /** Stores the decision, or adopts the stored one. Answers DISPATCH, FAIL, COLLECT when members are missing, or SETTLED when it will never be. */
  decide(): void;
  /** Sends what follows, with the values. Answers DONE, or REFUSED when that can never be sent. */
  dispatch(): void;
  /** Fails what would have followed. Answers DONE. */
  fail(): void;
  /** Erases the plan, then settles all other messages. */
  close(): void;
}

/** Events of a chord. LOSE: its shard is not this process's any more. */
export type ChordEvent =
  | { readonly type: "OPENED" }
  | { readonly type: "CLOSE" }
  | { readonly type: "COLLECT" }
  | { readonly type: "DISPATCH" }
  | { readonly type: "FAIL" }
  | { readonly type: "DONE" }
  | { readonly type: "REFUSED" }
  | { readonly type: "SETTLED" }
  | { readonly type: "LOSE" };

/** The machine of one chord. A lost chord is another process's, which begins again from the messages. */
export const chordMachine = setup({
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- XState takes its types as the type of an empty object
  types: {} as { context: { readonly steps: ChordSteps }; input: ChordSteps; events: ChordEvent },
  actions: {
    open: ({ context }) => context.steps.open(),
    collect: ({ context }) => context.steps.collect(),
    decide: ({ context }) => context.steps.decide(),
    dispatch: ({ context }) => context.steps.dispatch(),
    fail: ({ context }) => context.steps.fail(),
    close: ({ context }) => context.steps.close(),
  },
}).createMachine({
  id: "chord",
  context: ({ input }) => ({ steps: input }),
  initial: "opening",
  states: {
    opening: { entry: "open", on: { OPENED: "collecting", SETTLED: "done", LOSE: "lost" } },
    collecting: { entry: "collect", on: { CLOSE: "deciding", LOSE: "lost" } },
    deciding: {
      entry: "decide",
      on: { DISPATCH: "dispatching", FAIL: "failing", COLLECT: "collecting", SETTLED: "done", LOSE: "lost" },
    },
    dispatching: { entry: "dispatch", on: { DONE: "done", REFUSED: "failing", LOSE: "lost" } },
    failing: { entry: "fail", on: { DONE: "failed", LOSE: "lost" } },
    done: { type: "final", entry: "close" },
    failed: { type: "final", entry: "close" },
    lost: { type: "final" },
  },
});
