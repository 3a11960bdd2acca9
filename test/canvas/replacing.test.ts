// Tasks that put a canvas in their place.

import { chain, chord, group } from "@troupe/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CanvasWorld, fresh } from "../support/canvas/canvas-world.ts";
import { errorOf, sorted, times, type ValueCase, valueOf } from "../support/canvas/cases.ts";
import { spineOf } from "../support/canvas/spine.ts";
import { BROKERS } from "../support/world.ts";

const VALUES: readonly ValueCase[] = [
  ["C190", "by another task", ({ replacedByOther }) => replacedByOther.delay(), "replaced"],
  ["section 12", "by a call with the same arguments", ({ addReplaced }) => addReplaced.s(1, 2).delay(), 3],
  ["section 12", "by a group: one slot", ({ addToAll }) => group([addToAll.s([2, 1], 1)]).delay(), [[3, 2]]],
  ["C197", "by a chain", ({ replaceWithChain }) => replaceWithChain.si(42).delay(), 42],
  [
    "C198",
    "by a chain, in the middle of one",
    ({ identity, replaceWithChain }) => chain(identity.s(42), replaceWithChain.s(), identity.s()).delay(),
    42,
  ],
  [
    "C201",
    "by a chain, as the first of a group",
    ({ identity, replaceWithChain }) => group(replaceWithChain.si(42), identity.s(1337)).delay(),
    [42, 1337],
  ],
  [
    "C201",
    "by a chain, as the last of a group",
    ({ identity, replaceWithChain }) => group(identity.s(42), replaceWithChain.s(1337)).delay(),
    [42, 1337],
  ],
  [
    "C202",
    "by a chain, as a header",
    ({ identity, replaceWithChain }) => chord(replaceWithChain.si(42), identity.s()).delay(),
    [42],
  ],
  [
    "C203",
    "by a chain, in the middle of a header",
    ({ identity, replaceWithChain }) =>
      chord([identity.s(42), replaceWithChain.s(1337), identity.s(31337)], identity.s()).delay(),
    [42, 1337, 31337],
  ],
  [
    "C204",
    "by a chain, as the first of a body",
    ({ identity, replaceWithChain }) => chord(identity.s(42), chain(replaceWithChain.s(), identity.s())).delay(),
    [42],
  ],
  [
    "C204",
    "by a chain, as the last of a body",
    ({ identity, replaceWithChain }) => chord(identity.s(42), chain(identity.s(), replaceWithChain.s())).delay(),
    [42],
  ],
  ["C205", "by a group, alone", ({ replacedByGroup }) => replacedByGroup.si().delay(), [2, 4]],
  ["C205", "by a group, then a task", ({ replacedByGroup, tsum }) => replacedByGroup.si().pipe(tsum.s()).delay(), 6],
  [
    "C205",
    "by a group, in a group",
    ({ replacedByGroup, add }) => group(replacedByGroup.si(), add.s(5, 5)).delay(),
    [[2, 4], 10],
  ],
  [
    "C205",
    "by a group, in a header",
    ({ replacedByGroup, add, identity }) => chord([replacedByGroup.si(), add.s(5, 5)], identity.s()).delay(),
    [[2, 4], 10],
  ],
  [
    "section 12",
    "by a group, then a task, in a header",
    ({ replacedByGroup, tsum, add, identity }) =>
      chord([chain(replacedByGroup.si(), tsum.s()), add.si(1, 1)], identity.s()).delay(),
    [6, 2],
  ],
  ["C206", "by a chord, alone", ({ replacedByChord }) => replacedByChord.si().delay(), 6],
  ["C206", "by a chord, then a task", ({ replacedByChord, add }) => chain(replacedByChord.si(), add.s(1)).delay(), 7],
  [
    "C206",
    "by a chord, in a header",
    ({ replacedByChord, add, identity }) => chord([replacedByChord.si(), add.si(1, 1)], identity.s()).delay(),
    [6, 2],
  ],
];

// Canvases that end in a group, and their lists.
const LISTS = [
  ["group", [11, 12]],
  ["empty", []],
  ["chunks", [[11], [12]]],
  ["chain", [12, 13]],
  ["chord", [[11], [11]]],
] as const;

