// Chords that fail.

import { type AnySignature, ChordError, chain, chord, group } from "@troupe/core";
import { eventually } from "@troupe/core/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CanvasTasks } from "../support/canvas/canvas-fixtures.ts";
import { CanvasWorld, fresh } from "../support/canvas/canvas-world.ts";
import { errorOf, type Handle, range, times, valueOf } from "../support/canvas/cases.ts";
import { rootCause } from "../support/canvas/errors.ts";
import { BROKERS } from "../support/world.ts";

const EXPECTED = { name: "ExpectedException", message: "Task expected to fail" };

/** Canvases whose error comes from a task that is expected to fail. */
const REJECTED: readonly (readonly [id: string, shows: string, send: (tasks: CanvasTasks) => Promise<Handle>])[] = [
  ["C160", "a header task fails", ({ fail, identity }) => chord([fail.s()], identity.s()).delay()],
  ["C160", "the body fails", ({ fail, identity }) => chord([identity.si(42)], fail.s()).delay()],
  [
    "C163",
    "a chain in the header fails at its end",
    ({ fail, identity }) => chord([chain(identity.si(42), fail.s())], identity.s()).delay(),
  ],
  [
    "C163",
    "a chain as body fails at its end",
    ({ fail, identity }) => chord([identity.si(42)], chain(identity.si(42), fail.s())).delay(),
  ],
  [
    "C173",
    "a header task fails, the body is a task",
    ({ add, fail }) => chain(group(add.si(15, 7), fail.si()), add.si(9, 7)).delay(),
  ],
  [
    "C174",
    "a chain deep in the header fails",
    ({ identity, fail }) => {
      const deep = chain(fail.si(), group(identity.si(2), identity.si(3)), identity.si(4));
      return chain(group(identity.si(1), deep), identity.s()).delay();
    },
  ],
];

const shownOf = (error: unknown): unknown => (error instanceof ChordError ? [error.message, error.dependency] : error);

