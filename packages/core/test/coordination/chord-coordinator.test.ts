import { beforeEach, describe, expect, it } from "vitest";
import { decodeActorDecision, encodeActorDecision } from "../../src/codec/actor-decision-codec.ts";
import { PayloadTooLargeError } from "../../src/model/errors.ts";
import type { Failure } from "../../src/model/failure.ts";
import {
  addOf,
  badEndOf,
  CHORD,
  ChordScene,
  endOf,
  endsOf,
  MAX_AGE_MS,
  planOf,
  sealOf,
  stepOf,
} from "../support/chord-scene.ts";

const BOOM: Failure = { type: "ValueError", message: "deliberate error", stack: "at the member" };
const BODY = [stepOf("body", { name: "proj.tsum", args: [7] })];
const MEMBER_OF = { actor: { shard: 1, id: "outer" }, member: 4 };

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

describe("a chord whose members all succeed", () => {
  it("sends the body with the values in the written order (C110)", async () => {
    await scene.send(planOf({ next: BODY, size: 3, memberOf: MEMBER_OF, nesting: 2 }));
    await scene.send(endOf(2, "c"), endOf(0, "a"), sealOf(3), endOf(1, null));
    expect(scene.effects).toEqual([
      {
        name: "dispatchFlow",
        given: [BODY, { args: [["a", null, "c"]], kwargs: {} }],
        // Any member is a right parent (Q08).
        from: {
          rootId: "root",
          parentId: "task-1",
          reply: "client-1",
          memberOf: MEMBER_OF,
          nesting: 2,
          origin: "settle",
          repeat: false,
        },
      },
    ]);
    expect(stored()).toEqual({ id: "chord", decision: "DISPATCH", error: null, resultId: "body" });
  });

  it("finds the values wherever they were told", async () => {
    scene.valueBytes = 0;
    await scene.take();
    const ends = [endsOf(endOf(3, "d"), endOf(0, "a")), endsOf(endOf(0, "again"), endOf(2, "c"), endOf(1, "b"))];
    await scene.send(planOf({ next: BODY, size: 4 }), ...ends, sealOf(4));
    expect(scene.effects).toMatchObject([
      { given: [BODY, { args: [["a", "b", "c", "d"]] }], from: { parentId: "task-1" } },
    ]);
  });

  it("does so in this order: decision, effects, plan erased, the rest acknowledged", async () => {
    await scene.send(planOf({ next: BODY }), sealOf(2), endOf(0, "a"), endOf(1, "b"));
    expect(scene.steps).toEqual(["decide created", "dispatchFlow", "erase 1", "ack 2", "ack 3", "ack 4"]);
    expect(scene.mailboxes.kinds).toEqual([]);
  });

  it("stores the list of values when nothing follows", async () => {
    await scene.send(planOf(), endOf(0, "a"), endOf(1, "b"));
    expect(scene.effects).toMatchObject([{ name: "storeGathered", given: [{ resultId: "body" }, ["a", "b"]] }]);
  });

  it("stores it first when steps follow a group in the place of a task; the actor waits for the last of them", async () => {
    const next = [stepOf("after")];
    await scene.send(planOf({ next, resultId: "replaced", memberOf: MEMBER_OF }), endOf(0, "a"), endOf(1, "b"));
    expect(scene.effects).toMatchObject([
      { name: "storeGathered", given: [{ resultId: "replaced" }, ["a", "b"]], from: { memberOf: null } },
      {
        name: "dispatchLink",
        given: [next, { args: [["a", "b"]] }],
        from: { memberOf: MEMBER_OF, parentId: "replaced" },
      },
    ]);
  });

  it("sends the links of the group besides the body", async () => {
    const link = [[stepOf("callback")]];
    await scene.send(planOf({ next: BODY, link, memberOf: MEMBER_OF }), endOf(0, "a"), endOf(1, "b"));
    expect(scene.effects).toMatchObject([
      { name: "dispatchFlow", given: [BODY, { args: [["a", "b"]] }], from: { memberOf: MEMBER_OF } },
      { name: "dispatchLink", given: [link[0], { args: [["a", "b"]] }], from: { memberOf: null, parentId: "body" } },
    ]);
  });

  it("runs its body with an empty list when there are no members (C107)", async () => {
    await scene.send(planOf({ next: BODY, size: 0 }));
    expect(scene.effects).toMatchObject([
      { name: "dispatchFlow", given: [BODY, { args: [[]] }], from: { parentId: "before" } },
    ]);
  });

  it("waits for members that were added, whose values come last (C207)", async () => {
    await scene.send(planOf({ size: 1 }), addOf("x"), addOf("y"), endOf("y", 6), endOf(0, 0));
    expect(scene.effects).toEqual([]);
    await scene.send(endOf("x", 5));
    expect(scene.effects[0]?.given[1]).toEqual([0, 5, 6]);
  });

  it("counts a member that is told twice once (C189)", async () => {
    await scene.send(planOf(), endOf(0, "a"), endOf(0, "again"));
    expect(scene.effects).toEqual([]);
    expect(scene.steps).toEqual(["ack 3"]);
    await scene.send(endOf(1, "b"));
    expect(scene.effects[0]?.given[1]).toEqual(["a", "b"]);
  });

  it("does not read values that an immutable body ignores", async () => {
    const immutable = [stepOf("body", { immutable: true })];
    await scene.send(planOf({ next: immutable }), endOf(0, "a"), endOf(1, "b"));
    expect(scene.effects).toMatchObject([{ given: [immutable, { args: [[]] }] }]);
  });
});

