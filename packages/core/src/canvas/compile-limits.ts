// How large a canvas may be. It is measured before anything goes down into it.

import { InvalidCanvasError } from "../model/errors.ts";
import { MAX_FLOW_DEPTH, MAX_FLOW_NODES } from "../model/flow.ts";
import { listedMembers } from "./compile-parts.ts";
import { bodyOf, headerOf, stepsOf } from "./containers.ts";
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
      return listedMembers(data);
    case "chord": {
      const body = bodyOf(data);
      return [...listedMembers(headerOf(data)), ...(body ? [body] : [])];
    }
    default:
      return [];
  }
}
