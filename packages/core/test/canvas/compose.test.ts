import { expect, it } from "vitest";
import { composeCall, composeChain, composeChord, composeGroup } from "../../src/canvas/compose.ts";
import { LazyMembers } from "../../src/canvas/lazy-members.ts";
import type { UntypedSignature } from "../../src/canvas/signature.ts";
import { InvalidArgumentError, InvalidCanvasError } from "../../src/model/errors.ts";
import { StubSignatureApp } from "../support/stub-signature-app.ts";

const owner = new StubSignatureApp();
const call = (name: string, ...args: readonly unknown[]): UntypedSignature => composeCall(name, args, {}, owner);
const orphan = (name: string): UntypedSignature => composeCall(name, [], {}, null);
const [a, b, c] = [call("a"), call("b"), call("c")];

function* produced(log: string[]): Generator<UntypedSignature> {
  for (const signature of [a, b, c]) {
    log.push(signature.task);
    yield signature;
  }
}

async function* awaited(...signatures: readonly unknown[]): AsyncGenerator {
  yield* signatures;
}

it("C077, C083, C085: makes chains of steps, lists, generators and plain data", () => {
  for (const chain of [
    composeChain([a, b, c]),
    composeChain([[a, b, c]]),
    composeChain([produced([])]),
    composeChain([a, JSON.parse(JSON.stringify(b)), c]),
  ]) {
    expect([String(chain), chain.type]).toEqual(["a() | b() | c()", "chain"]);
  }
  expect(composeChain([[composeChain([a])]]).kwargs["tasks"]).toEqual([a.toJSON()]);
});

it("C061: makes groups of members, lists and a group", () => {
  for (const group of [composeGroup([a, b]), composeGroup([[a, b]]), composeGroup([composeGroup([a, b])])]) {
    expect([String(group), group.type]).toEqual(["group([a(), b()])", "group"]);
  }
  expect(composeGroup([a]).equals(composeGroup([[a]]))).toBe(true);
  expect(String(composeGroup([]))).toBe("group(<empty>)");
});

it("makes chords of lists, groups and single signatures; a chain is one member", () => {
  expect(String(composeChord([a, b], c))).toBe("%c([a(), b()])");
  expect(String(composeChord(composeGroup([a, b]), c))).toBe("%c([a(), b()])");
  expect(composeChord(a, c).equals(composeChord([a], c))).toBe(true);
  const chain = composeChain([a, b]);
  expect(composeChord(chain, c).equals(composeChord([chain], c))).toBe(true);
});

it.each([
  ["chain", () => composeChain([a, 5])],
  ["group", () => composeGroup(["a"])],
  ["group of a list", () => composeGroup([[a, null]])],
  ["header", () => composeChord([a, {}], c)],
  ["body", () => composeChord([a], () => 1)],
])("refuses what is no signature in a %s", (_what, make) => {
  expect(make).toThrow(TypeError);
});

it("refuses data that is no canvas, and arguments that are no list", () => {
  expect(() => composeChain([a, { task: "a b", args: [], kwargs: {}, options: {} }])).toThrow(InvalidCanvasError);
  const wrong: unknown = 5;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what a program without types may pass
  expect(() => composeCall("a", wrong as [], {}, owner)).toThrow(InvalidArgumentError);
});

it("belongs to the application of its first part that has one", async () => {
  const data = a.toJSON();
  for (const canvas of [
    composeChain([data, orphan("b"), c]),
    composeGroup([data, c]),
    composeChord([data], c),
    composeChord([c], data),
    composeGroup([awaited(c)]),
    composeChord(awaited(c), data),
  ]) {
    await expect(canvas.delay()).resolves.toMatchObject({ id: expect.any(String) });
  }
  for (const canvas of [
    composeChain([data]),
    composeGroup([]),
    composeGroup([awaited(data)]),
    composeGroup([awaited()]),
  ]) {
    await expect(canvas.delay()).rejects.toThrow(InvalidCanvasError);
  }
});

it("C059: looks at the first member of a generator only, until it is sent, and keeps what it saw", () => {
  const log: string[] = [];
  const group = composeGroup([produced(log)]);
  expect(log).toEqual(["a"]);
  const members = group.kwargs["tasks"];
  if (!(members instanceof LazyMembers)) throw new Error("the members are not lazy");
  expect(members.list()).toEqual([a, b, c].map((signature) => signature.toJSON()));
  expect(members.list()).toHaveLength(3);
  expect(log).toEqual(["a", "b", "c"]);
});

it("gives several readers of an async generator the same members", async () => {
  const members = composeGroup([awaited(a, b)]).kwargs["tasks"];
  if (!(members instanceof LazyMembers)) throw new Error("the members are not lazy");
  const read = async () => {
    const seen: string[] = [];
    for await (const member of members) seen.push(member.task);
    return seen;
  };
  expect(await Promise.all([read(), read()])).toEqual([
    ["a", "b"],
    ["a", "b"],
  ]);
});

it("C104: is a chord without a body until it is called with one", async () => {
  const open = composeChord([a, b], undefined);
  await open.applyAsync([1], { body: c, queue: "lopri" });
  expect(owner.last).toEqual({
    what: "applyAsync",
    data: composeChord([a, b], c).toJSON(),
    args: [1],
    options: { queue: "lopri" },
  });
  expect(open.equals(composeChord([a, b], undefined))).toBe(true);
});

it("C141: links the error callback to the header where the setting says so", () => {
  const chord = composeChord([a], c);
  const errback = call("e");
  expect(chord.linkError(errback).equals(composeChord([a], c.linkError(errback)))).toBe(true);
  owner.errbackOnHeader = true;
  expect(chord.linkError(errback).equals(composeChord([a.linkError(errback)], c.linkError(errback)))).toBe(true);
  expect(chord.set({ linkError: errback }).equals(chord.linkError(errback))).toBe(true);
  expect(chord.clone({ linkError: errback }).equals(chord.linkError(errback))).toBe(true);
  owner.errbackOnHeader = false;
});

it("skews groups, and makes groups of chunks", () => {
  const skewed = composeGroup([a, b]).skew({ start: "1s" });
  expect(skewed.toJSON().kwargs["tasks"]).toMatchObject([
    { options: { countdown: 1_000 } },
    { options: { countdown: 2_000 } },
  ]);
});

it.each<readonly [string, (part: UntypedSignature) => UntypedSignature]>([
  ["groups", (part) => composeGroup([part, part])],
  ["chains", (part) => composeChain([part, part])],
  ["chords", (part) => composeChord([part, part], a)],
  ["pipes", (part) => part.pipe(part)],
  ["callbacks", (part) => a.link(part).link(part.set({ queue: "other" }))],
  ["error callbacks", (part) => a.linkError(part).linkError(part.set({ queue: "other" }))],
])("refuses %s that use one canvas twice, again and again, when they become too large", (_what, twice) => {
  const grow = (): void => {
    for (let part = a, round = 0; round < 60; round++) part = twice(part);
  };
  expect(grow).toThrow(/more than 110000 tasks and groups/);
});
