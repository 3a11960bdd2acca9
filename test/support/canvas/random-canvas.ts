// Random canvases: plain trees of all primitives, to depth 5, with members that fail or are ignored; and the signatures they are.

import { type AnySignature, chain, chord, group } from "@troupe/core";
import fc from "fast-check";
import type { RandomTasks } from "./random-tasks.ts";

/** A canvas as a plain tree. */
export type Plan =
  | { readonly kind: "tag" | "failing" | "ignoring"; readonly immutable: boolean }
  | { readonly kind: "map" | "starmap" | "chunks"; readonly size: number }
  | { readonly kind: "group" | "chain" | "pipe"; readonly parts: readonly Plan[] }
  | { readonly kind: "chord"; readonly header: readonly Plan[]; readonly body: Plan };

/** Labels of tasks, in the order in which the tree is walked: no two of a test have the same. */
export type Labels = () => string;

const DEPTH = 5;
const CHUNK = 2;

/** Labels that begin with a text. */
export function labelsOf(prefix: string): Labels {
  let count = 0;
  return () => `${prefix}-${++count}`;
}

/** Random canvases of several parts. */
export function plans(): fc.Arbitrary<Plan> {
  const { canvas } = fc.letrec<{ canvas: Plan; part: Plan }>((tie) => {
    const part = tie("part");
    const size = fc.integer({ min: 1, max: 3 });
    const header = fc.array(part, { minLength: 1, maxLength: 3 });
    const parts = fc.array(part, { minLength: 2, maxLength: 3 });
    const kind = <const K extends string>(...kinds: K[]) => fc.constantFrom(...kinds);
    return {
      part: fc.oneof(
        { maxDepth: DEPTH - 1, depthSize: "large" },
        { weight: 24, arbitrary: fc.record({ kind: kind("tag"), immutable: fc.boolean() }) },
        { weight: 1, arbitrary: fc.record({ kind: kind("failing", "ignoring"), immutable: fc.boolean() }) },
        { weight: 3, arbitrary: fc.record({ kind: kind("map", "starmap", "chunks"), size }) },
        { weight: 24, arbitrary: tie("canvas") },
      ),
      canvas: fc.oneof(
        { weight: 2, arbitrary: fc.record({ kind: kind("group", "chain", "pipe"), parts }) },
        { weight: 1, arbitrary: fc.record({ kind: kind("chord"), header, body: part }) },
      ),
    };
  });
  return canvas;
}

/** The argument lists of the calls that a `map`, a `starmap` or chunks make, by chunk. */
export function callsOf(plan: Extract<Plan, { readonly size: number }>, label: Labels): string[][][] {
  const calls = Array.from({ length: plan.size }, () => (plan.kind === "starmap" ? ["item", label()] : [label()]));
  if (plan.kind !== "chunks") return [calls];
  return Array.from({ length: Math.ceil(calls.length / CHUNK) }, (_, i) => calls.slice(i * CHUNK, (i + 1) * CHUNK));
}

/** The signature of a plan. */
export function signatureOf(plan: Plan, tasks: RandomTasks, label: Labels): AnySignature {
  const built = (parts: readonly Plan[]): AnySignature[] => parts.map((part) => signatureOf(part, tasks, label));
  switch (plan.kind) {
    case "map":
      return tasks.tag.map(callsOf(plan, label).flat(2));
    case "starmap":
      return tasks.tag.starmap(callsOf(plan, label).flat());
    case "chunks":
      return tasks.tag.chunks(callsOf(plan, label).flat(), CHUNK);
    case "group":
      return group(built(plan.parts));
    case "chain":
      return chain(built(plan.parts));
    case "pipe":
      return built(plan.parts).reduce((before, next) => before.pipe(next));
    case "chord":
      return chord(built(plan.header), signatureOf(plan.body, tasks, label));
    default:
      return plan.immutable ? tasks[plan.kind].si(label()) : tasks[plan.kind].s(label());
  }
}
