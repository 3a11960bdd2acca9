// The owner dies after every single step; the next one begins from the log.

import { describe, expect, it } from "vitest";
import { decodeActorDecision } from "../../src/codec/actor-decision-codec.ts";
import type { ActorMessage } from "../../src/model/actor-message.ts";
import { badEndOf, ChordScene, type Effect, endOf, endsOf, planOf, sealOf, stepOf } from "../support/chord-scene.ts";

const BODY = [stepOf("body")];
const SUCCEEDING = [planOf({ next: BODY }), endOf(1, "b"), endOf(0, "a"), sealOf(2)];
const FAILING = [planOf({ next: BODY }), badEndOf(1, { type: "Error", message: "no" }), endOf(0, "a"), sealOf(2)];

async function run(messages: readonly ActorMessage[], crashAt: number): Promise<ChordScene> {
  const scene = new ChordScene();
  scene.crashAt = crashAt;
  for (const message of messages) await scene.mail(message, false);
  await scene.take();
  await scene.quiet();
  scene.crashAt = 0;
  return scene;
}

// What was done, without whether it was a repeat.
function done(effects: readonly Effect[]): unknown[] {
  return effects.map(({ name, given, from: { repeat: _repeat, ...from } }) => ({ name, given, from }));
}

function decisionOf({ transport }: ChordScene): unknown {
  const body = transport.stored.get("result chord");
  return body && decodeActorDecision(body);
}

// What is told of the same member twice: alone, and with another.
const TOGETHER = [planOf({ next: BODY }), endOf(1, "b"), endsOf(endOf(1, "b"), endOf(0, "a")), sealOf(2)];

// In the place of a task, with a step after it.
const IN_PLACE = [planOf({ next: BODY, resultId: "replaced" }), endOf(1, "b"), endOf(0, "a"), sealOf(2)];

describe.each([
  ["succeeds", SUCCEEDING, ["dispatchFlow"]],
  ["fails", FAILING, ["abandonFlow", "sendErrbacks"]],
  ["succeeds in the place of a task", IN_PLACE, ["storeGathered", "dispatchLink"]],
  ["is told of several members at a time", TOGETHER, ["dispatchFlow"]],
] as const)("a chord that %s", (_how, messages, effects) => {
  const steps = ["decide created", ...effects, "erase 1", "ack 2", "ack 3", "ack 4"];

  it("leaves these steps", async () => {
    const scene = await run(messages, 0);
    expect(scene.steps).toEqual(steps);
    expect(scene.mailboxes.kinds).toEqual([]);
  });

  it.each(steps.map((step, place) => [step, place + 1] as const))(
    "comes to the same when its owner dies after: %s",
    async (_step, place) => {
      const whole = await run(messages, 0);
      const scene = await run(messages, place);
      const before = [...scene.effects];
      expect(scene.steps).toHaveLength(place);
      const owner = await scene.take();
      await scene.quiet();
      // Before the plan is erased all is done again, in the same words; afterwards nothing is.
      const isErased = place > steps.indexOf("erase 1");
      expect(done(scene.effects.slice(before.length))).toEqual(isErased ? [] : done(whole.effects));
      for (const { from } of scene.effects.slice(before.length)) expect(from.repeat).toBe(true);
      expect(decisionOf(scene)).toEqual(decisionOf(whole));
      expect(scene.mailboxes.kinds).toEqual([]);
      expect(owner.size).toBe(0);
      expect(scene.doubts).toEqual([]);
    },
  );

  it("is taken over in the middle of its members", async () => {
    const scene = new ChordScene();
    await scene.take();
    await scene.send(...messages.slice(0, 2));
    await scene.take();
    await scene.send(...messages.slice(2));
    expect(scene.effects.map(({ name }) => name)).toEqual(effects);
    expect(done(scene.effects)).toEqual(done((await run(messages, 0)).effects));
    expect(scene.mailboxes.kinds).toEqual([]);
  });

  it("is not opened again by acknowledgements that a crash of the broker has undone", async () => {
    const scene = await run(messages, 0);
    const undone = messages.slice(1);
    for (const message of undone) await scene.mail(message, false);
    scene.effects.length = 0;
    await scene.take();
    await scene.quiet();
    expect(scene.effects).toEqual([]);
    expect(scene.mailboxes.kinds).toEqual([]);
  });
});

it("an owner that was not told that it is none any more adopts what was decided, and settles nothing", async () => {
  const scene = new ChordScene();
  const zombie = await scene.take({ isDeaf: true });
  await scene.send(planOf({ next: BODY, origin: "client" }), endOf(0, "a"));
  await scene.take();
  await scene.send(sealOf(2), endOf(1, "b"));
  expect(scene.effects.map(({ name }) => name)).toEqual(["dispatchFlow"]);
  // To the zombie the client seems lost.
  await scene.later(40_000);
  expect(zombie.size).toBe(1);
  expect(scene.steps.filter((step) => !step.startsWith("ack"))).toEqual([
    "decide created",
    "dispatchFlow",
    "erase 1",
    "decide exists",
  ]);
});

it("an owner that decides first binds the next one, also when that knows more", async () => {
  const scene = new ChordScene();
  await scene.take({ isDeaf: true });
  await scene.send(planOf({ next: BODY, origin: "client" }), endOf(0, "a"));
  scene.crashAt = scene.steps.length + 1;
  await scene.later(40_000);
  expect(scene.steps).toEqual(["decide created"]);
  await scene.mail(endOf(1, "b"), false);
  await scene.take();
  await scene.quiet();
  expect(scene.effects.map(({ name }) => name)).toEqual(["abandonFlow", "sendErrbacks"]);
  expect(scene.mailboxes.kinds).toEqual([]);
});