describe("a chord with a failed member", () => {
  it("fails when the last member is final, with the error that came first in time (C157, C158)", async () => {
    await scene.send(planOf({ next: BODY, size: 3, memberOf: MEMBER_OF }), badEndOf(2, BOOM));
    await scene.send(badEndOf(0, { type: "Error", message: "later" }));
    expect(scene.effects).toEqual([]);
    await scene.send(endOf(1, "b"));
    const error = {
      type: "ChordError",
      code: "TROUPE_CHORD",
      message: "Dependency task-2 raised ValueError: deliberate error",
      details: { dependency: "task-2" },
      stack: "at the member",
      cause: BOOM,
    };
    expect(scene.effects).toMatchObject([
      {
        name: "abandonFlow",
        given: [BODY, { state: "FAILURE", error, culprit: "body" }],
        from: { memberOf: MEMBER_OF, rootId: "root", reply: "client-1" },
      },
      { name: "sendErrbacks" },
    ]);
    expect(endGiven()).toEqual({ state: "FAILURE", error, culprit: "body" });
    expect(stored()).toEqual({ id: "chord", decision: "FAIL", error, resultId: "body" });
    expect(scene.steps).toEqual([
      "decide created",
      "abandonFlow",
      "sendErrbacks",
      "erase 1",
      "ack 2",
      "ack 3",
      "ack 4",
    ]);
  });

  it("calls the errbacks once, with the body's id and without a traceback (C171, C179)", async () => {
    const linkError = [{ gets: "details", flow: [stepOf("errback")] }] as const;
    await scene.send(planOf({ next: BODY, linkError }), badEndOf(0, BOOM), badEndOf(1, BOOM));
    const calls = scene.effects.filter(({ name }) => name === "sendErrbacks");
    expect(calls).toHaveLength(1);
    expect(calls[0]?.given).toEqual([
      linkError,
      {
        request: {
          id: "body",
          task: "proj.tsum",
          args: [7],
          kwargs: {},
          rootId: "root",
          parentId: "before",
          retries: 0,
        },
        error: expect.not.objectContaining({ stack: expect.anything() }),
      },
    ]);
  });

  it("fails the list of values itself when nothing follows", async () => {
    await scene.send(planOf({ memberOf: MEMBER_OF }), badEndOf(0, BOOM), endOf(1, "b"));
    const barrier = { actor: CHORD, resultId: "body", link: [], linkError: [] };
    expect(scene.effects[0]?.given[0]).toEqual([{ kind: "group", id: "chord", members: [], barrier }]);
    expect(scene.effects[0]?.from.memberOf).toEqual(MEMBER_OF);
  });

  it("fails the list and the steps after it, where the group is in the place of a task", async () => {
    const next = [stepOf("after")];
    await scene.send(planOf({ next, resultId: "replaced" }), badEndOf(0, BOOM), endOf(1, "b"));
    const barrier = { actor: CHORD, resultId: "replaced", link: [], linkError: [] };
    const list = { kind: "group", id: "chord", members: [], barrier };
    expect(scene.effects).toMatchObject([
      { name: "abandonFlow", given: [[list, ...next], { culprit: "replaced" }] },
      { name: "sendErrbacks" },
    ]);
  });

  it.each([
    ["REVOKED", { type: "TaskRevokedError", message: "expired" }, "raised TaskRevokedError: expired"],
    ["REJECTED", { type: "Reject", message: "no" }, "raised Reject: no"],
    ["IGNORED", null, "ended in IGNORED"],
  ] as const)("fails when a member is %s (C182, C186)", async (state, error, how) => {
    await scene.send(planOf(), endOf(0, "a"), badEndOf(1, error, state));
    expect(endGiven()).toMatchObject({ error: { type: "ChordError", message: `Dependency task-1 ${how}` } });
  });

  it("fails when an added member fails (C209)", async () => {
    await scene.send(planOf({ size: 1 }), addOf("x"), endOf(0, 1), badEndOf("x", BOOM));
    expect(endGiven()).toMatchObject({ error: { message: "Dependency task-x raised ValueError: deliberate error" } });
  });

  it("goes on with the errbacks when the rest cannot be failed (Q46)", async () => {
    scene.answers.abandonFlow = new Error("never");
    await scene.send(planOf(), badEndOf(0, BOOM), endOf(1, "b"));
    expect(scene.namesOf("sendErrbacks")).toHaveLength(1);
    expect(scene.mailboxes.kinds).toEqual([]);
    expect(scene.lines.filter(({ level }) => level === "error")).toHaveLength(1);
  });
});

