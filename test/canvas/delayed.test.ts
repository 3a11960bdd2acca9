// Canvases of which something starts later.

import { chain, chord, group } from "@troupe/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CanvasWorld, fresh } from "../support/canvas/canvas-world.ts";
import { range, times, valueOf } from "../support/canvas/cases.ts";
import { BROKERS } from "../support/world.ts";

const SLACK_MS = 50; // clocks of two processes, and rounding

describe.each(BROKERS)("a delay over %s", (broker) => {
  let world: CanvasWorld;
  beforeAll(async () => {
    world = await CanvasWorld.open(broker);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  /** When tasks noted the time, in milliseconds after `from`. */
  const timesNoted = async (key: string, count: number, from: number): Promise<number[]> =>
    (await world.noted(key, count)).map((at) => Number(at) - from);

  it("C005 of the call wins over that of the signature, which stays as it was", async () => {
    const key = fresh();
    const signature = world.tasks.clock.signature([4, key], { countdown: "10s" });
    const from = Date.now();
    const result = await signature.applyAsync([], { countdown: "1s" });
    expect(await valueOf(result)).toBe(4);
    const [at] = await timesNoted(key, 1, from);
    expect(at).toBeGreaterThan(1_000 - SLACK_MS);
    expect(at).toBeLessThan(8_000);
    expect(signature.options).toEqual({ countdown: "10s" });
  });

  it("C035 of a starmap", async () => {
    const [key, from] = [fresh(), Date.now()];
    await world.tasks.clock
      .starmap([
        [1, key],
        [2, key],
      ])
      .applyAsync([], { countdown: "2s" });
    expect(Math.min(...(await timesNoted(key, 2, from)))).toBeGreaterThan(2_000 - SLACK_MS);
  });

  it("C100 of a chain that is flattened into another is that of its first step", async () => {
    const [key, from] = [fresh(), Date.now()];
    const { clock, add } = world.tasks;
    const inner = chain(clock.s(1, key), add.s(2)).set({ countdown: "1s" });
    expect(await valueOf(inner.pipe(add.s(3)).delay())).toBe(6);
    expect((await timesNoted(key, 1, from))[0]).toBeGreaterThan(1_000 - SLACK_MS);
  });

  it("C129 by a date: a chord with an errback starts then; the errback does not run", async () => {
    const [key, errback, from] = [fresh(), fresh(), Date.now()];
    const { clock, tsum, echo } = world.tasks;
    const steps = chain(group(clock.s(3, key), clock.s(7, key)), tsum.s()).linkError(echo.si("errback", errback));
    const result = await steps.applyAsync([], { eta: new Date(from + 3_000) });
    expect(await valueOf(result)).toBe(10);
    expect(Math.min(...(await timesNoted(key, 2, from)))).toBeGreaterThan(3_000 - SLACK_MS);
    expect(await world.notes.of(errback)).toEqual([]);
  });

  it("C148 of a chord is that of its header; the body comes right after", async () => {
    const [header, body, from] = [fresh(), fresh(), Date.now()];
    const { clock } = world.tasks;
    await chord([clock.s("h1", header), clock.s("h2", header)], clock.s(body)).applyAsync([], { countdown: "2s" });
    const [at] = await timesNoted(body, 1, from);
    const headers = await timesNoted(header, 2, from);
    expect(Math.min(...headers)).toBeGreaterThan(2_000 - SLACK_MS);
    expect((at ?? Number.NaN) - Math.max(...headers)).toBeLessThan(1_900);
  });

  it("C038 skew gives the chunks of a group one countdown after the other", () => {
    const chunks = world.tasks.add.chunks(
      range(100).map((i) => [i, i]),
      10,
    );
    expect(countdownsOf(chunks.group().skew({ start: "1s", stop: "10s" }))).toEqual(
      range(10, 1).map((seconds) => seconds * 1_000),
    );
  });

  it("C039 skew stops at its longest, and takes one signature several times for several", () => {
    const { add } = world.tasks;
    const twelve = group(times(12, (i) => add.s(i, i))).skew({ start: "1s", stop: "10s" });
    expect(countdownsOf(twelve)).toEqual([...range(10, 1), 10, 10].map((seconds) => seconds * 1_000));
    const one = add.s(1, 1);
    expect(countdownsOf(group(one, one, one, one).skew({ start: 500, step: 500 }))).toEqual([500, 1_000, 1_500, 2_000]);
  });
});

function countdownsOf(of: { toJSON(): { readonly kwargs: Readonly<Record<string, unknown>> } }): unknown[] {
  const { tasks } = of.toJSON().kwargs;
  if (!Array.isArray(tasks)) throw new Error("it has no members");
  return tasks.map((task: { readonly options: { readonly countdown?: unknown } }) => task.options.countdown);
}
