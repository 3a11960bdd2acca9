// A pure model of canvases: what one gives for what comes in, how it fails, and which of its tasks run (spec §1 and §10).

import { callsOf, type Labels, type Plan } from "./random-canvas.ts";
import { tagOf } from "./random-tasks.ts";

/** How a canvas ends: in one task, or in the members of a group. */
export type End = OneEnd | { readonly members: readonly End[] };

type OneEnd =
  | { readonly state: "SUCCESS"; readonly value: unknown }
  | { readonly state: "IGNORED" }
  | {
      readonly state: "FAILURE";
      /** A header's failure, not the task's own. */
      readonly isChord: boolean;
      /** Labels of the tasks of which one failed first, in time; of one that was ignored, null. */
      readonly culprits: readonly (string | null)[];
    };

/** What comes in: nothing, or one value. */
export type Incoming = readonly [] | readonly [value: unknown];

/** Runs plans as the specification says; collects the labels of what runs. */
export class CanvasModel {
  readonly ran: string[] = [];
  readonly #label: Labels;

  constructor(label: Labels) {
    this.#label = label;
  }

  end(plan: Plan, input: Incoming): End {
    return this.#end(plan, { input });
  }

  // A step after one that did not succeed ends as that one; it is walked all the same, for its labels and its shape.
  #end(plan: Plan, from: From): End {
    switch (plan.kind) {
      case "map":
      case "starmap":
        return this.#calls(callsOf(plan, this.#label)[0] ?? [], from);
      case "chunks":
        return { members: callsOf(plan, this.#label).map((chunk) => this.#calls(chunk, from)) };
      case "group":
        return { members: this.#members(plan.parts, from) };
      case "chain":
      case "pipe":
        return this.#steps(plan.parts, from);
      case "chord": {
        const header = settled({ members: this.#members(plan.header, from) });
        return this.#end(plan.body, header);
      }
      default:
        return this.#task(plan, from);
    }
  }

  // Groups within a group are spliced, and chunks are groups.
  #members(parts: readonly Plan[], from: From): End[] {
    return parts.flatMap((part) => {
      const end = this.#end(part, from);
      return "members" in end && (part.kind === "group" || part.kind === "chunks") ? end.members : [end];
    });
  }

  #steps(parts: readonly Plan[], from: From): End {
    const [first, ...rest] = parts;
    if (!first) throw new TypeError("a chain has steps");
    const end = this.#end(first, from);
    return rest.length === 0 ? end : this.#steps(rest, settled(end));
  }

  #calls(calls: readonly (readonly string[])[], from: From): OneEnd {
    if (!("input" in from)) return from;
    this.ran.push(...calls.map((call) => call.at(-1) ?? ""));
    return { state: "SUCCESS", value: calls.map(tagOf) };
  }

  #task({ kind, immutable }: Extract<Plan, { readonly immutable: boolean }>, from: From): OneEnd {
    const label = this.#label();
    if (!("input" in from)) return from;
    this.ran.push(label);
    if (kind === "failing") return { state: "FAILURE", isChord: false, culprits: [label] };
    if (kind === "ignoring") return { state: "IGNORED" };
    return { state: "SUCCESS", value: tagOf(immutable ? [label] : [...from.input, label]) };
  }
}

/** What a step begins with: what comes in, or how the step before it ended without success. */
type From = { readonly input: Incoming } | Exclude<OneEnd, { readonly state: "SUCCESS" }>;

// What follows from an end: the next step's input, or its end. A group with a member that did not succeed fails what follows.
function settled(end: End): From {
  if (!("members" in end)) return end.state === "SUCCESS" ? { input: [end.value] } : end;
  const culprits = culpritsOf(end);
  return culprits.length > 0 ? { state: "FAILURE", isChord: true, culprits } : { input: [valueOf(end)] };
}

/** Labels of what did not succeed; null for what was ignored. */
export function culpritsOf(end: End): (string | null)[] {
  if ("members" in end) return end.members.flatMap(culpritsOf);
  if (end.state === "FAILURE") return [...end.culprits];
  return end.state === "IGNORED" ? [null] : [];
}

/** Whether `get` rejects. */
export function isFailure(end: End): boolean {
  return "members" in end ? end.members.some(isFailure) : end.state === "FAILURE";
}

/** What `get` gives, unless it rejects: null for what was ignored. */
export function valueOf(end: End): unknown {
  if ("members" in end) return end.members.map(valueOf);
  return end.state === "SUCCESS" ? end.value : null;
}
