// Actors of a flat machine, made from the machine: what each event leads to in each state is asked of the machine once, instead of
// being worked out for each actor again. They do with each event what XState's actor of the machine does, and nothing more: nobody
// watches them (docs/adr/0009).
//
// Flat means that state and event alone say what comes next: no guards, no assignments, no delays, no invoked actors.

import { type AnyStateMachine, transition } from "xstate";

type Action<C> = (args: { readonly context: C }) => void;

/** A state, with all that can happen in it. */
interface FlatState<C> {
  readonly value: string;
  readonly on: Map<string, Step<C>>;
}

interface Step<C> {
  readonly to: FlatState<C>;
  readonly actions: readonly Action<C>[];
}

/** A machine as a table; actors begin in its first state. */
export type FlatMachine<C> = FlatState<C>;

/** An actor: the state of one context. An event that means nothing in it does nothing. */
export class FlatActor<C, E extends { readonly type: string }> {
  readonly #given: { readonly context: C };
  #state: FlatState<C>;
  #isActing = false;
  // Few actions send events to their own actor.
  #mailbox: E[] | null = null;

  constructor(machine: FlatMachine<C>, context: C) {
    this.#state = machine;
    this.#given = { context };
  }

  /** Name of its state. */
  get state(): string {
    return this.#state.value;
  }

  /** Takes an event; one that its own actions send, when they have ended. Throws what an action throws. */
  send(event: E): void {
    if (this.#isActing) {
      this.#mailbox ??= [];
      this.#mailbox.push(event);
      return;
    }
    this.#isActing = true;
    try {
      for (let next: E | undefined = event; next !== undefined; next = this.#mailbox?.shift()) this.#take(next);
    } finally {
      this.#isActing = false;
    }
  }

  #take({ type }: E): void {
    const step = this.#state.on.get(type);
    if (step === undefined) return;
    for (const action of step.actions) action(this.#given);
    this.#state = step.to;
  }
}

/**
 * The table of a machine.
 *
 * @throws {TypeError} the machine is not flat.
 */
export function flatMachine<C>(machine: AnyStateMachine): FlatMachine<C> {
  const names = Object.keys(machine.states);
  const states = new Map(names.map((value): [string, FlatState<C>] => [value, { value, on: new Map() }]));
  for (const [name, { on }] of states) for (const [type, step] of stepsOf(machine, name, states)) on.set(type, step);
  const initial: unknown = machine.config.initial;
  const first = typeof initial === "string" ? states.get(initial) : undefined;
  if (!first) throw new TypeError(`machine "${machine.id}" is not flat: it has no initial state`);
  if ((machine.states[first.value]?.entry.length ?? 0) > 0)
    throw new TypeError(`machine "${machine.id}" is not flat: it does something in its initial state`);
  return first;
}

function stepsOf<C>(
  machine: AnyStateMachine,
  state: string,
  states: ReadonlyMap<string, FlatState<C>>,
): readonly [string, Step<C>][] {
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
  return node.ownEvents.map((type) => [type, stepOf(machine, before, type, states)]);
}

function stepOf<C>(
  machine: AnyStateMachine,
  before: ReturnType<AnyStateMachine["resolveState"]>,
  type: string,
  states: ReadonlyMap<string, FlatState<C>>,
): Step<C> {
  const [after, actions] = transition(machine, before, { type });
  const to = typeof after.value === "string" ? states.get(after.value) : undefined;
  if (!to || after.context !== before.context || actions.some(({ exec }) => exec === undefined)) {
    throw new TypeError(
      `machine "${machine.id}" is not flat: event ${type} in state ${String(before.value)} does more than enter a state`,
    );
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the machine's actions take its context, whose type AnyStateMachine hides
  return { to, actions: actions.map(({ exec }) => exec as Action<C>) };
}
