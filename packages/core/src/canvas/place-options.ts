// Where options go: to the tasks that they act on. Each goes with one of three ways through chains, groups and chords: to what
// starts, to the exit, or to what runs.

import { InvalidCanvasError } from "../model/errors.ts";
import {
  bodyOf,
  headerOf,
  mapMembers,
  membersOf,
  stepsOf,
  withBody,
  withHeader,
  withMembers,
  withStep,
} from "./containers.ts";
import { equals } from "./equals.ts";
import type { SignatureData, SignatureOptions } from "./signature-data.ts";

const WAYS = ["start", "exit", "run"] as const;
type Way = (typeof WAYS)[number];

const WAY_OF = new Map<string, Way>([
  ["countdown", "start"],
  ["eta", "start"],
  ["taskId", "exit"],
  ["groupId", "exit"],
  ["groupIndex", "exit"],
  ["link", "exit"],
]);

/**
 * With options added; they win over those that are there, links are added to them. A group id and stamps that are there stay.
 * `linkError` has ways of its own, see `withLinkError`.
 *
 * | | task | chain | group | chord |
 * | --- | --- | --- | --- | --- |
 * | countdown, eta | itself | first step | members | header |
 * | id, link, group id | itself | last step | the group | body |
 * | others | itself | first step | members | header and body |
 *
 * @throws {InvalidCanvasError} it is an empty chain.
 */
export function placed(data: SignatureData, options: SignatureOptions): SignatureData {
  const given = Object.entries(givenOptions(options));
  return WAYS.reduce((changed, way) => {
    const going = given.filter(([name]) => (WAY_OF.get(name) ?? "run") === way);
    return going.length > 0 ? place(changed, Object.fromEntries(going), way) : changed;
  }, data);
}

/** Options that are given: those that are undefined or null are not. */
export function givenOptions(options: SignatureOptions): SignatureOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined && value !== null));
}

/** Options of one task with others, which win. */
export function mergedOptions(own: SignatureOptions, more: SignatureOptions): SignatureOptions {
  const fixed = new Set([...(own.stampedHeaders ?? []), ...(own.groupId ? ["groupId", "groupIndex"] : [])]);
  const others = Object.entries(more).filter(([name]) => !fixed.has(name));
  const names = union(own.stampedHeaders, more.stampedHeaders, Object.is);
  const link = union(own.link, more.link, equals);
  const linkError = union(own.linkError, more.linkError, equals);
  return {
    ...own,
    ...Object.fromEntries(others),
    ...(names && { stampedHeaders: names }),
    ...(link && { link }),
    ...(linkError && { linkError }),
  };
}

function place(data: SignatureData, options: SignatureOptions, way: Way): SignatureData {
  switch (data.subtaskType) {
    case "chain":
      return placeInChain(data, options, way);
    case "group":
      return way === "exit" ? withOwn(data, options) : placeInMembers(data, options, way);
    case "chord":
      return placeInChord(data, options, way);
    default:
      return withOwn(data, options);
  }
}

function placeInChain(chain: SignatureData, options: SignatureOptions, way: Way): SignatureData {
  if (stepsOf(chain).length === 0) throw new InvalidCanvasError("an empty chain has no options; give it a step first");
  if (way !== "exit") return withStep(chain, "first", (step) => place(step, options, way));
  return withIdOf(
    options,
    withStep(chain, "last", (step) => place(step, options, way)),
  );
}

function placeInMembers(group: SignatureData, options: SignatureOptions, way: Way): SignatureData {
  return withMembers(
    group,
    mapMembers(membersOf(group), (member) => place(member, options, way)),
  );
}

function placeInChord(chord: SignatureData, options: SignatureOptions, way: Way): SignatureData {
  const started = way === "exit" ? chord : withHeader(chord, placeInMembers(headerOf(chord), options, way));
  if (way === "start") return started;
  const body = bodyOf(chord);
  return body ? withIdOf(options, withBody(started, place(body, options, way))) : withOwn(started, options);
}

// A chain or chord that was given an id can tell it.
function withIdOf({ taskId }: SignatureOptions, data: SignatureData): SignatureData {
  return taskId === undefined ? data : withOwn(data, { taskId });
}

function withOwn(data: SignatureData, options: SignatureOptions): SignatureData {
  return { ...data, options: mergedOptions(data.options, options) };
}

function union<T>(
  one: readonly T[] | undefined,
  other: readonly T[] | undefined,
  same: (a: T, b: T) => boolean,
): readonly T[] | undefined {
  if (one === undefined && other === undefined) return undefined;
  const all = [...(one ?? []), ...(other ?? [])];
  return all.filter((item, at) => all.findIndex((earlier) => same(earlier, item)) === at);
}
