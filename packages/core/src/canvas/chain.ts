// Chains: one step after the other.

import { chainData } from "./containers.ts";
import { Composition } from "./pipe.ts";
import type { SignatureData } from "./signature-data.ts";
import { unrolled } from "./unroll.ts";

/**
 * Steps, one after the other: the same as all of them piped, but that a written group of one is its member.
 * One step alone is a chain of one.
 *
 * @throws {InvalidCanvasError} a step comes after a chord without a body.
 */
export function chainOf(steps: readonly SignatureData[]): SignatureData {
  const [first, ...others] = steps.map(unrolled);
  if (!first) return chainData([]);
  const composition = new Composition(first);
  for (const step of others) composition.add(step);
  const { whole } = composition;
  return others.length > 0 || whole.subtaskType === "chain" ? whole : chainData([whole]);
}
