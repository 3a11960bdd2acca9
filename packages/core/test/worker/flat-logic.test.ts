import { expect, it, vi } from "vitest";
import { createActor, setup } from "xstate";
import { getShortestPaths } from "xstate/graph";
import { flatLogic } from "../../src/worker/flat-logic.ts";
import { type TaskEvent, type TaskSteps, taskMachine } from "../../src/worker/task-machine.ts";

const EVENTS = ["RECEIVE", "START", "SUCCEED", "FAIL", "RETRY", "REVOKE", "REJECT", "IGNORE", "RELEASE"] as const;
const LOGIC = flatLogic<{ readonly steps: TaskSteps }, TaskEvent, TaskSteps>(taskMachine, (steps) => ({ steps }));

function recording(calls: string[]): TaskSteps {
  const note = (name: string) => (): void => {
    calls.push(name);
  };
  return { check: note("check"), run: note("run"), finish: note("finish"), release: note("release") };
}

/** What an actor of the logic, or of the machine itself, does with some events. */
function played(logic: typeof LOGIC | typeof taskMachine, events: readonly TaskEvent[]): readonly unknown[] {
  const calls: string[] = [];
  const seen: unknown[] = [];
  const actor = createActor(logic === taskMachine ? taskMachine : LOGIC, { input: recording(calls) });
  actor.subscribe({ next: ({ value, status }) => seen.push([value, status]), complete: () => seen.push("complete") });
  actor.start();
  for (const event of events) actor.send(event);
  const { value, status } = actor.getSnapshot();
  return [value, status, calls, seen.at(-1)];
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
      expect(played(LOGIC, events)).toEqual(played(taskMachine, events));
    }
  },
);

it("keeps its very snapshot when an event does nothing", () => {
  const actor = createActor(LOGIC, { input: recording([]) });
  actor.start();
  const before = actor.getSnapshot();
  actor.send({ type: "SUCCEED" });
  expect(actor.getSnapshot()).toBe(before);
});

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
  const actor = createActor(LOGIC, { input: steps });
  actor.start();
  actor.send({ type: "RECEIVE" });
  expect(calls).toEqual(["check", "checked", "run", "ran", "finish"]);
  expect(actor.getSnapshot()).toMatchObject({ value: "SUCCESS", status: "done" });
});

it("can be stopped by its own action", () => {
  const calls: string[] = [];
  const actor = createActor(LOGIC, { input: { ...recording(calls), release: () => actor.stop() } });
  actor.start();
  actor.send({ type: "RECEIVE" });
  actor.send({ type: "RELEASE" });
  using _quiet = vi.spyOn(console, "warn").mockReturnValue();
  actor.send({ type: "RECEIVE" });
  expect(calls).toEqual(["check"]);
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
  ["no states", plain.createMachine({ id: "m" })],
])("refuses a machine with %s", (_what, machine) => {
  expect(() => flatLogic(machine, () => ({}))).toThrow(/machine "m" is not flat/);
});
