// What a message carries of its canvas, as a plain object within the message. Defaults are left out.

import { InvalidMessageError } from "../model/errors.ts";
import { MAX_REPLACEMENTS } from "../model/flow.ts";
import { shown } from "../model/names.ts";
import type { CanvasPart } from "../model/task-message.ts";
import {
  errbacksFromWire,
  flowFromWire,
  flowsFromWire,
  membershipFromWire,
  placeFromWire,
  wireOfErrbacks,
  wireOfFlow,
  wireOfFlows,
  wireOfMembership,
  wireOfPlace,
} from "./flow-codec.ts";
import { type Fields, field, integerField, mapField } from "./read-fields.ts";
import type { Serializer } from "./serializer.ts";

/** @throws {SerializationError} an argument of a step or a stamp cannot travel; says which. */
export function wireOfCanvas(canvas: CanvasPart, serializer: Serializer): Record<string, unknown> {
  const { chain, link, linkError, memberOf, group, each, nesting, stamps } = canvas;
  const wire: Record<string, unknown> = {};
  if (chain.length > 0) wire["chain"] = wireOfFlow(chain, serializer);
  if (link.length > 0) wire["link"] = wireOfFlows(link, serializer);
  if (linkError.length > 0) wire["linkError"] = wireOfErrbacks(linkError, serializer);
  if (memberOf) wire["memberOf"] = wireOfMembership(memberOf);
  if (group) wire["group"] = wireOfPlace(group);
  if (each !== "once") wire["each"] = each;
  if (nesting > 0) wire["nesting"] = nesting;
  if (Object.keys(stamps).length > 0) {
    serializer.check(stamps, "stamps");
    wire["stamps"] = stamps;
  }
  return wire;
}

/** @throws {InvalidMessageError} a field is not what it must be; names it. */
export function canvasFromWire(fields: Fields): CanvasPart {
  const memberOf = field(fields, "memberOf");
  const group = field(fields, "group");
  return {
    chain: flowFromWire(field(fields, "chain"), "chain"),
    link: flowsFromWire(field(fields, "link"), "link"),
    linkError: errbacksFromWire(field(fields, "linkError"), "linkError"),
    memberOf: memberOf === undefined ? null : membershipFromWire(memberOf, "memberOf"),
    group: group === undefined ? null : placeFromWire(group, "group"),
    each: eachField(fields),
    nesting: integerField(fields, "nesting", MAX_REPLACEMENTS),
    stamps: mapField(fields, "stamps"),
  };
}

function eachField(fields: Fields): CanvasPart["each"] {
  const each = field(fields, "each") ?? "once";
  if (each === "once" || each === "item" || each === "tuple") return each;
  throw new InvalidMessageError(`field "each" of the message is ${shown(each)}, not "item" or "tuple"`);
}
