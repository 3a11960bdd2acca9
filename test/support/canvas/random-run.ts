// One random canvas that is sent, and how it has to end.

import { type AnyResult, GroupResult } from "@troupe/core";
import { expect } from "vitest";
import { CanvasModel, culpritsOf, type End, type Incoming, isFailure, valueOf } from "./canvas-model.ts";
import { ExpectedException, rootCause } from "./errors.ts";
import { labelsOf, type Plan, signatureOf } from "./random-canvas.ts";
import type { RandomTasks } from "./random-tasks.ts";

const GET_TIMEOUT = "120s";

/** See the top of the file. */
export interface RandomRun {
  /** Waits for it to end, and compares. */
  readonly ends: () => Promise<void>;
  /** Whether its result, and all before and within it, have an outcome. */
  readonly isAllReady: () => Promise<boolean>;
  /** Compares what runs were noted: each once, or `again` and again. */
  readonly compareRuns: (counts: Readonly<Record<string, number>>, again?: boolean) => void;
}

/** Sends a canvas. @param name - No other one may have it. */
export async function sendRandom(plan: Plan, input: Incoming, name: string, tasks: RandomTasks): Promise<RandomRun> {
  const model = new CanvasModel(labelsOf(name));
  const end = model.end(plan, input);
  const result = await signatureOf(plan, tasks, labelsOf(name)).delay(...input);
  return {
    ends: () => compareEnd(result, end),
    isAllReady: () => isAllReady(result),
    compareRuns: (counts, again = false) => {
      const noted = Object.entries(counts).filter(([label]) => label.startsWith(`${name}-`));
      expect(noted.map(([label]) => label).toSorted()).toEqual(model.ran.toSorted());
      if (!again) expect(noted.filter(([, count]) => count !== 1)).toEqual([]);
    },
  };
}

async function compareEnd(result: AnyResult, end: End): Promise<void> {
  const outcome = await result.get({ timeout: GET_TIMEOUT }).then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if (isFailure(end)) expectCulprit("error" in outcome ? outcome.error : outcome, culpritsOf(end));
  else expect(outcome).toEqual({ value: valueOf(end) });
}

// Of several that fail, any may be the first.
function expectCulprit(error: unknown, culprits: readonly (string | null)[]): void {
  const cause = rootCause(error);
  const label = cause instanceof ExpectedException ? cause.message : null;
  expect(culprits, `culprits of ${String(error)}`).toContain(label);
}

async function isAllReady(result: AnyResult): Promise<boolean> {
  const others = [...(result.parent ? [result.parent] : []), ...(result instanceof GroupResult ? result : [])];
  for (const other of others) if (!(await isAllReady(other))) return false;
  return result.ready();
}
