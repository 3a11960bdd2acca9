// Makes the XState actor of a task. A worker that is inspected runs the machine itself, below its own actor, so that the
// inspector sees everything; otherwise the machine's flat logic does the same for less.

import { type AnyActorRef, createActor, fromTransition } from "xstate";
import { flatLogic } from "./flat-logic.ts";
import { type TaskEvent, type TaskSteps, taskMachine } from "./task-machine.ts";

/** The actor of one task, as the runtime uses it. */
export interface TaskActorRef {
  start(): unknown;
  send(event: TaskEvent): void;
}

/** Makes the actor of a task that does `steps`. */
export type SpawnTask = (steps: TaskSteps, id: string) => TaskActorRef;

const LOGIC = flatLogic<{ readonly steps: TaskSteps }, TaskEvent, TaskSteps>(taskMachine, (steps) => ({ steps }));

// Parent of all tasks of a worker. It only hears that they are done, and forgets it: the worker's machine would keep
// what it looks up for each, and an actor without a parent would need an actor system of its own.
const parentLogic = fromTransition((state) => state, null);

/** @param inspected - Actor of the worker when somebody inspects it, else null. */
export function taskSpawner(inspected: AnyActorRef | null): SpawnTask {
  const parent = createActor(parentLogic, inspected ? { id: "tasks", parent: inspected } : { id: "tasks" });
  parent.start();
  if (inspected) return (steps, id) => createActor(taskMachine, { input: steps, id, parent });
  return (steps, id) => createActor(LOGIC, { input: steps, id, parent });
}
