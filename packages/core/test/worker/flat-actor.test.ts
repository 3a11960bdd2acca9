import { expect, it, vi } from "vitest";
import { createActor, setup } from "xstate";
import { getShortestPaths } from "xstate/graph";
import { FlatActor, flatMachine } from "../../src/worker/flat-actor.ts";
import { type TaskEvent, type TaskSteps, taskMachine } from "../../src/worker/task-machine.ts";

const EVENTS = ["RECEIVE", "START", "SUCCEED", "FAIL", "RETRY", "REVOKE", "REJECT", "IGNORE", "RELEASE"] as const;
const FLAT = flatMachine<{ readonly steps: TaskSteps }>(taskMachine);

type Recorded = readonly [state: string, calls: readonly string[]];

function recording(calls: string[]): TaskSteps {
  const note = (name: string) => (): void => {
    calls.push(name);
  };
  return { check: note("check"), run: note("run"), finish: note("finish"), release: note("release") };
}

function flatActor(steps: TaskSteps): FlatActor<{ readonly steps: TaskSteps }, TaskEvent> {
  return new FlatActor(FLAT, { steps });
}

/** What XState's actor of the machine does with some events. */
function playedByMachine(events: readonly TaskEvent[]): Recorded {
  const calls: string[] = [];
  const actor = createActor(taskMachine, { input: recording(calls) }).start();
  for (const event of events) actor.send(event);
  return [actor.getSnapshot().value, calls];
}

function playedFlat(events: readonly TaskEvent[]): Recorded {
  const calls: string[] = [];
  const actor = flatActor(recording(calls));
  for (const event of events) actor.send(event);
  return [actor.state, calls];
}

const ways = getShortestPaths(taskMachine, {
  input: recording([]),
  events: EVENTS.map((type) => ({ type })),
  serializeState: ({ value }) => String(value),
}).map(({ steps }) => steps.map(({ event }) => event).filter(({ type }) => !type.startsWith("xstate.")));

it.each(ways.map((way) => [way.map(({ type }) => type).join(" ") || "nothing", way] as const))(
  "after %s, does with every event what the machine does",
  (_what, way) => {
    using _quiet = vi.spyOn(console, "warn").mockReturnValue();
    for (const type of EVENTS) {
      const events = [...way, { type }];
      expect(playedFlat(events)).toEqual(playedByMachine(events));
    }
  },
);

it("takes events that its own actions send one after the other", () => {
  const calls: string[] = [];
  const steps: TaskSteps = {
    check: () => {
      calls.push("check");
      actor.send({ type: "START" });
      calls.push("checked");
    },
    run: () => {
      calls.push("run");
      actor.send({ type: "SUCCEED" });
      calls.push("ran");
    },
    finish: () => calls.push("finish"),
    release: () => expect.unreachable(),
  };
  const actor = flatActor(steps);
  actor.send({ type: "RECEIVE" });
  expect(calls).toEqual(["check", "checked", "run", "ran", "finish"]);
  expect(actor.state).toBe("SUCCESS");
});

it("passes on what an action throws, and takes further events", () => {
  const calls: string[] = [];
  const check = (): void => {
    throw new Error("no");
  };
  const actor = flatActor({ ...recording(calls), check });
  expect(() => actor.send({ type: "RECEIVE" })).toThrow("no");
  actor.send({ type: "SUCCEED" });
  expect([actor.state, calls]).toEqual(["PENDING", []]);
});

const plain = setup({ guards: { may: () => true }, actions: { note: () => {} } });

it.each([
  [
    "a guard",
    plain.createMachine({ id: "m", initial: "a", states: { a: { on: { E: { guard: "may", target: "b" } } }, b: {} } }),
  ],
  ["a delay", plain.createMachine({ id: "m", initial: "a", states: { a: { after: { 5: "b" } }, b: {} } })],
  [
    "states within states",
    plain.createMachine({
      id: "m",
      initial: "a",
      states: { a: { on: { E: "b" } }, b: { initial: "c", states: { c: {} } } },
    }),
  ],
  ["parallel states", plain.createMachine({ id: "m", type: "parallel", states: { a: {}, b: {} } })],
  ["something to do at once", plain.createMachine({ id: "m", initial: "a", states: { a: { entry: "note" } } })],
  ["no states", plain.createMachine({ id: "m" })],
])("refuses a machine with %s", (_what, machine) => {
  expect(() => flatMachine(machine)).toThrow(/machine "m" is not flat/);
});
