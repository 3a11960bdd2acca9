// Walks a machine with xstate/graph and tells what every event does in every state, and which actions it calls.

import { vi } from "vitest";
import { type AnyStateMachine, createActor } from "xstate";
import { getShortestPaths, getSimplePaths } from "xstate/graph";

/** What each event does in each state: `target / action / …`. Events that do nothing there are left out. */
export type Transitions = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** A way through a machine: its events, and the actions they called. */
export interface Way {
  readonly events: readonly string[];
  readonly end: string;
  readonly isFinal: boolean;
  readonly actions: readonly string[];
}

/** A machine whose input is an object of steps. */
export class ExploredMachine {
  readonly #machine: AnyStateMachine;
  readonly #events: readonly string[];
  readonly #steps: readonly string[];

  constructor(machine: AnyStateMachine, events: Readonly<Record<string, true>>, steps: Readonly<Record<string, true>>) {
    this.#machine = machine;
    this.#events = Object.keys(events);
    this.#steps = Object.keys(steps);
  }

  /** Sends every event in every state that can be reached. @returns what changes, and how many were tried. */
  transitions(): { readonly table: Transitions; readonly tried: number } {
    // XState warns of events sent to an actor that has ended, which is what is tried here.
    using _quiet = vi.spyOn(console, "warn").mockReturnValue();
    const table: Record<string, Record<string, string>> = {};
    let tried = 0;
    for (const { state, steps } of getShortestPaths(this.#machine, this.#traversal())) {
      const from = String(state.value);
      const row = (table[from] ??= {});
      for (const event of this.#events) {
        const run = this.#run(steps.map((step) => step.event.type));
        const before = run.actor.getSnapshot();
        const called = run.actions.length;
        run.actor.send({ type: event });
        tried += 1;
        const after = run.actor.getSnapshot();
        const actions = run.actions.slice(called);
        if (after !== before || actions.length > 0) row[event] = [String(after.value), ...actions].join(" / ");
      }
    }
    return { table, tried };
  }

  /** Every way through the machine that visits no state twice. */
  ways(): Way[] {
    return getSimplePaths(this.#machine, this.#traversal()).map(({ steps }) => {
      const events = steps.map((step) => step.event.type);
      const { actor, actions } = this.#run(events);
      const end = actor.getSnapshot();
      return { events, end: String(end.value), isFinal: end.status === "done", actions };
    });
  }

  #run(events: readonly string[]): { readonly actor: ReturnType<typeof createActor>; readonly actions: string[] } {
    const actions: string[] = [];
    const actor = createActor(this.#machine, { input: this.#recording(actions) });
    actor.start();
    for (const type of events) actor.send({ type });
    return { actor, actions };
  }

  #recording(actions: string[]): Readonly<Record<string, () => void>> {
    return Object.fromEntries(this.#steps.map((step) => [step, () => void actions.push(step)]));
  }

  #traversal(): object {
    return {
      input: this.#recording([]),
      events: this.#events.map((type) => ({ type })),
      serializeState: (state: { readonly value: unknown }) => String(state.value),
      serializeEvent: (event: { readonly type: string }) => event.type,
    };
  }
}
