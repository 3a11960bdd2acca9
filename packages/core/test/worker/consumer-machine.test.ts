import { expect, it } from "vitest";
import { type ConsumerEvent, type ConsumerSteps, consumerMachine } from "../../src/worker/consumer-machine.ts";
import { ExploredMachine } from "../support/explore-machine.ts";

const EVENTS = {
  OPENED: true,
  FAILED: true,
  REFUSED: true,
  RETRY: true,
  PAUSE: true,
  RESUME: true,
  DRAIN: true,
  STOPPED: true,
} satisfies Record<ConsumerEvent["type"], true>;
const STEPS = { open: true, request: true, retryLater: true, stop: true, retire: true } satisfies Record<
  keyof ConsumerSteps,
  true
>;

const machine = new ExploredMachine(consumerMachine, EVENTS, STEPS);

it("changes its state by these events only, and calls these actions", () => {
  const { table, tried } = machine.transitions();
  expect(table).toEqual({
    opening: {
      OPENED: "consuming / request",
      FAILED: "waiting / retryLater",
      REFUSED: "stopped",
      DRAIN: "draining / stop",
    },
    waiting: { RETRY: "opening / open", DRAIN: "draining / stop" },
    consuming: { PAUSE: "pausing / stop", DRAIN: "draining / stop" },
    pausing: { STOPPED: "paused / retire", DRAIN: "draining / stop" },
    paused: { RESUME: "opening / open", DRAIN: "draining / stop" },
    draining: { STOPPED: "stopped" },
    stopped: {},
  });
  expect(tried).toBe(7 * 8);
});

it("opens first, and stops before it ends unless the broker refused it", () => {
  const ends = machine.ways().filter(({ isFinal }) => isFinal);
  expect(ends.length).toBeGreaterThan(2);
  for (const { actions, events } of ends) {
    expect(actions[0]).toBe("open");
    expect(actions.includes("stop")).toBe(!events.includes("REFUSED"));
  }
});
