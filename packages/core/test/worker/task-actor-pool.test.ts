import { expect, it } from "vitest";
import type { Outcome } from "../../src/worker/outcome.ts";
import { asyncPool, type Pool } from "../../src/worker/pool.ts";
import { LOGICS, NOTHING, TaskScene } from "../support/task-scene.ts";

/** A task whose pool gives this outcome. */
async function given(logic: (typeof LOGICS)[number], outcome: Outcome): Promise<TaskScene> {
  const scene = new TaskScene(logic, () => 4);
  const pool: Pool = { ...asyncPool((_context, fn) => fn()), run: () => Promise.resolve(outcome) };
  Object.assign(scene.host, { pool });
  scene.receive();
  await scene.quiet();
  return scene;
}

it.each(LOGICS)(
  "gives back a task that its pool could not begin, and does not count that start (%s)",
  async (logic) => {
    const scene = await given(logic, { state: "RELEASED", delayMs: 1_000, neverBegan: true });
    expect(scene.calls).toEqual(["replace state task-1", "handBack 1000"]);
    expect(scene.state().starts).toBe(0);
    expect(scene.leftOvers).toEqual(NOTHING);
  },
);

it.each(LOGICS)("gives back a task whose child was lost, and counts that start (%s)", async (logic) => {
  const scene = await given(logic, { state: "RELEASED", delayMs: 0 });
  expect(scene.calls).toEqual(["handBack 0"]);
  expect(scene.leftOvers).toEqual(NOTHING);
});

it.each(LOGICS)("stores a result handle that comes from a child as what it stands for (%s)", async (logic) => {
  const scene = await given(logic, { state: "SUCCESS", value: { id: "task-9" }, isHandle: true });
  expect(scene.record()).toMatchObject({ value: { id: "task-9" }, isHandle: true });
});
