// Reads flows from the tables that travel (`flow-codec.ts`). Whatever the tables hold, it ends with a flow or an error that names the field.

import type { InvalidMessageError } from "../model/errors.ts";
import {
  type Barrier,
  type Errback,
  type Flow,
  type GroupPlace,
  type GroupStep,
  MAX_FLOW_DEPTH,
  MAX_FLOW_NODES,
  type Step,
  type StepOptions,
  type TaskStep,
} from "../model/flow.ts";
import { NO_KEYWORDS } from "../model/kw.ts";
import { isQueueName, isTaskId, isTaskName } from "../model/names.ts";
import { isPlainObject } from "../model/option-rules.ts";
import { MAX_GEN, MAX_PRIORITY, MAX_REPR, MAX_SHADOW } from "../model/task-message.ts";
import { type Fields, field, flagField, integerField, mapField, textField, timeField, wrong } from "./read-fields.ts";

/** What travels: callees, flows, and what errbacks get. */
export type WireFlows = readonly [callees: readonly unknown[], flows: readonly unknown[], gets?: unknown];

type Callee = Pick<TaskStep, "name" | "queue" | "immutable" | "each">;
type Follow = Pick<TaskStep, "link" | "linkError">;

const MAX_SHARD = 65_535;
const NO_STEP_OPTIONS: StepOptions = Object.freeze({});
const NO_FOLLOW: Follow = Object.freeze({ link: [], linkError: [] });

/** Reads flows, one after the other. */
export class FlowReader {
  readonly #what: string;
  readonly #callees: readonly Callee[];
  readonly #flows: readonly unknown[];
  #next = 0;
  #nodes = 0;
  #depth = 0;

  /** @param what - Name of the field that holds them, for errors. */
  constructor([callees, flows]: WireFlows, what: string) {
    this.#what = what;
    this.#callees = callees.map((callee) => this.#calleeFrom(callee));
    this.#flows = flows;
  }

  /** @param place - That of its last task, unless it has another one. */
  read(place: GroupPlace | null): Flow {
    if (++this.#depth > MAX_FLOW_DEPTH) throw this.#wrong("depth", this.#depth, `at most ${MAX_FLOW_DEPTH}`);
    const wire = this.#flows[this.#next++];
    if (!Array.isArray(wire)) throw this.#wrong("flows", wire, "a list of steps");
    this.#nodes += wire.length;
    if (this.#nodes > MAX_FLOW_NODES) throw this.#wrong("steps", this.#nodes, `at most ${MAX_FLOW_NODES}`);
    const last = wire.length - 1;
    const flow = wire.map((step: unknown, at): Step => this.#step(step, at === last ? place : null));
    this.#depth--;
    return flow;
  }

  /** All that are left. */
  readAll(): readonly Flow[] {
    const flows: Flow[] = [];
    while (this.#next < this.#flows.length) flows.push(this.#inner(null));
    return flows;
  }

  readErrbacks(gets: unknown): readonly Errback[] {
    if (!Array.isArray(gets)) throw this.#wrong("linkError", gets, "a list of what errbacks get");
    return gets.map((one: unknown): Errback => {
      if (one === "id" || one === "details") return { gets: one, flow: this.#inner(null) };
      throw this.#wrong("linkError", one, '"id" or "details"');
    });
  }

  /** Everything is read. */
  end(): void {
    if (this.#next !== this.#flows.length) throw this.#wrong("flows", this.#flows.length, `${this.#next} flows`);
  }

  // Nothing would tell that a member without steps has come to its end.
  #inner(place: GroupPlace | null): Flow {
    const flow = this.read(place);
    if (flow.length > 0) return flow;
    throw this.#wrong("flows", "[]", "a flow with steps");
  }

  #step(wire: unknown, place: GroupPlace | null): Step {
    if (isPlainObject(wire)) return this.#group(wire);
    if (!Array.isArray(wire)) throw this.#wrong("step", wire, "a task or a group");
    const step: readonly unknown[] = wire;
    const [id, index, args = [], extra] = step;
    const callee = typeof index === "number" ? this.#callees[index] : undefined;
    if (!callee) throw this.#wrong("callee", index, "one of the callees");
    if (!isTaskId(id)) throw this.#wrong("id", id, "a valid id");
    if (!Array.isArray(args)) throw this.#wrong("args", args, "a list");
    if (extra === undefined) return taskOf(id, callee, args, place);
    if (!isPlainObject(extra)) throw this.#wrong("step", extra, "an object");
    return this.#extended(taskOf(id, callee, args, place), extra);
  }

  #extended(task: TaskStep, extra: Fields): TaskStep {
    const { group } = extra;
    return {
      ...task,
      ...(field(extra, "gen") !== undefined && { gen: integerField(extra, "gen", MAX_GEN) }),
      ...(field(extra, "chosen") !== undefined && { chosen: flagField(extra, "chosen") }),
      kwargs: mapField(extra, "kwargs"),
      group: field(extra, "group") === undefined ? task.group : this.#placeFrom(group),
      options: field(extra, "options") === undefined ? NO_STEP_OPTIONS : this.#optionsFrom(mapField(extra, "options")),
      ...this.#follow(extra),
    };
  }

  #group(wire: Fields): GroupStep {
    const id = this.#idIn(wire, "id");
    const count = integerField(wire, "members", MAX_FLOW_NODES);
    const members: Flow[] = [];
    for (let index = 0; index < count; index++) members.push(this.#inner({ id, index }));
    const barrier = field(wire, "resultId") === undefined ? null : this.#barrier(wire, id);
    return { kind: "group", id, members, barrier };
  }

  #barrier(wire: Fields, groupId: string): Barrier {
    const id = field(wire, "actor") === undefined ? groupId : this.#idIn(wire, "actor");
    const actor = { shard: integerField(wire, "shard", MAX_SHARD), id };
    return { actor, resultId: this.#idIn(wire, "resultId"), ...this.#follow(wire) };
  }

  #follow(wire: Fields): Follow {
    const count = integerField(wire, "link", MAX_FLOW_NODES);
    const gets = field(wire, "linkError");
    if (count === 0 && gets === undefined) return NO_FOLLOW;
    const link: Flow[] = [];
    for (let at = 0; at < count; at++) link.push(this.#inner(null));
    return { link, linkError: gets === undefined ? [] : this.readErrbacks(gets) };
  }

  #calleeFrom(wire: unknown): Callee {
    const callee: readonly unknown[] = Array.isArray(wire) ? wire : [];
    const [name, queue, immutable = false, each = "once"] = callee;
    if (!isTaskName(name)) throw this.#wrong("name", name, "a valid name");
    if (!isQueueName(queue)) throw this.#wrong("queue", queue, "a valid queue");
    if (typeof immutable !== "boolean") throw this.#wrong("immutable", immutable, "true or false");
    if (each === "once" || each === "item" || each === "tuple") return { name, queue, immutable, each };
    throw this.#wrong("each", each, '"once", "item" or "tuple"');
  }

  #placeFrom(wire: unknown): GroupPlace | null {
    if (wire === false) return null;
    const [id, index]: readonly unknown[] = Array.isArray(wire) ? wire : [];
    if (isTaskId(id) && isCount(index, Number.MAX_SAFE_INTEGER)) return { id, index };
    throw this.#wrong("group", wire, "a place in a group");
  }

  #optionsFrom(wire: Fields): StepOptions {
    const serializer = field(wire, "serializer");
    if (serializer !== undefined && serializer !== "msgpack" && serializer !== "json")
      throw this.#wrong("serializer", serializer, '"msgpack" or "json"');
    return {
      ...timesFrom(wire),
      ...timeLimitsFrom(wire),
      ...(has(wire, "priority") && { priority: integerField(wire, "priority", MAX_PRIORITY) }),
      ...(has(wire, "ignoreResult") && { ignoreResult: flagField(wire, "ignoreResult") }),
      ...(has(wire, "atMostOnce") && { atMostOnce: flagField(wire, "atMostOnce") }),
      ...(serializer !== undefined && { serializer }),
      ...(has(wire, "headers") && { headers: mapField(wire, "headers") }),
      ...(has(wire, "stamps") && { stamps: mapField(wire, "stamps") }),
      ...textsFrom(wire),
    };
  }

