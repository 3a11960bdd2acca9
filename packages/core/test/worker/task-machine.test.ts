import { expect, it } from "vitest";
import { type TaskEvent, type TaskSteps, taskMachine } from "../../src/worker/task-machine.ts";
import { ExploredMachine } from "../support/explore-machine.ts";

const EVENTS = {
  RECEIVE: true,
  START: true,
  SUCCEED: true,
  FAIL: true,
  RETRY: true,
  REPLACE: true,
  REVOKE: true,
  REJECT: true,
  IGNORE: true,
  RELEASE: true,
} satisfies Record<TaskEvent["type"], true>;
const STEPS = { check: true, run: true, finish: true, release: true } satisfies Record<keyof TaskSteps, true>;

const OUTCOMES = {
  SUCCEED: "SUCCESS / finish",
  FAIL: "FAILURE / finish",
  RETRY: "RETRY / finish",
  REPLACE: "REPLACED / finish",
  REVOKE: "REVOKED / finish",
  REJECT: "REJECTED / finish",
  IGNORE: "IGNORED / finish",
};

const machine = new ExploredMachine(taskMachine, EVENTS, STEPS);

it("changes its state by these events only, and calls these actions", () => {
  const { table, tried } = machine.transitions();
  expect(table).toEqual({
    PENDING: { RECEIVE: "RECEIVED / check" },
    RECEIVED: { START: "STARTED / run", RELEASE: "RELEASED / release", ...OUTCOMES },
    STARTED: { RELEASE: "RELEASED / release", ...OUTCOMES },
    // No event leads out of a final state (I5), nor out of one that ends the delivery.
    SUCCESS: {},
    FAILURE: {},
    RETRY: {},
    REPLACED: {},
    REVOKED: {},
    REJECTED: {},
    IGNORED: {},
    RELEASED: {},
  });
  expect(tried).toBe(11 * 10);
});

it("ends the delivery in exactly these states", () => {
  const ends = machine.ways().map(({ end, isFinal }) => [end, isFinal] as const);
  expect(Object.fromEntries(ends)).toEqual({
    PENDING: false,
    RECEIVED: false,
    STARTED: false,
    SUCCESS: true,
    FAILURE: true,
    RETRY: true,
    REPLACED: true,
    REVOKED: true,
    REJECTED: true,
    IGNORED: true,
    RELEASED: true,
  });
});

it("settles the delivery once on every way to an end: finishes it, or gives it back", () => {
  const ends = machine.ways().filter(({ isFinal }) => isFinal);
  expect(ends.length).toBe(16);
  for (const { actions, end } of ends) {
    const settling = actions.filter((action) => action === "finish" || action === "release");
    expect(settling).toEqual([end === "RELEASED" ? "release" : "finish"]);
    expect(actions.at(-1)).toBe(settling[0]);
  }
});
