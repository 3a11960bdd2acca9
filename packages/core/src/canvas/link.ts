// Callbacks and error callbacks of a signature, and its options: where they go in chains, groups and chords.

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
  withSteps,
} from "./containers.ts";
import { mergedOptions, placed } from "./place-options.ts";
import type { SignatureData, SignatureOptions } from "./signature-data.ts";

/** Options that `set` takes. */
export interface SetOptions extends SignatureOptions {
  /** What comes in is ignored. */
  readonly immutable?: boolean | undefined;
}

/** How error callbacks are linked. */
export interface LinkErrorOptions {
  /** To the members of chords' headers too, not to the bodies only. @default false */
  readonly onHeader?: boolean;
}

/**
 * With a callback, which gets the value: of a chain's last step, a chord's body, or the list of a group's values.
 * One that is linked already is not linked again.
 *
 * @throws {InvalidCanvasError} it is an empty chain.
 */
export function withLink(data: SignatureData, callback: SignatureData): SignatureData {
  return placed(data, { link: [callback] });
}

/** With an error callback: on every step of a chain, every member of a group, the body of a chord. */
export function withLinkError(
  data: SignatureData,
  errback: SignatureData,
  { onHeader = false }: LinkErrorOptions = {},
): SignatureData {
  const linked = (part: SignatureData): SignatureData => withLinkError(part, errback, { onHeader });
  switch (data.subtaskType) {
    case "chain":
      return withSteps(data, stepsOf(data).map(linked));
    case "group":
      return withMembers(data, mapMembers(membersOf(data), linked));
    case "chord": {
      const chord = onHeader ? withHeader(data, linked(headerOf(data))) : data;
      const body = bodyOf(data);
      return body ? withBody(chord, linked(body)) : linkedItself(chord, errback);
    }
    default:
      return linkedItself(data, errback);
  }
}

/**
 * With options changed; links are added. The options of a canvas go to its tasks.
 *
 * @throws {InvalidCanvasError} it is an empty chain.
 */
export function withOptions(data: SignatureData, options: SetOptions, links: LinkErrorOptions = {}): SignatureData {
  const { immutable, linkError, ...others } = options;
  const changed = immutable === undefined || immutable === null ? data : withImmutable(data, immutable);
  return (linkError ?? []).reduce((linked, errback) => withLinkError(linked, errback, links), placed(changed, others));
}

/** The signature, its callbacks and error callbacks, and theirs. */
export function flattenLinks(data: SignatureData): readonly SignatureData[] {
  const { link = [], linkError = [] } = exitOf(data).options;
  return [data, ...[...link, ...linkError].flatMap(flattenLinks)];
}

// A map ignores what comes in by its nature; a group or chord does when all that starts does.
function withImmutable(data: SignatureData, immutable: boolean): SignatureData {
  const change = (part: SignatureData): SignatureData => withImmutable(part, immutable);
  switch (data.subtaskType) {
    case "":
    case "errback":
      return { ...data, immutable };
    case "chain":
      return { ...withStep(data, "first", change), immutable };
    case "group":
      return { ...withMembers(data, mapMembers(membersOf(data), change)), immutable };
    case "chord":
      return { ...withHeader(data, change(headerOf(data))), immutable };
    default:
      return data;
  }
}

// The part that holds the callbacks.
function exitOf(data: SignatureData): SignatureData {
  const exit = data.subtaskType === "chain" ? stepsOf(data).at(-1) : data.subtaskType === "chord" ? bodyOf(data) : null;
  return exit ? exitOf(exit) : data;
}

function linkedItself(data: SignatureData, errback: SignatureData): SignatureData {
  return { ...data, options: mergedOptions(data.options, { linkError: [errback] }) };
}
