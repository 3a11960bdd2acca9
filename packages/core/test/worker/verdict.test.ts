import { expect, it } from "vitest";
import { Reject } from "../../src/model/errors.ts";
import type { Outcome } from "../../src/worker/outcome.ts";
import { type Ran, verdictOf, verdictOfTimeout } from "../../src/worker/verdict.ts";

const error = new Error("no");
const failed: Outcome = { state: "FAILURE", error, expected: false };
const ran = (part: Partial<Ran> = {}, acks: Partial<NonNullable<Ran["config"]>> = {}): Ran => ({
  config: { acksOnFailure: true, acksOnTimeout: true, ...acks },
  kind: "first",
  starts: 1,
  ...part,
});

it("keeps the message of a failed task where its acknowledgement is not wanted", () => {
  expect(verdictOf(failed, ran())).toEqual({ outcome: failed, deadLetter: null });
  expect(verdictOf(failed, ran({}, { acksOnFailure: false }))).toEqual({ outcome: failed, deadLetter: "failed" });
  expect(verdictOf(failed, ran({ kind: "claim" }, { acksOnFailure: false })).deadLetter).toBeNull();
  expect(verdictOf(failed, ran({ config: null })).deadLetter).toBeNull();
  const done: Outcome = { state: "SUCCESS", value: 4 };
  expect(verdictOf(done, ran({}, { acksOnFailure: false }))).toEqual({ outcome: done, deadLetter: null });
});

it("keeps the message of a rejected task", () => {
  const rejected: Outcome = { state: "REJECTED", error: new Reject("no") };
  expect(verdictOf(rejected, ran())).toEqual({ outcome: rejected, deadLetter: "rejected" });
});

it("runs a task again that took too long where its acknowledgement is not wanted, but not for ever", () => {
  const again = (starts: number, kind: Ran["kind"] = "again"): unknown =>
    verdictOfTimeout(error, ran({ kind, starts }, { acksOnTimeout: false }), 3);
  expect(again(1, "first")).toEqual({ outcome: { state: "RELEASED", delayMs: 1_000 }, deadLetter: null });
  expect(again(2)).toMatchObject({ outcome: { state: "RELEASED" } });
  expect(again(3)).toEqual({ outcome: failed, deadLetter: "time-limit" });
  expect(again(1, "claim")).toEqual({ outcome: failed, deadLetter: null });
  expect(verdictOfTimeout(error, ran({}, { acksOnFailure: false }), 3)).toEqual({ outcome: failed, deadLetter: null });
});