describe("a body that cannot be sent", () => {
  it("fails with the reason as cause, although it is decided that it is sent (C181)", async () => {
    scene.answers.dispatchFlow = new PayloadTooLargeError("the message", 2_000, 1_000);
    await scene.send(planOf({ next: BODY }), endOf(0, "a"), endOf(1, "b"));
    expect(endGiven()).toMatchObject({
      error: {
        type: "ChordError",
        message: expect.stringContaining("body, could not be sent"),
        cause: { type: "PayloadTooLargeError" },
      },
    });
    expect(scene.namesOf("abandonFlow", "sendErrbacks")).toEqual(["abandonFlow", "sendErrbacks"]);
    expect(stored()).toMatchObject({ decision: "DISPATCH" });
    expect(scene.mailboxes.kinds).toEqual([]);
  });

  it("is not even put together when its values are far too large for a message", async () => {
    scene.transport.maxMessageBytes = 1_000;
    await scene.send(planOf({ next: BODY }), endOf(0, "a".repeat(6_000)), endOf(1, "b".repeat(6_000)));
    expect(scene.namesOf("dispatchFlow")).toEqual([]);
    expect(endGiven()).toMatchObject({ error: { cause: { type: "PayloadTooLargeError" } } });
  });

  it("is not failed because a callback besides it cannot be sent", async () => {
    scene.refused.add("callback");
    await scene.send(planOf({ next: BODY, link: [[stepOf("callback")]] }), endOf(0, "a"), endOf(1, "b"));
    expect(scene.namesOf("dispatchFlow", "dispatchLink")).toEqual(["dispatchFlow", "dispatchLink"]);
    expect(endGiven()).toBeUndefined();
    expect(scene.mailboxes.kinds).toEqual([]);
  });
});

