// Flows and what belongs to them as plain values within a message. A flow is `[callees, flows]`: the tasks that are called, each
// named once, and the steps, in lists. A list within another (members, callbacks) stands after it, so that no depth of a canvas
// nests the message. Defaults are left out. The field names are the wire format: they outlive releases, and a test pins them.

import type { ActorAddress, Errback, Flow, GroupPlace, Membership } from "../model/flow.ts";
import { isTaskId } from "../model/names.ts";
import { FlowReader, isCount, type WireFlows } from "./flow-reader.ts";
import { FlowWriter } from "./flow-writer.ts";
import { wrong } from "./read-fields.ts";
import type { Serializer } from "./serializer.ts";

const MAX_SHARD = 65_535;

/**
 * Wire form of a flow.
 *
 * @throws {SerializationError} an argument cannot travel, or it is too large or too deep to be read; says which.
 */
export function wireOfFlow(flow: Flow, serializer: Serializer): unknown {
  return wireOfFlows([flow], serializer);
}

/** Wire form of some flows, as `wireOfFlow`. */
export function wireOfFlows(flows: readonly Flow[], serializer: Serializer): unknown {
  const writer = new FlowWriter(serializer);
  for (const flow of flows) writer.write(flow, null);
  return writer.wire();
}

/** Wire form of some errbacks, as `wireOfFlow`. */
export function wireOfErrbacks(errbacks: readonly Errback[], serializer: Serializer): unknown {
  const writer = new FlowWriter(serializer);
  const gets = writer.writeErrbacks(errbacks);
  return [...writer.wire(), gets];
}

/**
 * A flow from its wire form; nothing is an empty one.
 *
 * @param what - Name of the field, for the error.
 * @throws {InvalidMessageError} it is no flow; names the field.
 */
export function flowFromWire(value: unknown, what: string): Flow {
  if (value === undefined) return [];
  const reader = new FlowReader(partsOf(value, 2, what), what);
  const flow = reader.read(null);
  reader.end();
  return flow;
}

/** Flows from their wire form, as `flowFromWire`. */
export function flowsFromWire(value: unknown, what: string): readonly Flow[] {
  if (value === undefined) return [];
  return new FlowReader(partsOf(value, 2, what), what).readAll();
}

/** Errbacks from their wire form, as `flowFromWire`. */
export function errbacksFromWire(value: unknown, what: string): readonly Errback[] {
  if (value === undefined) return [];
  const parts = partsOf(value, 3, what);
  const reader = new FlowReader(parts, what);
  const errbacks = reader.readErrbacks(parts[2]);
  reader.end();
  return errbacks;
}

export function wireOfAddress({ shard, id }: ActorAddress): unknown {
  return [shard, id];
}

/** @throws {InvalidMessageError} it is no address; names the field. */
export function addressFromWire(value: unknown, what: string): ActorAddress {
  const [shard, id] = tupleOf(value);
  if (isCount(shard, MAX_SHARD) && isTaskId(id)) return { shard, id };
  throw wrong(what, value, "the address of an actor");
}

export function wireOfMembership({ actor, member }: Membership): unknown {
  return [actor.shard, actor.id, member];
}

/** @throws {InvalidMessageError} it is no place among the members of an actor; names the field. */
export function membershipFromWire(value: unknown, what: string): Membership {
  return { actor: addressFromWire(value, what), member: memberFromWire(tupleOf(value)[2], what) };
}

/** @throws {InvalidMessageError} it names no member; names the field. */
export function memberFromWire(value: unknown, what: string): number | string {
  if (isCount(value, Number.MAX_SAFE_INTEGER) || isTaskId(value)) return value;
  throw wrong(what, value, "a member of an actor");
}

export function wireOfPlace({ id, index }: GroupPlace): unknown {
  return [id, index];
}

/** @throws {InvalidMessageError} it is no place in a group; names the field. */
export function placeFromWire(value: unknown, what: string): GroupPlace {
  const [id, index] = tupleOf(value);
  if (isTaskId(id) && isCount(index, Number.MAX_SAFE_INTEGER)) return { id, index };
  throw wrong(what, value, "a place in a group");
}

function partsOf(value: unknown, length: number, what: string): WireFlows {
  const [callees, flows, gets] = tupleOf(value);
  if (Array.isArray(callees) && Array.isArray(flows) && (length === 2 || Array.isArray(gets))) {
    return [callees, flows, gets];
  }
  throw wrong(what, value, "a part of a canvas");
}

function tupleOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
