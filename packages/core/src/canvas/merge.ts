// What is given when a signature is sent: where its arguments and options go.

import { headerOf, mapMembers, membersOf, withBody, withHeader, withMembers, withStep } from "./containers.ts";
import { type LinkErrorOptions, type SetOptions, withOptions } from "./link.ts";
import type { SignatureData } from "./signature-data.ts";

/** Options of one call. */
export interface CallTimeOptions extends SetOptions, LinkErrorOptions {
  /** Body of a chord, for this call. */
  readonly body?: SignatureData | null | undefined;
}

/**
 * A signature with what one call gives: arguments go before its own, keywords and options win over its own, links are added.
 * What is immutable takes no arguments. A group's `taskId` names the group.
 *
 * @throws {TypeError} links are given to a group, or a body to what is no chord.
 * @throws {InvalidCanvasError} it is an empty chain.
 */
export function merged(
  data: SignatureData,
  args: readonly unknown[],
  kwargs: Readonly<Record<string, unknown>>,
  { body, onHeader = false, ...options }: CallTimeOptions = {},
): SignatureData {
  const whole = body ? withNewBody(data, body) : data;
  refuseLinksOfGroup(whole, options);
  return withOptions(withArguments(whole, args, kwargs), options, { onHeader });
}

/** With arguments before those of all that starts, and keywords that win over theirs. */
export function withArguments(
  data: SignatureData,
  args: readonly unknown[],
  kwargs: Readonly<Record<string, unknown>>,
): SignatureData {
  const change = (part: SignatureData): SignatureData => withArguments(part, args, kwargs);
  if (data.immutable || (args.length === 0 && Object.keys(kwargs).length === 0)) return data;
  switch (data.subtaskType) {
    case "chain":
      return withStep(data, "first", change);
    case "group":
      return withMembers(data, mapMembers(membersOf(data), change));
    case "chord":
      return withHeader(data, change(headerOf(data)));
    default:
      return { ...data, args: [...args, ...data.args], kwargs: { ...data.kwargs, ...kwargs } };
  }
}

// What the chord was told for a body that it had not got yet goes to this one.
function withNewBody(chord: SignatureData, body: SignatureData): SignatureData {
  if (chord.subtaskType !== "chord")
    throw new TypeError("only a chord takes a body; use pipe() to go on after other canvases");
  const { taskId } = chord.options;
  return { ...withBody(chord, withOptions(body, chord.options)), options: taskId === undefined ? {} : { taskId } };
}

function refuseLinksOfGroup({ subtaskType }: SignatureData, { link, linkError }: SetOptions): void {
  if (subtaskType !== "group" && subtaskType !== "chunks") return;
  if (link)
    throw new TypeError(
      "a callback cannot be given to a group when it is sent: use group.link(callback) before, or a chord",
    );
  if (linkError)
    throw new TypeError(
      "an error callback cannot be given to a group when it is sent: use group.linkError(errback) before",
    );
}
