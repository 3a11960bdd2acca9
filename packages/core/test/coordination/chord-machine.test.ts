import { expect, it } from "vitest";
import { type ChordEvent, type ChordSteps, chordMachine } from "../../src/coordination/chord-machine.ts";
import { ExploredMachine } from "../support/explore-machine.ts";

const EVENTS = {
  OPENED: true,
  CLOSE: true,
  COLLECT: true,
  DISPATCH: true,
  FAIL: true,
  DONE: true,
  REFUSED: true,
  SETTLED: true,
  LOSE: true,
} satisfies Record<ChordEvent["type"], true>;
const STEPS = {
  open: true,
  collect: true,
  decide: true,
  dispatch: true,
  fail: true,
  close: true,
} satisfies Record<keyof ChordSteps, true>;

const machine = new ExploredMachine(chordMachine, EVENTS, STEPS);

it("changes its state by these events only, and calls these actions", () => {
  const { table, tried } = machine.transitions();
  expect(table).toEqual({
    opening: { OPENED: "collecting / collect", SETTLED: "done / close", LOSE: "lost" },
    collecting: { CLOSE: "deciding / decide", LOSE: "lost" },
    deciding: {
      DISPATCH: "dispatching / dispatch",
      FAIL: "failing / fail",
      COLLECT: "collecting / collect",
      SETTLED: "done / close",
      LOSE: "lost",
    },
    dispatching: { DONE: "done / close", REFUSED: "failing / fail", LOSE: "lost" },
    failing: { DONE: "failed / close", LOSE: "lost" },
    // No event leads out of an end: a chord is closed once, and a lost one never.
    done: {},
    failed: {},
    lost: {},
  });
  expect(tried).toBe(8 * 9);
});

it("sends or fails nothing before the decision, and erases nothing before that", () => {
  for (const { actions } of machine.ways()) {
    const order = ["open", "collect", "decide", "dispatch", "fail", "close"];
    const places = actions.map((action) => order.indexOf(action));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    const acts = actions.includes("dispatch") || actions.includes("fail");
    expect(acts && !actions.includes("decide")).toBe(false);
  }
});

it("closes a chord on every way to its end, once, and at last", () => {
  const ends = machine.ways().filter(({ isFinal }) => isFinal);
  expect(new Set(ends.map(({ end }) => end))).toEqual(new Set(["done", "failed", "lost"]));
  for (const { actions, end } of ends) {
    expect(actions.filter((action) => action === "close")).toHaveLength(end === "lost" ? 0 : 1);
    expect(actions.at(-1) === "close").toBe(end !== "lost");
  }
});

it("cannot fail what it has sent, nor send what it has failed", () => {
  for (const { events, actions } of machine.ways()) {
    const both = actions.includes("dispatch") && actions.includes("fail");
    expect(both).toBe(events.includes("REFUSED"));
  }
});
