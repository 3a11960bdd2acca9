import { expect, it } from "vitest";
import { type Attempt, withAttempt } from "../../src/model/attempt.ts";

it("adds a run, with its error cut", () => {
  const first = withAttempt([], new TypeError("x".repeat(1_000)), 5);
  expect(first).toEqual([{ type: "TypeError", message: "x".repeat(256), at: 5 }]);
  expect(withAttempt(first, "text", 6)).toEqual([...first, { type: "Error", message: "text", at: 6 }]);
});

it("keeps the last ten", () => {
  let attempts: readonly Attempt[] = [];
  for (let at = 0; at < 1_000; at++) attempts = withAttempt(attempts, new Error("busy"), at);
  expect(attempts.map(({ at }) => at)).toEqual([990, 991, 992, 993, 994, 995, 996, 997, 998, 999]);
});
