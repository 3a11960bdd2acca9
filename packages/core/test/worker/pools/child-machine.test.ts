import { expect, it } from "vitest";
import { type ChildEvent, type ChildSteps, childMachine } from "../../../src/worker/pools/child-machine.ts";
import { ExploredMachine } from "../../support/explore-machine.ts";

const EVENTS = {
  READY: true,
  FAILED: true,
  RETRY: true,
  RUN: true,
  ENDED: true,
  WORN: true,
  LOST: true,
  STOP: true,
} satisfies Record<ChildEvent["type"], true>;
const STEPS = { start: true, offer: true, retire: true, retryLater: true, end: true } satisfies Record<
  keyof ChildSteps,
  true
>;

const machine = new ExploredMachine(childMachine, EVENTS, STEPS);

it("changes its state by these events only, and calls these actions", () => {
  const { table, tried } = machine.transitions();
  expect(table).toEqual({
    starting: { READY: "idle / offer", FAILED: "waiting / retryLater", STOP: "stopped / end" },
    idle: { RUN: "running", LOST: "waiting / retryLater", STOP: "stopped / end" },
    running: { ENDED: "idle / offer", WORN: "starting / retire / start", LOST: "starting / start", STOP: "finishing" },
    finishing: { ENDED: "stopped / end", WORN: "stopped / end", LOST: "stopped / end" },
    waiting: { RETRY: "starting / start", STOP: "stopped / end" },
    stopped: {},
  });
  expect(tried).toBe(6 * 8);
});

it("starts a child first, and ends it last", () => {
  for (const { actions, isFinal } of machine.ways()) {
    expect(actions[0]).toBe("start");
    expect(actions.includes("end")).toBe(isFinal);
  }
});
