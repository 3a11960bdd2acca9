import { expect, it } from "vitest";
import { createActor } from "xstate";
import { type WorkerEvent, type WorkerSteps, workerMachine } from "../../src/worker/worker-machine.ts";
import { ExploredMachine } from "../support/explore-machine.ts";

const EVENTS = {
  READY: true,
  FAILED: true,
  DISCONNECTED: true,
  CONNECTED: true,
  STOP: true,
  STOP_NOW: true,
  DRAINED: true,
} satisfies Record<WorkerEvent["type"], true>;
const STEPS = {
  start: true,
  ready: true,
  drain: true,
  abandon: true,
  end: true,
} satisfies Record<keyof WorkerSteps, true>;

const machine = new ExploredMachine(workerMachine, EVENTS, STEPS);

it("changes its state by these events only, and calls these actions", () => {
  const { table, tried } = machine.transitions();
  expect(table).toEqual({
    starting: {
      READY: "running / ready",
      FAILED: "stopped / end",
      STOP: "stopped / end",
      STOP_NOW: "stopped / end",
    },
    running: { DISCONNECTED: "disconnected", STOP: "draining / drain", STOP_NOW: "abandoning / abandon" },
    disconnected: { CONNECTED: "running", STOP: "draining / drain", STOP_NOW: "abandoning / abandon" },
    draining: { DRAINED: "stopped / end", STOP_NOW: "abandoning / abandon" },
    abandoning: { DRAINED: "stopped / end" },
    stopped: {},
  });
  expect(tried).toBe(6 * 7);
});

it("frees everything once, at the end of every way", () => {
  const ends = machine.ways().filter(({ isFinal }) => isFinal);
  expect(ends.length).toBeGreaterThan(5);
  for (const { actions } of ends) {
    expect(actions[0]).toBe("start");
    expect(actions.indexOf("end")).toBe(actions.length - 1);
  }
});

it("does not care about what XState tells it of its tasks and queues", () => {
  const steps = { start: () => {}, ready: () => {}, drain: () => {}, abandon: () => {}, end: () => {} };
  const actor = createActor(workerMachine, { input: steps });
  actor.start();
  const event = { type: "xstate.done.actor.some-task", output: undefined, actorId: "some-task" };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an event of XState's own, which the machine does not declare
  actor.send(event as unknown as WorkerEvent);
  expect(actor.getSnapshot().value).toBe("starting");
  expect(actor.getSnapshot().status).toBe("active");
});
