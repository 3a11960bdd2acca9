// How large a canvas may be. It is measured before anything goes down into it: when it is composed, for a small one that is
// used twice in each of sixty larger ones is too large for anything, and when it is compiled, with what was produced since.

import { InvalidCanvasError } from "../model/errors.ts";
import { MAX_FLOW_DEPTH, MAX_FLOW_NODES } from "../model/flow.ts";
import { listedMembers } from "./compile-parts.ts";
import { bodyOf, headerOf, membersOf, stepsOf } from "./containers.ts";
import { LazyMembers } from "./lazy-members.ts";
import type { SignatureData } from "./signature-data.ts";

/** @throws {InvalidCanvasError} it is too large or too deep. */
export function checkSize(data: SignatureData): void {
  const left: (readonly [SignatureData, number])[] = [[data, 1]];
  let nodes = 0;
  for (let next = left.pop(); next; next = left.pop()) {
    const [signature, depth] = next;
    if (++nodes > MAX_FLOW_NODES) throw tooLarge();
    if (depth > MAX_FLOW_DEPTH) throw tooDeep();
    const { link = [], linkError = [] } = signature.options;
    for (const parts of [link, linkError, partsOf(signature)]) for (const part of parts) left.push([part, depth + 1]);
  }
}

/** The canvas, if it is not too large. @throws {InvalidCanvasError} it is too large or too deep. */
export function sized(data: SignatureData): SignatureData {
  checkSize(data);
  return data;
}

export function tooLarge(): InvalidCanvasError {
  return new InvalidCanvasError(
    `the canvas has more than ${MAX_FLOW_NODES} tasks and groups, callbacks and errbacks included; send it in parts`,
  );
}

function tooDeep(): InvalidCanvasError {
  return new InvalidCanvasError(
    `the canvas is nested deeper than ${MAX_FLOW_DEPTH} levels; write chains in a row instead of one in the other`,
  );
}

function partsOf(data: SignatureData): readonly SignatureData[] {
  switch (data.subtaskType) {
    case "chain":
      return stepsOf(data);
    case "group":
      return knownMembers(data);
    case "chord": {
      const body = bodyOf(data);
      return [...knownMembers(headerOf(data)), ...(body ? [body] : [])];
    }
    default:
      return [];
  }
}

// Members that are produced while they are sent are measured then.
function knownMembers(group: SignatureData): readonly SignatureData[] {
  return membersOf(group) instanceof LazyMembers ? [] : listedMembers(group);
}