describe.each(BROKERS)("a task that is replaced over %s", (broker) => {
  let world: CanvasWorld;
  beforeAll(async () => {
    world = await CanvasWorld.open(broker);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  it.each(VALUES)("%s %s", async (_id, _shows, send, value) => {
    expect(await valueOf(send(world.tasks))).toEqual(value);
  });

  it.each(LISTS)(
    "section 12 by what ends in a group (%s), with a step after it: both handles end",
    async (kind, list) => {
      const { replacedByList, identity } = world.tasks;
      const last = await chain(replacedByList.s(kind, 10), identity.s()).delay();
      expect(await Promise.all(spineOf(last).map(valueOf))).toEqual([list, list]);
    },
  );

  it("section 12 by a group, with a group or a chord after it", async () => {
    const { replacedByList, identity, info } = world.tasks;
    const grouped = await chain(replacedByList.s("group", 10), group(identity.s(), info.si())).delay();
    const joined = await chain(replacedByList.s("group", 10), chord([identity.s()], identity.s())).delay();
    const replaced = [grouped, joined].map((last) => spineOf(last).at(-1)?.id);
    expect(await valueOf(grouped)).toMatchObject([[11, 12], { parentId: replaced[0], nesting: 1 }]);
    expect(await valueOf(joined)).toEqual([[11, 12]]);
    expect(await Promise.all(replaced.map((id) => valueOf(world.app.result(id ?? ""))))).toEqual([
      [11, 12],
      [11, 12],
    ]);
  });

  it("section 12 by a group, as the first of a body, with a callback", async () => {
    const { replacedByList, identity, tally } = world.tasks;
    const key = fresh();
    const body = chain(replacedByList.si("group", 10).link(tally.s(key)), identity.s());
    const last = await chord([identity.si(1), identity.si(2)], body).delay();
    expect(await Promise.all(spineOf(last).slice(0, 2).map(valueOf))).toEqual([
      [11, 12],
      [11, 12],
    ]);
    expect(await world.noted(key, 1)).toEqual([[11, 12]]);
  });

  it.each([
    ["failing", "ChordError"],
    ["failingBefore", "ExpectedException"],
  ] as const)(
    "section 12 by what ends in a group that fails (%s), with a step after it: both fail",
    async (kind, name) => {
      const { replacedByList, identity, count } = world.tasks;
      const key = fresh();
      const last = await chain(replacedByList.s(kind, 10).linkError(count.si(key)), identity.s()).delay();
      expect(await Promise.all(spineOf(last).map(errorOf))).toMatchObject([{ name }, { name }]);
      expect(await world.noted(key, 1)).toEqual([1]);
    },
  );

  it("C190 in this process: the replacement runs here, its value is the task's", async () => {
    const result = await world.tasks.replacedByOther.apply();
    expect([await result.get(), await result.state()]).toEqual(["replaced", "SUCCESS"]);
  });

  it("C191 by a chain with a callback: both values go where they belong", async () => {
    const { identity, replaceWithChain, add } = world.tasks;
    const key = fresh();
    const replaced = replaceWithChain.s().clone({ kwargs: { linkMsg: "Internal", key } });
    expect(await valueOf(chain(identity.s("Hello "), replaced, add.s("world")).delay())).toBe("Hello world");
    expect(await world.noted(key, 1)).toEqual(["Internal"]);
  });

  it("C192 by a chain that fails: its own errback and the outer one run", async () => {
    const { identity, replaceWithChainWhichRaises, add, echo } = world.tasks;
    const key = fresh();
    const replaced = replaceWithChainWhichRaises.s().clone({ kwargs: { linkMsg: "inner", key } });
    const steps = chain(identity.s("Hello "), replaced, add.s("world")).linkError(echo.si("outer", key));
    expect(await errorOf(steps.delay())).toMatchObject({ name: "ValueError" });
    expect(sorted(await world.noted(key, 2))).toEqual(["inner", "outer"]);
  });

  it("C193 by an empty chain: it fails, with an error that says so", async () => {
    const { identity, replaceWithEmptyChain } = world.tasks;
    const error = await errorOf(chain(identity.s(1), replaceWithEmptyChain.s()).delay());
    expect(error).toMatchObject({ name: "InvalidCanvasError", message: expect.stringMatching(/empty chain/) });
  });

  it("C194 a chain of 42 steps with a callback each: 42 callbacks", async () => {
    const { identity, count } = world.tasks;
    const key = fresh();
    const child = identity.si(1337).link(count.si(key));
    expect(await valueOf(chain(times(42, () => child)).delay())).toBe(1337);
    expect(await world.noted(key, 42)).toHaveLength(42);
  });

  it("C195 in a chain that fails later: the chain's errback runs once", async () => {
    const { addReplaced, fail, count } = world.tasks;
    const key = fresh();
    await errorOf(chain(addReplaced.si(42, 1337), fail.s()).linkError(count.si(key)).delay());
    expect(await world.noted(key, 1)).toEqual([1]);
  });

  it("C196 with a callback: it runs once", async () => {
    const { addReplaced, identity, count } = world.tasks;
    const key = fresh();
    expect(await valueOf(chain(addReplaced.si(42, 1337).link(count.si(key)), identity.s()).delay())).toBe(1379);
    expect(await world.noted(key, 1)).toEqual([1]);
  });

  it("C199 in a group with a callback: it runs once", async () => {
    const { addReplaced, identity, count } = world.tasks;
    const key = fresh();
    const result = group(addReplaced.si(42, 1337), identity.si(31337)).link(count.si(key)).delay();
    expect(await valueOf(result)).toEqual([1379, 31337]);
    expect(await world.noted(key, 1)).toEqual([1]);
  });

  it("C200 in a group, by one that fails, with an errback: it runs once", async () => {
    const { failReplaced, identity, count } = world.tasks;
    const key = fresh();
    await errorOf(group(failReplaced.si().linkError(count.si(key)), identity.si(42)).delay());
    expect(await world.noted(key, 1)).toEqual([1]);
  });

  it("C214 keeps id, root and parent, and tells how deep it is", async () => {
    const { identity, reportReplaced, info } = world.tasks;
    const last = await chain(identity.si(1), reportReplaced.si(), info.si()).delay();
    const [next, replaced, first] = spineOf(last);
    if (!next || !replaced || !first) throw new Error("three steps");
    const nesting = 1;
    expect(await valueOf(replaced)).toMatchObject({ id: replaced.id, rootId: first.id, parentId: first.id, nesting });
    expect(await valueOf(next)).toMatchObject({ rootId: first.id, parentId: replaced.id, nesting });
  });

  it("C215 with a callback, by a chain with another: each runs once, and the value goes on", async () => {
    const { replaceWithChain, add, echo } = world.tasks;
    const key = fresh();
    const replaced = replaceWithChain
      .s(1)
      .clone({ kwargs: { linkMsg: "inner", key } })
      .link(echo.si("outer", key));
    expect(await valueOf(chain(replaced, add.s(10)).delay())).toBe(11);
    expect(sorted(await world.noted(key, 2))).toEqual(["inner", "outer"]);
  });
});
