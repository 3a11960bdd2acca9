// Messages to durable actors, to bytes and back. Defaults are left out, unknown fields ignored.

import type {
  ActorMessage,
  AddMessage,
  CompletionMessage,
  MemberEnd,
  PlanMessage,
  SealMessage,
} from "../model/actor-message.ts";
import { type ActorAddress, MAX_FLOW_NODES, type MemberOutcome } from "../model/flow.ts";
import { isTaskId } from "../model/names.ts";
import { MESSAGE_VERSION } from "../model/task-message.ts";
import { openEnvelope } from "./envelope.ts";
import {
  addressFromWire,
  errbacksFromWire,
  flowFromWire,
  flowsFromWire,
  memberFromWire,
  membershipFromWire,
  wireOfAddress,
  wireOfErrbacks,
  wireOfFlow,
  wireOfFlows,
  wireOfMembership,
} from "./flow-codec.ts";
import { type Fields, field, fieldsOf, integerField, mapField, namedField, wrong } from "./read-fields.ts";
import type { Serializer } from "./serializer.ts";
import { failureField } from "./task-record-codec.ts";

const MAX_NESTING = 1_000;

/**
 * Bytes of a message.
 *
 * @throws {SerializationError} a value or an argument cannot travel; says where.
 */
export function encodeActorMessage(message: ActorMessage, serializer: Serializer): Uint8Array {
  const head = { v: MESSAGE_VERSION, type: message.type, actor: wireOfAddress(message.actor) };
  switch (message.type) {
    case "plan":
      return serializer.encode({ ...head, ...wireOfPlan(message, serializer) });
    case "seal":
      return serializer.encode({ ...head, size: message.size });
    case "add":
      return serializer.encode({ ...head, member: message.member });
    case "c":
      return serializer.encode({ ...head, ends: message.ends.map((end) => wireOfEnd(end, serializer)) });
  }
}

function wireOfPlan(plan: PlanMessage, serializer: Serializer): Readonly<Record<string, unknown>> {
  const { size, resultId, next, link, linkError, memberOf, rootId, parentId, reply, origin, nesting } = plan;
  return {
    resultId,
    rootId,
    origin,
    ...(size !== null && { size }),
    ...(next.length > 0 && { next: wireOfFlow(next, serializer) }),
    ...(link.length > 0 && { link: wireOfFlows(link, serializer) }),
    ...(linkError.length > 0 && { linkError: wireOfErrbacks(linkError, serializer) }),
    ...(memberOf !== null && { memberOf: wireOfMembership(memberOf) }),
    ...(parentId !== null && { parentId }),
    ...(reply !== null && { reply }),
    ...(nesting > 0 && { nesting }),
  };
}

// Written out: there is one for every member.
function wireOfEnd({ member, taskId, outcome }: MemberEnd, serializer: Serializer): unknown {
  const { state } = outcome;
  if (state !== "SUCCESS")
    return outcome.error === null ? { member, taskId, state } : { member, taskId, state, error: outcome.error };
  serializer.check(outcome.value, "result");
  return { member, taskId, state, value: outcome.value };
}

/**
 * Message of some bytes.
 *
 * @throws {SerializationError} the bytes cannot be decoded.
 * @throws {InvalidMessageError} they are no message to an actor; names the field.
 */
export function decodeActorMessage(bytes: Uint8Array): ActorMessage {
  const fields = openEnvelope(bytes, "message");
  const actor = addressFromWire(field(fields, "actor"), "actor");
  const type = field(fields, "type");
  switch (type) {
    case "plan":
      return planFrom(fields, actor);
    case "seal":
      return sealFrom(fields, actor);
    case "add":
      return addFrom(fields, actor);
    case "c":
      return completionFrom(fields, actor);
    default:
      throw wrong("type", type, "one of those an actor knows");
  }
}

function planFrom(fields: Fields, actor: ActorAddress): PlanMessage {
  const origin = field(fields, "origin");
  if (origin !== "client" && origin !== "settle") throw wrong("origin", origin, '"client" or "settle"');
  return {
    type: "plan",
    actor,
    size: field(fields, "size") === undefined ? null : integerField(fields, "size", MAX_FLOW_NODES),
    resultId: namedField(fields, "resultId", isTaskId),
    next: flowFromWire(field(fields, "next"), "next"),
    link: flowsFromWire(field(fields, "link"), "link"),
    linkError: errbacksFromWire(field(fields, "linkError"), "linkError"),
    memberOf:
      field(fields, "memberOf") === undefined ? null : membershipFromWire(field(fields, "memberOf"), "memberOf"),
    rootId: namedField(fields, "rootId", isTaskId),
    parentId: idOrNull(fields, "parentId"),
    reply: idOrNull(fields, "reply"),
    origin,
    nesting: integerField(fields, "nesting", MAX_NESTING),
  };
}

function sealFrom(fields: Fields, actor: ActorAddress): SealMessage {
  if (field(fields, "size") === undefined) throw wrong("size", undefined, "a number of members");
  return { type: "seal", actor, size: integerField(fields, "size", Number.MAX_SAFE_INTEGER) };
}

function addFrom(fields: Fields, actor: ActorAddress): AddMessage {
  return { type: "add", actor, member: namedField(fields, "member", isTaskId) };
}

function completionFrom(fields: Fields, actor: ActorAddress): CompletionMessage {
  const ends = field(fields, "ends");
  if (!Array.isArray(ends) || ends.length === 0) throw wrong("ends", ends, "a list of members' ends");
  return { type: "c", actor, ends: ends.map(endFrom) };
}

function endFrom(value: unknown): MemberEnd {
  const fields = fieldsOf(value);
  const member = memberFromWire(field(fields, "member"), "member");
  return { member, taskId: namedField(fields, "taskId", isTaskId), outcome: outcomeFrom(fields) };
}

function outcomeFrom(fields: Fields): MemberOutcome {
  const state = field(fields, "state");
  switch (state) {
    case "SUCCESS":
      return { state, value: field(fields, "value") ?? null };
    case "FAILURE":
    case "REVOKED":
    case "REJECTED":
    case "IGNORED":
      return { state, error: field(fields, "error") === undefined ? null : failureField(mapField(fields, "error")) };
    default:
      throw wrong("state", state, "a final state");
  }
}

function idOrNull(fields: Fields, name: string): string | null {
  return field(fields, name) === undefined ? null : namedField(fields, name, isTaskId);
}
