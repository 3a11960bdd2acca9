// One per queue: opens the consumer, keeps it open but while the queue is paused, and ends it without losing what was delivered. Pure; `queue-consumer.ts`
// provides the actions.

import { setup } from "xstate";

/** What the runtime does for a queue consumer. */
export interface ConsumerSteps {
  /** Opens the consumer. Answers OPENED, FAILED (try again later) or REFUSED (for good). */
  open(): void;
  /** Asks for as many messages as there are credits. */
  request(): void;
  /** Plans the next try to open. Answers RETRY. */
  retryLater(): void;
  /** Asks for no more. Answers STOPPED when nothing can arrive any more. */
  stop(): void;
  /** Keeps what was opened for the deliveries that are not settled; the next `open` makes another one. */
  retire(): void;
}

/** Events of a queue consumer. */
export type ConsumerEvent =
  | { readonly type: "OPENED" }
  | { readonly type: "FAILED" }
  | { readonly type: "REFUSED" }
  | { readonly type: "RETRY" }
  | { readonly type: "PAUSE" }
  | { readonly type: "RESUME" }
  | { readonly type: "DRAIN" }
  | { readonly type: "STOPPED" };

/** The machine of one queue consumer. */
export const consumerMachine = setup({
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- XState takes its types as the type of an empty object
  types: {} as { context: { readonly steps: ConsumerSteps }; input: ConsumerSteps; events: ConsumerEvent },
  actions: {
    open: ({ context }) => context.steps.open(),
    request: ({ context }) => context.steps.request(),
    retryLater: ({ context }) => context.steps.retryLater(),
    stop: ({ context }) => context.steps.stop(),
    retire: ({ context }) => context.steps.retire(),
  },
}).createMachine({
  id: "queue consumer",
  context: ({ input }) => ({ steps: input }),
  initial: "opening",
  states: {
    opening: { entry: "open", on: { OPENED: "consuming", FAILED: "waiting", REFUSED: "stopped", DRAIN: "draining" } },
    waiting: { entry: "retryLater", on: { RETRY: "opening", DRAIN: "draining" } },
    consuming: { entry: "request", on: { PAUSE: "pausing", DRAIN: "draining" } },
    pausing: { entry: "stop", on: { STOPPED: "paused", DRAIN: "draining" } },
    paused: { entry: "retire", on: { RESUME: "opening", DRAIN: "draining" } },
    draining: { entry: "stop", on: { STOPPED: "stopped" } },
    stopped: { type: "final" },
  },
});
