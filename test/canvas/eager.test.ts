// Canvases that run in the caller's process: by `apply`, or because the application runs all eagerly. Nothing is sent.

import { chain, chord, EagerResult, group, Troupe } from "@troupe/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CanvasTasks, fixtures } from "../support/canvas/canvas-fixtures.ts";
import { errorOf, valueOf } from "../support/canvas/cases.ts";
import { ExpectedException, ValueError } from "../support/canvas/errors.ts";
import { spineOf } from "../support/canvas/spine.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/temporary-folder.ts";

let folder: TemporaryFolder;
let app: Troupe;
let tasks: CanvasTasks;
let always: CanvasTasks;

beforeAll(async () => {
  folder = await temporaryFolder("troupe-eager-");
  const files = { notes: `${folder.path}/notes`, gates: folder.path };
  const settings = { logLevel: "silent", errors: [ExpectedException, ValueError] } as const;
  app = new Troupe("eager", settings);
  tasks = fixtures.register(app, files);
  always = fixtures.register(new Troupe("always-eager", { ...settings, taskAlwaysEager: true }), files);
});
afterAll(() => folder[Symbol.asyncDispose]());

describe("apply", () => {
  it("C084 of an empty chain to which steps were piped", async () => {
    const steps = app.signature(chain([]).toJSON()).pipe(tasks.add.s(1, 1)).pipe(tasks.add.s(1));
    expect(await (await steps.apply()).get()).toBe(3);
  });

  it("C126 of a chord in a chain gives its arguments to the header", async () => {
    const { identity } = tasks;
    const steps = chain(chord([identity.s(), identity.s()], identity.s()), identity.s());
    expect(await (await steps.apply([1])).get()).toEqual([1, 1]);
  });

  it("C185 of a chain stops where a task is ignored", async () => {
    const { ignoring, fail } = tasks;
    const result = await chain(ignoring.s(), fail.s()).apply();
    expect([await result.state(), await result.get()]).toEqual(["IGNORED", null]);
  });

  it("of a chord tells of an ignored member as elsewhere", async () => {
    const { add, ignoring, tsum } = tasks;
    const result = await chord([add.si(1, 1), ignoring.si().freeze("ignored")], tsum.s()).apply();
    const error = await errorOf(result);
    expect(error).toMatchObject({ name: "ChordError", message: "Dependency ignored ended in IGNORED" });
    expect(error).not.toHaveProperty("cause");
  });

  it("C251 of a chain gives a decided result with its parents", async () => {
    const { add } = tasks;
    const result = await chain(add.s(4, 4), add.s(8), add.s(10)).apply();
    expect(result).toBeInstanceOf(EagerResult);
    expect(await Promise.all(spineOf(result).map(valueOf))).toEqual([26, 16, 8]);
  });

  it("section 14 of a chain of products", async () => {
    const { add, mul } = tasks;
    const result = await chain(add.s(4, 4), mul.s(8), mul.s(10)).apply();
    expect(await Promise.all(spineOf(result).map(valueOf))).toEqual([640, 64, 8]);
  });

  it("C252 of a group with a failed member", async () => {
    const { add, fail } = tasks;
    const result = await group(add.s(1, 1), fail.s()).apply();
    await expect(result.get()).rejects.toMatchObject({ name: "ExpectedException" });
    expect(await result.get({ propagate: false })).toEqual([2, expect.any(ExpectedException)]);
  });

  it("C253 of a chain whose middle step fails: a failed result, nothing is thrown", async () => {
    const { add, raiseError } = tasks;
    const result = await chain(add.s(1, 1), raiseError.s(), add.s(1)).apply();
    expect(await result.state()).toBe("FAILURE");
    await expect(result.get()).rejects.toMatchObject({ name: "ValueError" });
  });

  it("C254 of a task that fails: get throws its error, or gives it (taskEagerPropagates for throw)", async () => {
    const result = await tasks.raiseError.s().apply();
    await expect(result.get()).rejects.toBeInstanceOf(ValueError);
    expect(await result.get({ propagate: false })).toBeInstanceOf(ValueError);
    const app = new Troupe("throwing", { logLevel: "silent", taskEagerPropagates: true });
    const throwing = fixtures.register(app, { notes: "none", gates: "none" });
    await expect(throwing.raiseError.s().apply()).rejects.toBeInstanceOf(ValueError);
  });

  it("C256 tells the name of the task (revoking a decided result has no counterpart)", async () => {
    expect(await (await tasks.add.s(1, 1).apply()).info()).toMatchObject({ name: "canvas.add", state: "SUCCESS" });
  });

  it("Q28 of a chord whose header fails: a failed result", async () => {
    const { fail, identity } = tasks;
    const result = await chord([fail.s()], identity.s()).apply();
    expect(await result.state()).toBe("FAILURE");
  });
});

describe("an application that runs all eagerly", () => {
  it("C078 C152 runs canvases inside of tasks", async () => {
    const result = await always.sendBoth.delay(2);
    expect(await valueOf(result)).toEqual([expect.any(String), expect.any(String)]);
  });

  it("C255 runs a chain", async () => {
    expect(await always.add.s(4, 4).pipe(always.add.s(8)).run()).toBe(16);
  });

  it("section 14: runs groups and chords", async () => {
    const { add, tsum } = always;
    expect(await group(add.s(1), add.s(2)).run(10)).toEqual([11, 12]);
    expect(await chord([add.s(1, 1), add.s(2, 2)], tsum.s()).run()).toBe(6);
  });
});
