import { expect, it } from "vitest";
import { ChordLog, type Taken } from "../../src/coordination/chord-log.ts";
import type { Held } from "../../src/coordination/held-mail.ts";
import type { ActorMessage } from "../../src/model/actor-message.ts";
import { addOf, badEndOf, endOf, endsOf, planOf, sealOf } from "../support/chord-scene.ts";

const ERROR = { type: "Error", message: "no" };

// A log in which the message in place i has the sequence i + 1.
function logOf(...messages: readonly ActorMessage[]): { readonly log: ChordLog; readonly taken: readonly Taken[] } {
  const log = new ChordLog();
  const taken = messages.map((message, place) => log.take(message, heldAt(place + 1)));
  return { log, taken };
}

function heldAt(seq: number): Held {
  return { seq, at: 0, bytes: 10, mail: null };
}

const seqs = (held: readonly Held[]): number[] => held.map(({ seq }) => seq);

// Messages that tell of members beyond the number, and whether they are needed all the same.
const misplacedIn = ({ misplaced }: Taken): unknown[] => misplaced.map(({ held, counted }) => [held.seq, counted]);

it("is complete when every member has come to its end, in whatever order", () => {
  const { log } = logOf(planOf({ size: 2 }), endOf(1, "b"));
  expect(log.isComplete).toBe(false);
  log.take(endOf(0, "a"), heldAt(3));
  expect(log.isComplete).toBe(true);
  expect(seqs(log.outcomes.map(({ held }) => held))).toEqual([3, 2]);
});

it("is complete at once without members", () => {
  expect(logOf(planOf({ size: 0 })).log.isComplete).toBe(true);
});

it("learns from the seal how many members there are", () => {
  const { log } = logOf(planOf({ size: null }), endOf(0, "a"));
  expect(log.isComplete).toBe(false);
  expect(log.isSealed).toBe(false);
  log.take(sealOf(1), heldAt(3));
  expect(log.isComplete).toBe(true);
  expect(log.isSealed).toBe(true);
});

it("counts a member once, the first time (C189)", () => {
  const { log, taken } = logOf(
    planOf({ size: 2 }),
    endOf(0, "a"),
    badEndOf(0, ERROR),
    endOf(0, "a"),
    sealOf(2),
    sealOf(2),
  );
  expect(taken.map(({ duplicate }) => duplicate)).toEqual([false, false, true, true, false, true]);
  expect(log.isComplete).toBe(false);
  expect(log.firstFailure).toBeNull();
  expect(seqs(log.held)).toEqual([5, 2]);
});

it("puts members that were added after the written ones, in the order of adding (Q34)", () => {
  const { log, taken } = logOf(planOf({ size: 1 }), addOf("x"), addOf("y"), addOf("x"), endOf("y", 2), endOf(0, 0));
  expect(taken.map(({ duplicate }) => duplicate)).toEqual([false, false, false, true, false, false]);
  expect(log.isComplete).toBe(false);
  log.take(endOf("x", 1), heldAt(7));
  expect(log.isComplete).toBe(true);
  expect(seqs(log.outcomes.map(({ held }) => held))).toEqual([6, 7, 5]);
});

it("holds the end of a member that is added after it, and does not wait for it twice", () => {
  const { log } = logOf(planOf({ size: 0 }), endOf("x", 1), addOf("x"));
  expect(log.isComplete).toBe(true);
  expect(seqs(log.outcomes.map(({ held }) => held))).toEqual([2]);
});

it("does not count a member that nobody added, even if it failed", () => {
  const { log } = logOf(planOf({ size: 1 }), badEndOf("stranger", ERROR), endOf(0, "a"));
  expect(log.isComplete).toBe(true);
  expect(log.firstFailure).toBeNull();
  expect(log.outcomes).toHaveLength(1);
  // It is settled with the others.
  expect(seqs(log.held)).toEqual([2, 3]);
});

it("names the failure that came first in the log, not the first in written order (C158)", () => {
  const { log } = logOf(planOf({ size: 3 }), endOf(1, "b"), badEndOf(2, ERROR), badEndOf(0, ERROR));
  expect(log.firstFailure?.held.seq).toBe(3);
  expect(log.lastCompletion?.held.seq).toBe(4);
});

it.each(["REVOKED", "REJECTED", "IGNORED"] as const)("takes a member in %s for a failure", (state) => {
  const { log } = logOf(planOf({ size: 1 }), badEndOf(0, null, state));
  expect(log.firstFailure?.held.seq).toBe(2);
});

it("has no place for a member beyond the number, whether that was known before or not", () => {
  const early = logOf(planOf({ size: 1 }), endOf(1, "b"), endOf(0, "a"));
  expect(early.taken.map(misplacedIn)).toEqual([[], [[2, false]], []]);
  const late = logOf(planOf({ size: null }), endOf(1, "b"), endOf(0, "a"), sealOf(1));
  expect(late.taken.map(misplacedIn)).toEqual([[], [], [], [[2, false]]]);
  for (const { log } of [early, late]) {
    expect(log.isComplete).toBe(true);
    expect(seqs(log.outcomes.map(({ held }) => held))).toEqual([3]);
  }
});

it("takes what came before the plan too", () => {
  const { log } = logOf(sealOf(2), endOf(0, "a"), planOf({ size: null }), endOf(1, "b"));
  expect(log.isComplete).toBe(true);
});

it("takes the ends of several members from one message, and holds it once", () => {
  const { log } = logOf(planOf({ size: 3 }), endsOf(endOf(2, "c"), badEndOf(0, ERROR)), sealOf(3));
  expect(log.isComplete).toBe(false);
  log.take(endOf(1, "b"), heldAt(4));
  expect(log.isComplete).toBe(true);
  expect(log.outcomes.map(({ held, place, failed }) => [held.seq, place, failed])).toEqual([
    [2, 1, true],
    [4, 0, false],
    [2, 0, false],
  ]);
  expect(log.firstFailure).toMatchObject({ held: { seq: 2 }, place: 1 });
  expect(seqs(log.held)).toEqual([3, 2, 4]);
});

it("counts of repeated ends only those that are new", () => {
  const { log, taken } = logOf(
    planOf({ size: 3 }),
    endsOf(endOf(0, "a"), endOf(1, "b")),
    endsOf(endOf(1, "again"), endOf(0, "again")),
    endsOf(endOf(1, "again"), endOf(2, "c"), endOf(2, "again")),
  );
  expect(taken.map(({ duplicate }) => duplicate)).toEqual([false, false, true, false]);
  expect(log.isComplete).toBe(true);
  expect(log.outcomes.map(({ held, place }) => [held.seq, place])).toEqual([
    [2, 0],
    [2, 1],
    [4, 1],
  ]);
});

it("keeps what a message tells of other members than one beyond the number", () => {
  const ends = endsOf(endOf(1, "b"), endOf(0, "a"));
  const early = logOf(planOf({ size: 1 }), ends);
  expect(early.taken.map(misplacedIn)).toEqual([[], [[2, true]]]);
  const late = logOf(planOf({ size: null }), ends, sealOf(1));
  expect(late.taken.map(misplacedIn)).toEqual([[], [], [[2, true]]]);
  for (const { log } of [early, late]) {
    expect(log.isComplete).toBe(true);
    expect(log.outcomes.map(({ held, place }) => [held.seq, place])).toEqual([[2, 1]]);
  }
});
