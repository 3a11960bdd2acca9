// Makes the XState actor of a task. A worker that is inspected runs the machine itself, as a child of its own actor, so that the
// inspector sees everything; otherwise the machine's flat logic does the same for less.

import { type AnyActorRef, createActor } from "xstate";
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

/** @param inspected - Actor of the worker when somebody inspects it, else null. */
export function taskSpawner(inspected: AnyActorRef | null): SpawnTask {
  if (inspected) return (steps, id) => createActor(taskMachine, { input: steps, id, parent: inspected });
  return (steps, id) => createActor(LOGIC, { input: steps, id });
}
