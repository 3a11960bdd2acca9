import { beforeEach, describe, expect, it, vi } from "vitest";
import { encodeActorMessage } from "../../src/codec/actor-message-codec.ts";
import { serializerNamed } from "../../src/codec/serializer.ts";
import { ACTOR_LETTERS } from "../../src/coordination/shard-owner.ts";
import { BrokerUnreachableError } from "../../src/model/errors.ts";
import type { MailKind } from "../../src/transport/mailboxes.ts";
import { badEndOf, CHORD, ChordScene, endOf, endsOf, MAX_AGE_MS, planOf, sealOf } from "../support/chord-scene.ts";

let scene = new ChordScene();

beforeEach(() => {
  scene = new ChordScene();
});

function sendBytes(body: Uint8Array, kind: MailKind = "c"): Promise<unknown> {
  return scene.mailboxes.send({ actor: CHORD, kind, repeat: false, body });
}

describe("a message without a plan", () => {
  it("is settled: its actor has ended, or never was", async () => {
    await scene.take();
    await scene.send(endOf(0, "a"), sealOf(2));
    expect(scene.mailboxes.kinds).toEqual([]);
    expect(scene.effects).toEqual([]);
  });

  it("is asked about once per actor", async () => {
    await scene.take();
    await scene.send(endOf(0, "a"));
    await scene.send(endOf(1, "b"), sealOf(2), endOf(0, "a"));
    expect(scene.steps.filter((step) => step.startsWith("hasPlan"))).toEqual(["hasPlan chord"]);
    expect(scene.mailboxes.kinds).toEqual([]);
  });

  it("is not asked about when this owner saw the end", async () => {
    await scene.take();
    await scene.send(planOf({ size: 1 }), endOf(0, "a"));
    await scene.send(sealOf(1), endOf(0, "a"));
    expect(scene.steps).toEqual(["decide created", "storeGathered", "erase 1", "ack 2", "ack 3", "ack 4"]);
  });

  it("makes the owner doubt the log when the broker has a plan that does not come", async () => {
    const owner = await scene.take();
    scene.mailboxes.holdsPlan = () => true;
    await scene.send(endOf(0, "a"));
    await scene.later(9_000);
    expect(scene.doubts).toEqual([]);
    await scene.later(2_000);
    expect(scene.doubts).toEqual(["the plan of group chord did not come through the log"]);
    expect(scene.mailboxes.kinds).toEqual(["c"]);
    expect(owner.size).toBe(0);
  });

  it("waits for a plan that was stored after it", async () => {
    await scene.take();
    await scene.mail(endOf(0, "a"), false);
    await scene.mail(planOf({ size: 2 }), false);
    await scene.send(endOf(1, "b"));
    await scene.later(20_000);
    expect(scene.effects[0]?.given[1]).toEqual(["a", "b"]);
    expect(scene.doubts).toEqual([]);
    expect(scene.mailboxes.kinds).toEqual([]);
  });
});

describe("a plan", () => {
  it("is acknowledged when its actor is open already", async () => {
    await scene.take();
    await scene.send(planOf());
    const body = encodeActorMessage(planOf(), serializerNamed("msgpack"));
    const copy = { actor: CHORD, kind: "plan" as const, repeat: true, replayed: false, seq: 7, at: 0, body };
    scene.owner?.onMail(copy);
    expect(scene.steps).toEqual(["ack 7"]);
  });

  it("is erased when it is a late copy of a decided one", async () => {
    await scene.take();
    await scene.send(planOf({ size: 0 }));
    expect(scene.namesOf("storeGathered")).toHaveLength(1);
    await scene.mail(planOf({ size: 2 }), true);
    await scene.mail(endOf(0, "a"), true);
    await scene.quiet();
    expect(scene.mailboxes.kinds).toEqual([]);
    expect(scene.effects).toHaveLength(1);
  });

  it("of an actor that has ended here is a late copy, also when it is not marked as one", async () => {
    await scene.take();
    await scene.send(planOf({ size: 0 }));
    await scene.send(planOf({ size: 2 }), endOf(0, "a"));
    expect(scene.mailboxes.kinds).toEqual([]);
    expect(scene.effects).toHaveLength(1);
  });

  it("that is new costs no look for a decision, a repeated or replayed one does", async () => {
    await scene.take();
    await scene.send(planOf());
    expect(scene.transport.callsOf("read")).toEqual([]);
    await scene.take();
    await scene.quiet();
    expect(scene.transport.callsOf("read")).toEqual(["read result chord"]);
    await scene.mail(planOf({ actor: { shard: 3, id: "other" } }), true);
    await scene.quiet();
    expect(scene.transport.callsOf("read")).toEqual(["read result chord", "read result other"]);
  });
});