describe("a chord that waits too long", () => {
  it("fails when its client has not sent the seal after 30 s", async () => {
    await scene.send(planOf({ origin: "client" }), endOf(0, "a"));
    await scene.later(29_000);
    expect(scene.effects).toEqual([]);
    await scene.later(6_000);
    expect(endGiven()).toMatchObject({
      error: { type: "ChordError", message: expect.stringContaining("submission was not completed") },
    });
    expect(scene.mailboxes.kinds).toEqual([]);
  });

  it("does not fail for that when it is sealed, or not a client's", async () => {
    await scene.send(planOf({ origin: "client" }), sealOf(2));
    await scene.send(planOf({ actor: { shard: 3, id: "other" }, origin: "settle" }));
    await scene.later(3_600_000);
    expect(scene.effects).toEqual([]);
  });

  it("gives the client the time anew when the shard is taken over", async () => {
    await scene.send(planOf({ origin: "client" }));
    await scene.later(29_000);
    await scene.take();
    await scene.quiet();
    await scene.later(29_000);
    expect(scene.effects).toEqual([]);
    await scene.later(6_000);
    expect(scene.namesOf("abandonFlow")).toHaveLength(1);
  });

  it("fails after its longest life, counted from its plan, also by a later owner", async () => {
    await scene.send(planOf({ next: BODY }), sealOf(2), endOf(0, "a"));
    await scene.later(MAX_AGE_MS - 3_600_000);
    await scene.take();
    await scene.quiet();
    await scene.later(3_500_000);
    expect(scene.effects).toEqual([]);
    await scene.later(105_000);
    expect(endGiven()).toMatchObject({ error: { message: expect.stringContaining(`within ${MAX_AGE_MS} ms`) } });
  });

  it("is sent after all when the last member comes before the decision", async () => {
    await scene.send(planOf({ origin: "client" }), endOf(0, "a"));
    await scene.later(29_999);
    await scene.send(endOf(1, "b"));
    await scene.later(60_000);
    expect(scene.namesOf("storeGathered", "abandonFlow")).toEqual(["storeGathered"]);
  });
});

describe("a decision that is there already", () => {
  const decide = (decision: "DISPATCH" | "FAIL", error: Failure | null = null): void => {
    const body = encodeActorDecision({ id: "chord", decision, error, resultId: "body" });
    scene.transport.stored.set("result chord", body);
  };

  it("is adopted by whoever comes to another one", async () => {
    await scene.send(planOf(), endOf(0, "a"));
    decide("FAIL", { type: "ChordError", message: "another owner's" });
    await scene.send(endOf(1, "b"));
    expect(scene.namesOf("storeGathered")).toEqual([]);
    expect(endGiven()).toMatchObject({ error: { message: "another owner's" } });
    expect(scene.effects[0]?.from.repeat).toBe(true);
  });

  it("to send is carried out when the values have come", async () => {
    await scene.send(planOf({ origin: "client" }), endOf(0, "a"));
    decide("DISPATCH");
    await scene.later(40_000);
    expect(scene.effects).toEqual([]);
    await scene.send(endOf(1, "b"));
    expect(scene.effects).toMatchObject([{ name: "storeGathered", given: [{}, ["a", "b"]] }]);
  });

  it("to send is taken for carried out when the values do not come in all that time", async () => {
    await scene.send(planOf(), endOf(0, "a"));
    decide("DISPATCH");
    await scene.later(MAX_AGE_MS + 60_000);
    expect(scene.effects).toEqual([]);
    expect(scene.mailboxes.kinds).toEqual([]);
  });

  it("to send is taken for carried out when only a late copy of the plan is left (takeover after the end)", async () => {
    decide("DISPATCH");
    await scene.mail(planOf({ next: BODY }), true);
    await scene.take();
    await scene.quiet();
    await scene.later(599_000);
    expect(scene.mailboxes.kinds).toEqual(["plan"]);
    await scene.later(6_000);
    expect(scene.mailboxes.kinds).toEqual([]);
    expect(scene.effects).toEqual([]);
  });

  it("to send is carried out after a takeover, also from a plan that was sent twice", async () => {
    decide("DISPATCH");
    await scene.mail(planOf({ next: BODY }), true);
    await scene.mail(endOf(0, "a"), false);
    await scene.mail(endOf(1, "b"), false);
    await scene.take();
    await scene.quiet();
    expect(scene.namesOf("dispatchFlow")).toHaveLength(1);
    expect(scene.mailboxes.kinds).toEqual([]);
  });

  it("that cannot be read fails the chord", async () => {
    scene.transport.stored.set("result chord", new Uint8Array([0xc1]));
    await scene.send(planOf(), endOf(0, "a"), endOf(1, "b"));
    expect(endGiven()).toMatchObject({ error: { type: "ChordError" } });
    expect(scene.mailboxes.kinds).toEqual([]);
  });

  it("that cannot be read fails the chord after a replay too", async () => {
    scene.transport.stored.set("result chord", new Uint8Array([0xc1]));
    await scene.send(planOf());
    await scene.take();
    await scene.quiet();
    expect(scene.namesOf("abandonFlow", "sendErrbacks")).toEqual(["abandonFlow", "sendErrbacks"]);
    expect(scene.mailboxes.kinds).toEqual([]);
  });
});
