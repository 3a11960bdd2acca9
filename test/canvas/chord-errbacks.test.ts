// Callbacks of failures on chords: how often they run, and for what. The flag that runs them on header tasks is off.

import { type AnySignature, chain, chord, group } from "@troupe/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CanvasTasks } from "../support/canvas/canvas-fixtures.ts";
import { CanvasWorld, fresh } from "../support/canvas/canvas-world.ts";
import { errorOf, times } from "../support/canvas/cases.ts";
import { rootCause } from "../support/canvas/errors.ts";
import { BROKERS } from "../support/world.ts";

const EXPECTED = { name: "ExpectedException" };
const STYLES = ["errOld", "errNew"] as const;

type Chorded = (bad: AnySignature, tasks: CanvasTasks) => AnySignature;
const inHeader: Chorded = (bad, { identity }) => chord([bad], identity.s());
const asBody: Chorded = (bad, { identity }) => chord([identity.si(42)], bad);

const HEADERS = ["f", "fff", "fo", "foo", "fof", "fofo", "fofof"];

/** A canvas that fails, where it stands in the chord, and how often the chord's errback runs. */
const COUNTED: readonly (readonly [
  id: string,
  shows: string,
  bad: (tasks: CanvasTasks) => AnySignature,
  chorded: Chorded,
  runs: number,
])[] = [
  ["C162", "a chain in the header", (t) => failingChain(t), inHeader, 1],
  ["C162", "a chain as body", (t) => failingChain(t), asBody, 1],
  ["C165", "a group in the header", ({ identity, fail }) => group(identity.si(42), fail.s()), inHeader, 1],
  ["C165", "a group as body", ({ identity, fail }) => group(identity.si(42), fail.s()), asBody, 1],
  ["C166", "42 failures in the header", (t) => manyFailing(t), inHeader, 1],
  ["C166", "42 failures in a group as body", (t) => manyFailing(t), asBody, 42],
];

describe.each(BROKERS)("an errback of a chord over %s", (broker) => {
  let world: CanvasWorld;
  beforeAll(async () => {
    world = await CanvasWorld.open(broker);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  it.each(STYLES)("C161 runs once, for the body, when a header task or the body fails (%s)", async (style) => {
    const { fail, identity } = world.tasks;
    const errback = world.tasks[style].s();
    for (const failing of [chord([fail.s()], identity.s()), chord([identity.si(42)], fail.s())]) {
      const result = await failing.linkError(errback).delay();
      expect(rootCause(await errorOf(result))).toMatchObject(EXPECTED);
      expect(await world.noted(result.id, 1)).toHaveLength(1);
    }
  });

  it.each(STYLES)("C164 runs for the body, or for the step of the body that fails (%s)", async (style) => {
    const { identity, fail } = world.tasks;
    const errback = world.tasks[style].s();
    const failing = fail.s().freeze();
    const header = await chord([chain(identity.si(42), fail.s())], identity.s())
      .linkError(errback)
      .delay();
    const body = await chord([identity.si(42)], chain(identity.si(42), failing))
      .linkError(errback)
      .delay();
    await errorOf(header);
    await errorOf(body);
    expect(await world.noted(header.id, 1)).toHaveLength(1);
    expect(await world.noted(failing.id, 1)).toHaveLength(1);
  });

  it.each(COUNTED)("%s %s", async (...[, , bad, chorded, runs]) => {
    const key = fresh();
    const failing = chorded(bad(world.tasks), world.tasks).linkError(world.tasks.count.si(key));
    expect(rootCause(await errorOf(failing.delay()))).toMatchObject(EXPECTED);
    expect(await world.noted(key, runs)).toHaveLength(runs);
  });

  it.each(HEADERS)(
    "C171 runs once for a header of failing and other tasks (%s); the body never runs",
    async (header) => {
      const { fail, identity, echo } = world.tasks;
      const [body, errback] = [fresh(), fresh()];
      const members = header.split("").map((kind) => (kind === "f" ? fail.si() : identity.si(1)));
      const result = await chord(members, echo.si("body", body)).linkError(echo.si("errback", errback)).delay();
      expect(rootCause(await errorOf(result))).toMatchObject(EXPECTED);
      expect(await world.noted(errback, 1)).toEqual(["errback"]);
      expect(await world.notes.of(body)).toEqual([]);
    },
  );

  it("C170 runs once when a chord in the header fails; the body never runs", async () => {
    const { identity, fail, echo } = world.tasks;
    const [body, errback] = [fresh(), fresh()];
    const inner = chord([identity.si("t1"), fail.si()], identity.si("t2"));
    const outer = chord(group(identity.si("t3"), inner), echo.si("body", body));
    const result = await outer.linkError(echo.si("errback", errback)).delay();
    expect(await errorOf(world.app.result(result.id))).toMatchObject({ name: "ChordError" });
    expect(await world.noted(errback, 1)).toEqual(["errback"]);
    expect(await world.notes.of(body)).toEqual([]);
  });

  it("section 11: of a chain that contains a chord runs once, for the chord's exit", async () => {
    const { identity, fail, add, errOld } = world.tasks;
    const first = identity.s().freeze();
    const steps = chain(identity.si(1), chord([fail.si(), identity.si(2)], first), add.s(1));
    const result = await steps.linkError(errOld.s()).delay();
    await errorOf(result);
    // The step after the chord becomes part of its body, whose exit it then is.
    expect(await world.noted(result.id, 1)).toEqual(["old"]);
    expect(await world.notes.of(first.id)).toEqual([]);
  });

  it("Q25 of the members of a body group run once, for the group's failure", async () => {
    const { identity, fail, count } = world.tasks;
    const key = fresh();
    const body = group(identity.s(), identity.s());
    await errorOf(chord([fail.si()], body).linkError(count.si(key)).delay());
    expect(await world.noted(key, 1)).toHaveLength(1);
  });

  it("C179 on the body sees the body's request, a ChordError and no traceback", async () => {
    const { raiseError, tsum, errNew } = world.tasks;
    const result = await chord([raiseError.s()], tsum.s().linkError(errNew.s())).delay();
    await errorOf(result);
    expect(await world.noted(result.id, 1)).toMatchObject([
      { request: { id: result.id }, error: { name: "ChordError" }, traceback: null },
    ]);
  });

  it("C180 that throws leaves the body's error as it is", async () => {
    const { raiseError, tsum, errThrows } = world.tasks;
    const result = await chord([raiseError.s()], tsum.s()).linkError(errThrows.s()).delay();
    await errorOf(result);
    expect(await world.noted(result.id, 1)).toEqual(["threw"]);
    const stored = await world.newApp().result(result.id).get({ propagate: false, timeout: "20s" });
    expect(stored).toMatchObject({ name: "ChordError" });
  });
});

function failingChain({ identity, fail }: CanvasTasks): AnySignature {
  return chain(identity.si(42), fail.s(), identity.si(42));
}

function manyFailing({ identity, fail }: CanvasTasks): AnySignature {
  return group([...times(24, () => identity.si(42)), ...times(42, () => fail.s())]);
}
