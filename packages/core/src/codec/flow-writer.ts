// Writes flows into the tables that travel (`flow-codec.ts`), and sees to it that the receiver can read them.

import { SerializationError } from "../model/errors.ts";
import {
  type Barrier,
  type Errback,
  type Flow,
  type GroupPlace,
  type GroupStep,
  MAX_FLOW_DEPTH,
  type TaskStep,
} from "../model/flow.ts";
import type { Serializer } from "./serializer.ts";
import { MAX_ELEMENTS_SENT } from "./value-limits.ts";

// Most elements of a step besides its arguments: its list, id, callee and list of arguments, and the flow around it; and of what
// few steps have.
const STEP_ELEMENTS = 5;
const EXTRA_ELEMENTS = 20;

/** Writes flows, one after the other. */
export class FlowWriter {
  readonly #serializer: Serializer;
  readonly #callees: unknown[] = [];
  readonly #known = new Map<string, Map<string, number>>();
  readonly #flows: unknown[][] = [];
  readonly #values: [what: string, value: unknown][] = [];
  #elements = 0;
  #depth = 0;

  constructor(serializer: Serializer) {
    this.#serializer = serializer;
  }

  /** @param place - That of its last task, where the reader knows it. */
  write(flow: Flow, place: GroupPlace | null): void {
    if (++this.#depth > MAX_FLOW_DEPTH) throw tooMuch(`is nested deeper than ${MAX_FLOW_DEPTH} levels`);
    const steps: unknown[] = [];
    this.#flows.push(steps);
    const last = flow.length - 1;
    for (const [at, step] of flow.entries()) {
      this.#count(STEP_ELEMENTS);
      if (step.kind === "task") steps.push(this.#task(step, at === last ? place : null));
      else this.#group(step, steps);
    }
    this.#depth--;
  }

  /** @returns What they get, in order. */
  writeErrbacks(errbacks: readonly Errback[]): readonly Errback["gets"][] {
    this.#count(errbacks.length);
    for (const { flow } of errbacks) this.write(flow, null);
    return errbacks.map(({ gets }) => gets);
  }

  /** The tables. */
  wire(): [callees: unknown, flows: unknown] {
    this.#checkValues();
    return [this.#callees, this.#flows];
  }

  #task(step: TaskStep, place: GroupPlace | null): unknown[] {
    const { id, name, args } = step;
    const extra = this.#extraOf(step, place);
    this.#count(args.length);
    if (!args.every(isSimple)) this.#travelling(args, `${name}.args`);
    if (extra) return [id, this.#calleeOf(step), args, extra];
    return args.length > 0 ? [id, this.#calleeOf(step), args] : [id, this.#calleeOf(step)];
  }

  #extraOf(step: TaskStep, place: GroupPlace | null): Readonly<Record<string, unknown>> | null {
    const { kwargs, group, options, gen, chosen } = step;
    const extra: Record<string, unknown> = {};
    if (hasKeys(kwargs)) extra["kwargs"] = this.#travelling(kwargs, `${step.name}.kwargs`);
    if (hasKeys(options)) extra["options"] = this.#travelling(options, `${step.name}.options`);
    if (!isSamePlace(group, place)) extra["group"] = group ? [group.id, group.index] : false;
    if (gen !== undefined) extra["gen"] = gen;
    if (chosen !== undefined) extra["chosen"] = chosen;
    this.#follow(step, extra);
    if (!hasKeys(extra)) return null;
    this.#count(EXTRA_ELEMENTS);
    return extra;
  }

  #group({ id, members, barrier }: GroupStep, steps: unknown[]): void {
    this.#count(EXTRA_ELEMENTS);
    const wire: Record<string, unknown> = { id, members: members.length };
    steps.push(wire);
    for (const [index, member] of members.entries()) this.write(member, { id, index });
    if (barrier) this.#barrier(barrier, id, wire);
  }

  #barrier({ actor, resultId, link, linkError }: Barrier, id: string, wire: Record<string, unknown>): void {
    wire["shard"] = actor.shard;
    if (actor.id !== id) wire["actor"] = actor.id;
    wire["resultId"] = resultId;
    this.#follow({ link, linkError }, wire);
  }

  #follow({ link, linkError }: Pick<TaskStep, "link" | "linkError">, wire: Record<string, unknown>): void {
    if (link.length > 0) wire["link"] = link.length;
    for (const flow of link) this.write(flow, null);
    if (linkError.length > 0) wire["linkError"] = this.writeErrbacks(linkError);
  }

  #calleeOf({ name, queue, immutable, each }: TaskStep): number {
    const how = `${queue} ${each}${immutable ? " immutable" : ""}`;
    let ofName = this.#known.get(name);
    if (!ofName) this.#known.set(name, (ofName = new Map()));
    const known = ofName.get(how);
    if (known !== undefined) return known;
    const index = this.#callees.length;
    ofName.set(how, index);
    this.#count(STEP_ELEMENTS);
    if (each !== "once") this.#callees.push([name, queue, immutable, each]);
    else this.#callees.push(immutable ? [name, queue, immutable] : [name, queue]);
    return index;
  }

  #count(more: number): void {
    this.#elements += more;
    if (this.#elements > MAX_ELEMENTS_SENT) throw tooMuch(`has more than ${MAX_ELEMENTS_SENT} elements`);
  }

  // A value of the user's, which is checked with all others at the end.
  #travelling<T>(value: T, what: string): T {
    this.#values.push([what, value]);
    return value;
  }

  // All at once, because the limit of elements holds for all; one by one to say which is at fault.
  #checkValues(): void {
    const values = this.#values;
    if (values.length === 0) return;
    try {
      this.#serializer.check(
        values.map(([, value]) => value),
        "canvas",
      );
    } catch (error) {
      for (const [what, value] of values) this.#serializer.check(value, what);
      throw error;
    }
  }
}

function isSimple(value: unknown): boolean {
  return (
    value === null ||
    typeof value === "string" ||
    typeof value === "boolean" ||
    (typeof value === "number" && Number.isFinite(value))
  );
}

function isSamePlace(one: GroupPlace | null, other: GroupPlace | null): boolean {
  return one?.id === other?.id && one?.index === other?.index;
}

function hasKeys(value: object): boolean {
  for (const _key in value) return true;
  return false;
}

function tooMuch(what: string): SerializationError {
  return new SerializationError(`the canvas cannot be sent in one message: it ${what}; send it in parts`);
}
