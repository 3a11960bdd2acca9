// Makes the actor of a task. A worker that is inspected runs the machine itself as an XState actor, below its own actor, so that the
// inspector sees everything; otherwise a flat actor of the machine does the same for less.

import { type AnyActorRef, createActor, fromTransition } from "xstate";
import { FlatActor, flatMachine } from "./flat-actor.ts";
import { type TaskEvent, type TaskSteps, taskMachine } from "./task-machine.ts";

/** The actor of one task, as the runtime uses it. */
export interface TaskActorRef {
  send(event: TaskEvent): void;
}

/** Makes and starts the actor of a task that does `steps`. */
export type SpawnTask = (steps: TaskSteps, id: string) => TaskActorRef;

const FLAT = flatMachine<{ readonly steps: TaskSteps }>(taskMachine);

// Parent of all tasks of an inspected worker. It only hears that they are done, and forgets it: the worker's machine would keep
// what it looks up for each.
const parentLogic = fromTransition((state) => state, null);

/** @param inspected - Actor of the worker when somebody inspects it, else null. */
export function taskSpawner(inspected: AnyActorRef | null): SpawnTask {
  if (inspected === null) return (steps) => new FlatActor(FLAT, { steps });
  const parent = createActor(parentLogic, { id: "tasks", parent: inspected }).start();
  return (steps, id) => createActor(taskMachine, { input: steps, id, parent }).start();
}
