import { expect, it } from "vitest";
import { createActor, createMachine, type InspectionEvent } from "xstate";
import { taskSpawner } from "../../src/worker/spawn-task.ts";
import type { TaskSteps } from "../../src/worker/task-machine.ts";

const steps: TaskSteps = { check: () => {}, run: () => {}, finish: () => {}, release: () => {} };

/** What an inspector of a worker's actor is told about ten tasks. */
function inspected(): { readonly told: readonly InspectionEvent[]; readonly worker: unknown } {
  const told: InspectionEvent[] = [];
  const worker = createActor(createMachine({}), { inspect: (event) => told.push(event) });
  worker.start();
  const spawn = taskSpawner(worker);
  for (let task = 0; task < 10; task++) {
    const actor = spawn(steps, `task-${task}`);
    actor.start();
    for (const type of ["RECEIVE", "START", "SUCCEED"] as const) actor.send({ type });
  }
  return { told, worker };
}

it("shows the inspector of a worker every task by its id", () => {
  const ids = inspected().told.map(
    (event) => event.type === "@xstate.actor" && "id" in event.actorRef && event.actorRef.id,
  );
  expect(ids).toEqual(expect.arrayContaining(["task-0", "task-9"]));
});

// The worker's machine would remember, for each task it ever heard of, what its end means.
it("does not tell the worker's machine that tasks are done", () => {
  const { told, worker } = inspected();
  const heard = told.filter((event) => event.type === "@xstate.event" && event.actorRef === worker);
  expect(heard.map((event) => event.type === "@xstate.event" && event.event.type)).toEqual(["xstate.init"]);
});
