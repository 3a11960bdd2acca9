import { expect, it } from "vitest";
import { createActor, type InspectionEvent, setup } from "xstate";
import { safeInspector } from "../../src/worker/safe-inspector.ts";

const machine = setup({}).createMachine({ initial: "one", states: { one: { on: { GO: "two" } }, two: {} } });

it.each([
  ["a function", (throwing: () => void) => throwing],
  ["an observer", (throwing: () => void) => ({ next: throwing })],
])("lets an actor go on when %s throws, and tells it once", (_what, make) => {
  let calls = 0;
  const errors: unknown[] = [];
  const inspect = safeInspector(
    make(() => {
      calls += 1;
      throw new Error(`failure ${calls}`);
    }),
    (error) => errors.push(error),
  );
  const actor = createActor(machine, { inspect });
  actor.start();
  actor.send({ type: "GO" });
  expect(actor.getSnapshot().value).toBe("two");
  expect(calls).toBeGreaterThan(2);
  expect(errors).toMatchObject([{ message: "failure 1" }]);
});

it("passes everything on to what does not throw", () => {
  const seen: InspectionEvent[] = [];
  const actor = createActor(machine, {
    inspect: safeInspector(
      (event) => seen.push(event),
      () => expect.unreachable(),
    ),
  });
  actor.start();
  expect(seen.map(({ type }) => type)).toContain("@xstate.snapshot");
  const watched = createActor(machine, { inspect: safeInspector({}, () => expect.unreachable()) });
  expect(() => watched.start()).not.toThrow();
});
