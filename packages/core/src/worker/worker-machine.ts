// Life of a worker. Pure; `worker.ts` provides the actions.

import { setup } from "xstate";

/** What the runtime does for a worker. */
export interface WorkerSteps {
  /** Connects and opens the queues. Answers READY or FAILED. */
  start(): void;
  /** Tells that the worker is ready. */
  ready(): void;
  /** Takes no more tasks and waits for the running ones. Answers DRAINED. */
  drain(): void;
  /** Tells running tasks to end, and gives them back. Answers DRAINED. */
  abandon(): void;
  /** Frees everything. */
  end(): void;
}

/** Events of a worker. */
export type WorkerEvent =
  | { readonly type: "READY" }
  | { readonly type: "FAILED"; readonly error: unknown }
  | { readonly type: "DISCONNECTED" }
  | { readonly type: "CONNECTED" }
  | { readonly type: "STOP" }
  | { readonly type: "STOP_NOW" }
  | { readonly type: "DRAINED" };

/** The machine of a worker. A disconnected worker goes on with what it has; the transport reconnects by itself. */
export const workerMachine = setup({
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- XState takes its types as the type of an empty object
  types: {} as { context: { readonly steps: WorkerSteps }; input: WorkerSteps; events: WorkerEvent },
  actions: {
    start: ({ context }) => context.steps.start(),
    ready: ({ context }) => context.steps.ready(),
    drain: ({ context }) => context.steps.drain(),
    abandon: ({ context }) => context.steps.abandon(),
    end: ({ context }) => context.steps.end(),
  },
}).createMachine({
  id: "worker",
  context: ({ input }) => ({ steps: input }),
  initial: "starting",
  states: {
    starting: {
      entry: "start",
      on: { READY: { target: "running", actions: "ready" }, FAILED: "stopped", STOP: "stopped", STOP_NOW: "stopped" },
    },
    running: { on: { DISCONNECTED: "disconnected", STOP: "draining", STOP_NOW: "abandoning" } },
    disconnected: { on: { CONNECTED: "running", STOP: "draining", STOP_NOW: "abandoning" } },
    draining: { entry: "drain", on: { DRAINED: "stopped", STOP_NOW: "abandoning" } },
    abandoning: { entry: "abandon", on: { DRAINED: "stopped" } },
    stopped: { type: "final", entry: "end" },
  },
});
