// A chord is decided when its first member has failed, and fails when the last has ended.

import { beforeEach, expect, it } from "vitest";
import { decodeActorDecision } from "../../src/codec/actor-decision-codec.ts";
import type { Failure } from "../../src/model/failure.ts";
import { badEndOf, ChordScene, endOf, endsOf, MAX_AGE_MS, planOf, stepOf } from "../support/chord-scene.ts";

const BOOM: Failure = { type: "ValueError", message: "deliberate error", stack: "at the member" };
const BODY = [stepOf("body")];

let scene = new ChordScene();

beforeEach(async () => {
  scene = new ChordScene();
  await scene.take();
});

const stored = (): unknown => {
  const body = scene.transport.stored.get("result chord");
  return body && decodeActorDecision(body);
};
const endGiven = (): unknown => scene.effects.find(({ name }) => name === "abandonFlow")?.given[1];

it("decides and tells who waits as soon as one has failed, and stands by it (C188, Q10)", async () => {
  await scene.send(planOf({ next: BODY, size: 3 }), endOf(2, "c"));
  expect(stored()).toBeUndefined();
  await scene.send(badEndOf(1, BOOM));
  const decision = stored();
  expect(decision).toMatchObject({ decision: "FAIL", error: { details: { dependency: "task-1" } } });
  expect(scene.pushed).toEqual([["client-1", decision]]);
  await scene.send(badEndOf(0, BOOM));
  expect(scene.pushed).toHaveLength(1);
  expect(endGiven()).toMatchObject({ error: { details: { dependency: "task-1" } } });
  expect(stored()).toEqual(decision);
});

it("tells nobody who does not listen, or who hears of the end at once", async () => {
  await scene.send(planOf({ next: BODY, reply: null }), badEndOf(1, BOOM));
  await scene.send(endOf(0, "a"), planOf({ actor: { shard: 3, id: "other" } }));
  await scene.send(endsOf(badEndOf(0, BOOM), badEndOf(1, BOOM)));
  expect(scene.pushed).toEqual([]);
});

it("waits for the others after a takeover too", async () => {
  await scene.send(planOf({ next: BODY, size: 3 }), badEndOf(1, BOOM), endOf(0, "a"));
  await scene.take();
  await scene.quiet();
  expect(scene.effects).toEqual([]);
  await scene.send(badEndOf(2, { type: "Error", message: "later" }));
  expect(endGiven()).toMatchObject({ error: { details: { dependency: "task-1" } } });
  expect(scene.mailboxes.kinds).toEqual([]);
});

it("does not wait longer than a chord may live", async () => {
  await scene.send(planOf({ next: BODY }), badEndOf(1, BOOM));
  await scene.later(MAX_AGE_MS + 60_000);
  expect(endGiven()).toMatchObject({ error: { details: { dependency: "task-1" } } });
  expect(scene.mailboxes.kinds).toEqual([]);
});

it("does not begin again from a late copy of its plan", async () => {
  await scene.send(planOf({ next: BODY }), badEndOf(1, BOOM), endOf(0, "a"));
  const done = scene.effects.length;
  await scene.mail(planOf({ next: BODY }), true);
  await scene.take();
  await scene.quiet();
  await scene.later(660_000);
  expect(scene.effects).toHaveLength(done);
  expect(scene.mailboxes.kinds).toEqual([]);
});
