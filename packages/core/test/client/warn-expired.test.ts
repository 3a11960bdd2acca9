import { expect, it } from "vitest";
import { warnIfStepsExpired } from "../../src/client/warn-expired.ts";
import type { StepOptions } from "../../src/model/flow.ts";
import { taskStep } from "../support/flows.ts";
import { type Line, rememberingLogger } from "../support/loggers.ts";

const NOW = Date.UTC(2026, 0, 1);

function warned(...options: readonly StepOptions[]): string[] {
  const lines: Line[] = [];
  const steps = options.map((each, index) => taskStep({ id: `t${index}`, name: "proj.add", options: each }));
  warnIfStepsExpired(steps, NOW, () => rememberingLogger(lines));
  return lines.map(({ level, message }) => `${level}: ${message}`);
}

it("says nothing of a canvas whose steps are in time", () => {
  expect(warned({}, { expires: NOW + 1 }, { expiresMs: 1 })).toEqual([]);
});

it("names a step that has expired, and counts the others", () => {
  expect(warned({}, { expires: NOW - 1_000 })).toEqual([
    `warn: task t1 (proj.add) had expired when the canvas was sent, at 2025-12-31T23:59:59.000Z; it will be REVOKED`,
  ]);
  expect(warned({}, { expiresMs: 0 }, { expires: NOW }, { expires: 0 })).toEqual([
    `warn: task t1 (proj.add), and 2 more of its canvas, had expired when the canvas was sent, at 2026-01-01T00:00:00.000Z; they will be REVOKED`,
  ]);
});
