// Logic for actors of a flat machine, made from the machine: what each event leads to in each state is asked of the machine
// once, instead of being worked out for each actor again. The actors are XState's own; they cost a fifth (docs/adr/0009).
//
// Flat means that state and event alone say what comes next: no guards, no assignments, no delays, no invoked actors.

import { type ActorLogic, type AnyStateMachine, type EventObject, type Snapshot, transition } from "xstate";

/** Snapshot of an actor with flat logic. */
type FlatSnapshot<C> = Snapshot<undefined> & { readonly value: string; readonly context: C };

/** Logic for `createActor`. */
export type FlatLogic<C, E extends EventObject, I> = ActorLogic<FlatSnapshot<C>, E, I>;

type Action<C> = (args: { readonly context: C }) => void;

interface Step<C> {
  readonly value: string;
  readonly status: "active" | "done";
  readonly actions: readonly Action<C>[];
}

/**
 * Logic that does what the machine does.
 *
 * @param contextOf - The context that the machine makes of an actor's input.
 * @throws {TypeError} the machine is not flat.
 */
export function flatLogic<C, E extends EventObject, I>(
  machine: AnyStateMachine,
  contextOf: (input: I) => C,
): FlatLogic<C, E, I> {
  const table = new Map(Object.keys(machine.states).map((state) => [state, stepsOf<C>(machine, state)]));
  const initial: unknown = machine.config.initial;
  if (typeof initial !== "string") throw new TypeError(`machine "${machine.id}" is not flat: it has no initial state`);
  return {
    getInitialSnapshot: (_scope, input) => snapshotOf({ value: initial, status: "active" }, contextOf(input)),
    transition: (snapshot, event) => {
      const step = table.get(snapshot.value)?.get(event.type);
      if (!step) return snapshot;
      for (const action of step.actions) action({ context: snapshot.context });
      return snapshotOf(step, snapshot.context);
    },
    getPersistedSnapshot: (snapshot) => snapshot,
  };
}

function snapshotOf<C>({ value, status }: Pick<Step<C>, "value" | "status">, context: C): FlatSnapshot<C> {
  return { value, status, context, output: undefined, error: undefined };
}

function stepsOf<C>(machine: AnyStateMachine, state: string): Map<string, Step<C>> {
  const before = machine.resolveState({ value: state, context: {} });
  const node = machine.states[state];
  const transitions = [...(node?.transitions.values() ?? [])].flat();
  if (
    !node ||
    node.invoke.length > 0 ||
    node.after.length > 0 ||
    transitions.some(({ guard }) => guard !== undefined)
  ) {
    throw new TypeError(`machine "${machine.id}" is not flat: state ${state} has a guard, a delay or an invoked actor`);
  }
  return new Map(node.ownEvents.map((type) => [type, stepOf<C>(machine, before, type)]));
}

function stepOf<C>(
  machine: AnyStateMachine,
  before: ReturnType<AnyStateMachine["resolveState"]>,
  type: string,
): Step<C> {
  const [after, actions] = transition(machine, before, { type });
  if (
    typeof after.value !== "string" ||
    after.context !== before.context ||
    actions.some(({ exec }) => exec === undefined)
  ) {
    throw new TypeError(
      `machine "${machine.id}" is not flat: event ${type} in state ${String(before.value)} does more than enter a state`,
    );
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the machine's actions take its context, whose type AnyStateMachine hides
  const run = actions.map(({ exec }) => exec as Action<C>);
  return { value: after.value, status: after.status === "done" ? "done" : "active", actions: run };
}