describe("an unreadable message", () => {
  it.each([
    ["undecodable", new Uint8Array([0xc1, 0xc1])],
    ["invalid", serializerNamed("msgpack").encode({ v: 1, type: "what" })],
  ])("goes to the dead letters: %s", async (reason, body) => {
    await scene.take();
    await scene.send(planOf());
    await sendBytes(body);
    await scene.quiet();
    expect(scene.transport.letters).toMatchObject([{ queue: ACTOR_LETTERS, reason, body }]);
    expect(scene.mailboxes.kinds).toEqual(["plan"]);
  });

  it("goes there too when it is for another actor than its address says", async () => {
    await scene.take();
    await sendBytes(encodeActorMessage(endOf(0, "a", { shard: 3, id: "other" }), serializerNamed("msgpack")));
    await scene.quiet();
    expect(scene.transport.letters).toMatchObject([{ reason: "invalid" }]);
    expect(scene.mailboxes.kinds).toEqual([]);
  });

  it("goes there too when there is no member of that number", async () => {
    await scene.take();
    await scene.send(planOf({ size: 2 }), endOf(2, "c"));
    expect(scene.transport.letters).toMatchObject([
      { reason: "invalid", detail: "group chord has no member of that number" },
    ]);
    expect(scene.mailboxes.kinds).toEqual(["plan"]);
  });

  it("is kept for people, and counts for the others, when it tells of such a member besides them", async () => {
    await scene.take();
    await scene.send(planOf({ size: 2 }), endsOf(endOf(2, "c"), endOf(0, "a")));
    expect(scene.transport.letters).toHaveLength(1);
    expect(scene.mailboxes.kinds).toEqual(["plan", "c"]);
    await scene.send(endOf(1, "b"));
    expect(scene.effects).toMatchObject([{ name: "storeGathered", given: [{ resultId: "body" }, ["a", "b"]] }]);
    expect(scene.mailboxes.kinds).toEqual([]);
  });

  it("of a later version stays in the log", async () => {
    await scene.take();
    await sendBytes(serializerNamed("msgpack").encode({ v: 2, type: "c" }));
    await sendBytes(serializerNamed("msgpack").encode({ v: 2, type: "c" }));
    await scene.quiet();
    expect(scene.transport.letters).toEqual([]);
    expect(scene.mailboxes.kinds).toEqual(["c", "c"]);
    expect(scene.lines.filter(({ level }) => level === "warn")).toHaveLength(1);
  });
});

describe("bodies", () => {
  it("are kept up to the limit, and read again beyond it", async () => {
    scene.valueBytes = 600;
    const owner = await scene.take();
    const values = Array.from({ length: 20 }, (_, index) => `${index}`.repeat(50));
    await scene.send(planOf({ size: 20 }), ...values.slice(0, 19).map((value, index) => endOf(index, value)));
    expect(owner.held.bytes).toBeLessThanOrEqual(600);
    expect(owner.held.bytes).toBeGreaterThan(400);
    await scene.send(endOf(19, values[19]));
    expect(scene.effects[0]?.given[1]).toEqual(values);
    expect(scene.steps.filter((step) => step.startsWith("read")).length).toBeGreaterThan(10);
    expect(scene.mailboxes.kinds).toEqual([]);
    expect(owner.held.bytes).toBe(0);
  });

  it("of the plan too", async () => {
    scene.valueBytes = 10;
    await scene.take();
    await scene.send(planOf({ size: 1 }), endOf(0, "a"));
    expect(scene.effects[0]?.given).toMatchObject([{ resultId: "body" }, ["a"]]);
    expect(scene.mailboxes.kinds).toEqual([]);
  });

  it("that are gone make the owner doubt the log, and nothing is sent", async () => {
    scene.valueBytes = 0;
    await scene.take();
    await scene.send(planOf({ size: 2 }), endOf(0, "a"));
    scene.mailboxes.log.delete(2);
    await scene.send(endOf(1, "b"));
    expect(scene.doubts).toEqual(["message 2 of group chord is gone"]);
    expect(scene.effects).toEqual([]);
    expect(scene.mailboxes.kinds).toContain("plan");
  });

  it("of 10,000 members fit where ten would, and all come back in order", async () => {
    scene.valueBytes = 2_000;
    const owner = await scene.take();
    await scene.mail(planOf({ size: 10_000 }), false);
    for (let index = 9_999; index > 0; index--) await scene.mail(endOf(index, index), false);
    await scene.quiet();
    expect(owner.held.bytes).toBeLessThanOrEqual(2_000);
    expect(scene.effects).toEqual([]);
    await scene.send(endOf(0, 0));
    await scene.quiet();
    expect(scene.effects[0]?.given[1]).toEqual(Array.from({ length: 10_000 }, (_, index) => index));
    await scene.quiet();
    expect(scene.mailboxes.log.size).toBe(0);
    expect(owner.held.bytes).toBe(0);
  });
});

