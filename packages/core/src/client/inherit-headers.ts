// Headers that calls made inside a task, and what follows from it, inherit: those that the application names. A header of the
// call's own wins.

import type { Barrier, Errback, Flow, Step } from "../model/flow.ts";

type Headers = Readonly<Record<string, unknown>>;

/** Those of a running task's headers that are inherited; null when there are none. */
export function inheritedHeaders(from: Headers | undefined, names: readonly string[]): Headers | null {
  if (!from || names.length === 0) return null;
  const inherited = names.filter((name) => Object.hasOwn(from, name)).map((name) => [name, from[name]]);
  return inherited.length > 0 ? Object.fromEntries(inherited) : null;
}

/** A flow each of whose tasks, callbacks and errbacks included, inherits headers. */
export function withInherited(flow: Flow, headers: Headers | null): Flow {
  return headers === null ? flow : flow.map((step) => stepWith(step, headers));
}

/** The same of errbacks. */
export function errbacksWith(errbacks: readonly Errback[], headers: Headers | null): readonly Errback[] {
  return errbacks.map(({ gets, flow }) => ({ gets, flow: withInherited(flow, headers) }));
}

function stepWith(step: Step, headers: Headers): Step {
  if (step.kind === "group") {
    const members = step.members.map((member) => withInherited(member, headers));
    return { ...step, members, barrier: step.barrier && { ...step.barrier, ...linksWith(step.barrier, headers) } };
  }
  const options = { ...step.options, headers: { ...headers, ...step.options.headers } };
  return { ...step, options, ...linksWith(step, headers) };
}

function linksWith(
  { link, linkError }: Pick<Barrier, "link" | "linkError">,
  headers: Headers,
): Pick<Barrier, "link" | "linkError"> {
  return { link: link.map((flow) => withInherited(flow, headers)), linkError: errbacksWith(linkError, headers) };
}