  #idIn(wire: Fields, name: string): string {
    const id = field(wire, name);
    if (isTaskId(id)) return id;
    throw this.#wrong(name, id, "a valid id");
  }

  #wrong(name: string, value: unknown, wanted: string): InvalidMessageError {
    return wrong(`${this.#what}.${name}`, value, wanted);
  }
}

/** Whether a value is an integer from 0 to `max`. */
export function isCount(value: unknown, max: number): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= max;
}

function taskOf(id: string, callee: Callee, args: readonly unknown[], group: GroupPlace | null): TaskStep {
  const { name, queue, immutable, each } = callee;
  return {
    kind: "task",
    id,
    name,
    args,
    kwargs: NO_KEYWORDS,
    immutable,
    queue,
    each,
    group,
    options: NO_STEP_OPTIONS,
    ...NO_FOLLOW,
  };
}

function has(wire: Fields, name: keyof StepOptions): boolean {
  return field(wire, name) !== undefined;
}

function timesFrom(wire: Fields): StepOptions {
  return {
    ...(has(wire, "countdownMs") && { countdownMs: timeField(wire, "countdownMs") ?? 0 }),
    ...(has(wire, "eta") && { eta: timeField(wire, "eta") ?? 0 }),
    ...(has(wire, "expiresMs") && { expiresMs: timeField(wire, "expiresMs") ?? 0 }),
    ...(has(wire, "expires") && { expires: timeField(wire, "expires") ?? 0 }),
  };
}

function timeLimitsFrom(wire: Fields): StepOptions {
  return {
    ...(has(wire, "timeLimitMs") && { timeLimitMs: timeField(wire, "timeLimitMs") ?? 0 }),
    ...(has(wire, "softTimeLimitMs") && { softTimeLimitMs: timeField(wire, "softTimeLimitMs") ?? 0 }),
  };
}

function textsFrom(wire: Fields): StepOptions {
  return {
    ...(has(wire, "shadow") && { shadow: textField(wire, "shadow", MAX_SHADOW) ?? "" }),
    ...(has(wire, "argsrepr") && { argsrepr: textField(wire, "argsrepr", MAX_REPR) ?? "" }),
    ...(has(wire, "kwargsrepr") && { kwargsrepr: textField(wire, "kwargsrepr", MAX_REPR) ?? "" }),
  };
}