describe("a lost shard", () => {
  it("is forgotten: nothing more is decided, sent or settled", async () => {
    const owner = await scene.take();
    await scene.send(planOf(), endOf(0, "a"));
    owner.lose();
    expect(scene.clock.armed).toBe(0);
    await scene.send(endOf(1, "b"));
    await scene.later(MAX_AGE_MS + 60_000);
    expect(scene.steps).toEqual([]);
    expect(owner.size).toBe(0);
    expect(scene.clock.armed).toBe(0);
  });

  it("lets nothing follow from what was under way", async () => {
    using warned = vi.spyOn(console, "warn").mockReturnValue();
    const owner = await scene.take();
    let go = (): void => {};
    const waiting = new Promise<void>((resolve) => {
      go = resolve;
    });
    scene.transport.answer("create", () => waiting);
    await scene.send(planOf({ size: 0 }));
    owner.lose();
    go();
    await scene.quiet();
    expect(scene.steps).toEqual(["decide created"]);
    expect(scene.effects).toEqual([]);
    expect(warned).not.toHaveBeenCalled();
  });

  it("ends what waits for the broker", async () => {
    const owner = await scene.take();
    scene.transport.answer("create", new BrokerUnreachableError("away"), new BrokerUnreachableError("away"));
    await scene.send(planOf({ size: 0 }));
    owner.lose();
    await scene.later(10_000);
    expect(scene.transport.callsOf("create")).toHaveLength(1);
    expect(scene.steps).toEqual([]);
  });
});

describe("an owner", () => {
  it("has no timer without open actors", async () => {
    await scene.take();
    expect(scene.clock.armed).toBe(0);
    await scene.send(planOf());
    expect(scene.clock.armed).toBe(1);
    await scene.send(endOf(0, "a"), endOf(1, "b"));
    await scene.later(5_000);
    expect(scene.clock.armed).toBe(0);
  });

  it("lets a bounded number of chords come to their end at the same time, and the others after them", async () => {
    await scene.take();
    let waiting: (() => void)[] = [];
    scene.transport.answer(
      "create",
      ...Array.from({ length: 40 }, () => () => new Promise<void>((go) => waiting.push(go))),
    );
    const actors = Array.from({ length: 40 }, (_, index) => ({ shard: 3, id: `chord-${index}` }));
    await scene.send(...actors.map((actor) => planOf({ actor, size: 0, resultId: `body-${actor.id}` })));
    expect(waiting).toHaveLength(16);
    while (waiting.length > 0) {
      const some = waiting;
      waiting = [];
      for (const go of some) go();
      await scene.quiet();
      expect(waiting.length).toBeLessThanOrEqual(16);
    }
    expect(scene.namesOf("storeGathered")).toHaveLength(40);
    expect(scene.mailboxes.log.size).toBe(0);
  });

  it("drains: finishes what has begun, and begins nothing", async () => {
    const owner = await scene.take();
    let go = (): void => {};
    scene.transport.answer("create", () => new Promise<void>((resolve) => (go = resolve)));
    await scene.send(planOf({ size: 0 }));
    let drained = false;
    void owner.drain().then(() => (drained = true));
    await scene.send(planOf({ actor: { shard: 3, id: "other" }, size: 0 }));
    expect(drained).toBe(false);
    go();
    await scene.quiet();
    expect(drained).toBe(true);
    expect(scene.namesOf("storeGathered")).toHaveLength(1);
    expect(scene.mailboxes.kinds).toEqual(["plan"]);
  });

  it("settles a failed chord's rest like any other's", async () => {
    await scene.take();
    await scene.send(planOf(), badEndOf(0, { type: "Error", message: "no" }), endOf(1, "b"), sealOf(2));
    expect(scene.mailboxes.kinds).toEqual([]);
  });
});