describe.each(BROKERS)("a chord over %s", (broker) => {
  let world: CanvasWorld;
  beforeAll(async () => {
    world = await CanvasWorld.open(broker);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  it.each(REJECTED)("%s rejects when %s", async (_id, _shows, send) => {
    expect(rootCause(await errorOf(send(world.tasks)))).toMatchObject(EXPECTED);
  });

  /** Ids of the header's members. */
  const membersOf = (header: AnySignature[]): AnySignature[] => header.map((member) => member.freeze());

  it("C157 whose header fails: the body never runs, its error names the task; the other members run", async () => {
    const { add, raiseError, gate, echo } = world.tasks;
    const key = fresh();
    const [good, bad, slow] = membersOf([add.s(4, 4), raiseError.s(), gate.s(8, key)]);
    if (!good || !bad || !slow) throw new Error("three members");
    const result = await chord([good, bad, slow], echo.s(key)).delay();
    const error = await errorOf(result);
    const text = `Dependency ${bad.id} raised ValueError: deliberate error`;
    expect(error).toMatchObject({ name: "ChordError", cause: { name: "ValueError", taskId: bad.id } });
    await world.openGate(key);
    const body = world.app.result(result.id);
    expect(await errorOf(body)).toMatchObject({ name: "ChordError", message: text });
    expect(await body.state()).toBe("FAILURE");
    expect(await valueOf(world.app.result(slow.id ?? ""))).toBe(8);
    await world.quiet();
    expect(await world.notes.of(key)).toEqual([]);
  });

  it("C158 with two failures: its error names the one that failed first in time", async () => {
    const { failAfter, identity, gate, tsum } = world.tasks;
    const [gateA, gateB, gateC] = [fresh("gate"), fresh("gate"), fresh("gate")];
    const [a, b, c] = membersOf([failAfter.s(gateA, "A"), failAfter.s(gateB, "B"), gate.s(1, gateC)]);
    if (!a || !b || !c) throw new Error("three members");
    const result = await chord([a, b, c], tsum.s()).pipe(identity.s()).delay();
    const body = result.parent?.id ?? "";
    const firstOne = {
      name: "ChordError",
      message: `Dependency ${b.id} raised ValueError: B`,
      taskId: b.id,
      cause: { message: "B", taskId: b.id },
    };
    await world.openGate(gateB);
    // Told while the others still run.
    expect(await errorOf(result)).toMatchObject(firstOne);
    await world.openGate(gateA);
    expect(await errorOf(world.app.result(a.id ?? ""))).toMatchObject({ message: "A" });
    // Asked again when another one has failed, too.
    expect(await errorOf(result)).toMatchObject(firstOne);
    expect(await world.app.result(body).ready()).toBe(false);
    await world.openGate(gateC);
    for (const id of [body, result.id]) expect(await errorOf(world.app.result(id))).toMatchObject(firstOne);
  });

  it("Q10 with many failures: who asks at once is told of the same member as who asks later, or elsewhere", async () => {
    const { fail, tsum } = world.tasks;
    const elsewhere = world.newApp();
    for (const round of range(5)) {
      const result = await chord(
        times(24, (i) => fail.si(round, i)),
        tsum.s(),
      ).delay();
      const [atOnce, later] = [await errorOf(result), await errorOf(elsewhere.result(result.id))];
      expect(atOnce).toMatchObject({ name: "ChordError", message: expect.stringContaining("Dependency ") });
      expect(shownOf(later)).toEqual(shownOf(atOnce));
    }
  });

  it("C173 whose body is a group: all its members fail when the header does", async () => {
    const { add, fail } = world.tasks;
    const result = await chain(group(add.si(15, 7), fail.si()), group(add.si(9, 7), add.si(5, 7))).delay();
    expect(rootCause(await errorOf(result))).toMatchObject(EXPECTED);
    const members = result.results.map(({ id }) => world.app.result(id));
    for (const member of members) {
      expect(await errorOf(member)).toMatchObject({ name: "ChordError", cause: EXPECTED });
    }
  });

  it("C175 that fails in a chain: the later chord's tasks fail too", async () => {
    const { raiseError, add, tsum } = world.tasks;
    const header = membersOf([add.s(1), add.s(2)]);
    const result = await chain(chord([raiseError.si()], tsum.s()), chord(header, tsum.s())).delay();
    const ids = [result.id, ...header.map(({ id }) => id ?? "")];
    for (const id of ids) {
      expect(await errorOf(world.app.result(id))).toMatchObject({ name: "ChordError" });
      expect(await world.app.result(id).state()).toBe("FAILURE");
    }
  });

  it("Q11 within a header: the outer body fails with an error that names the inner body", async () => {
    const { identity, fail } = world.tasks;
    const inner = identity.s().freeze();
    const result = await chord([identity.si(1), chord([fail.si()], inner)], identity.s()).delay();
    const error = await errorOf(world.app.result(result.id));
    expect(error).toMatchObject({
      name: "ChordError",
      message: expect.stringContaining(`Dependency ${inner.id} raised`),
    });
    expect(rootCause(error)).toMatchObject(EXPECTED);
  });

  it("C181 whose body cannot be sent: it fails with an error that says so, and its errbacks run", async () => {
    const { big, identity, echo } = world.tasks;
    const key = fresh();
    const tooMuch = times(3, () => big.si(world.transport.maxMessageBytes / 2 - 10_000));
    const result = await chord(tooMuch, identity.s()).linkError(echo.si("errback", key)).delay();
    expect(await errorOf(world.app.result(result.id))).toMatchObject({
      name: "ChordError",
      cause: { code: "TROUPE_PAYLOAD_TOO_LARGE" },
    });
    expect(await world.noted(key, 1)).toEqual(["errback"]);
  });

  it("C182 with an expired header task (for a revoked one): it fails, the cause is TaskRevokedError", async () => {
    const { add, tsum } = world.tasks;
    const result = await chord([add.si(1, 1).set({ expires: new Date(0) }), add.si(2, 2)], tsum.s()).delay();
    const body = world.app.result(result.id);
    expect(await errorOf(body)).toMatchObject({ name: "ChordError", cause: { code: "TROUPE_TASK_REVOKED" } });
    expect(await body.state()).toBe("FAILURE");
  });

  it("C186 with an ignored header task: it fails", async () => {
    const { add, ignoring, tsum } = world.tasks;
    const result = await chord([add.si(1, 1), ignoring.si()], tsum.s()).delay();
    expect(await errorOf(result)).toMatchObject({ name: "ChordError" });
  });

  it("C188 get rejects as soon as a header task fails, while others still run", async () => {
    const { gate, raiseError, tsum } = world.tasks;
    const key = fresh("gate");
    const result = await chord([gate.s(1, key), raiseError.s()], tsum.s()).delay();
    expect(await errorOf(result)).toMatchObject({ name: "ChordError", cause: { name: "ValueError" } });
    expect(await world.app.result(result.id).ready()).toBe(false);
    await world.openGate(key);
    await eventually("the body fails", () => world.app.result(result.id).failed());
  });

  it("section 10: 20 header tasks of which 10 fail: all run, the body fails once", async () => {
    const { fail, tally, identity } = world.tasks;
    const key = fresh();
    const header = range(20).map((i) => (i % 2 === 0 ? fail.si(i) : tally.si(i, key)));
    await errorOf(chord(header, identity.s()).delay());
    expect(await world.noted(key, 10)).toHaveLength(10);
  });
});
