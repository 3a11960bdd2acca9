import { afterEach, beforeEach, expect, it, vi } from "vitest";
import {
  AlreadyRegisteredError,
  chain,
  chord,
  chunks,
  group,
  InvalidArgumentError,
  isSignature,
  kw,
  Troupe,
} from "../../src/index.ts";
import { deferred } from "../../src/platform/deferred.ts";
import { silentLogger } from "../support/loggers.ts";

let app: Troupe;

beforeEach(() => {
  vi.stubEnv("TROUPE_BROKER_URL", "");
  app = new Troupe("proj", { logger: silentLogger });
});

afterEach(async () => {
  await app.close();
  vi.unstubAllEnvs();
});

const tasks = (of: Troupe = app) => ({
  add: of.task("proj.add", (x: number, y: number, { debug = false } = {}) => (debug ? x : x + y)),
  mul: of.task("proj.mul", (x: number, y: number) => x * y),
  tsum: of.task("proj.tsum", (list: number[]) => list.reduce((sum, x) => sum + x, 0)),
});

it("makes signatures that bind the last arguments, with keywords apart", () => {
  const { add } = tasks();
  expect(add.s(2, kw({ debug: true })).toJSON()).toEqual({
    task: "proj.add",
    args: [2],
    kwargs: { debug: true },
    options: {},
    subtaskType: "",
    immutable: false,
  });
  expect([add.si(2, 2).immutable, add.si(2, 2).args]).toEqual([true, [2, 2]]);
  expect(add.signature([2], { queue: "lopri" }).options).toEqual({ queue: "lopri" });
  expect(add.signature().equals(add.s())).toBe(true);
  expect(add.s(2, 2).equals(add.signature([2, 2]))).toBe(true);
  expect([isSignature(add.s()), isSignature(add), isSignature(add.s().toJSON()), isSignature(null)]).toEqual([
    true,
    false,
    false,
    false,
  ]);
});

it("makes one task of a list, and chunks", () => {
  const { add, mul, tsum } = tasks();
  expect(tsum.map(new Set([[1], [2]])).kwargs).toMatchObject({ it: [[1], [2]], task: { task: "proj.tsum" } });
  expect([tsum.map([]).type, mul.starmap([[1, 1]]).type, mul.starmap([]).immutable]).toEqual(["map", "starmap", true]);
  expect(mul.chunks([[1, 1]], 10).equals(chunks(mul, [[1, 1]], 10))).toBe(true);
  expect(
    mul
      .chunks(
        [
          [1, 1],
          [2, 2],
        ],
        1,
      )
      .group().type,
  ).toBe("group");
  expect(() => add.chunks([[1, 1]], 0)).toThrow(InvalidArgumentError);
});

it("runs a call of a signature here", async () => {
  const { add } = tasks();
  expect(await add.s(2).call(4)).toBe(6);
  expect(await add.s(2, kw({ debug: true })).call(4)).toBe(4);
});

it("C001, C003, C014, C070, C103: sends what is composed of its signatures", async () => {
  const { add, mul, tsum } = tasks();
  const worker = app.worker({ concurrency: 4 });
  await worker.start();
  expect(await (await add.s(2).delay(8)).get()).toBe(10);
  expect(await add.s(2, 2).run()).toBe(4);
  expect(await add.s(4, 4).pipe(add.s(8)).pipe(mul.s(2)).run()).toBe(32);
  expect(await chain(add.s(4), mul.s(8)).run(16)).toBe(160);
  const members = await group(add.s(1), mul.s(3)).delay(10);
  expect(await members.get()).toEqual([11, 30]);
  expect(await chord([add.s(1), mul.s(3)], tsum.s()).run(10)).toBe(41);
  expect(await (await chord([add.s(1), mul.s(3)]).applyAsync([10], { body: tsum.s() })).get()).toBe(41);
  expect(
    await mul
      .chunks(
        [
          [1, 1],
          [2, 2],
          [3, 3],
        ],
        2,
      )
      .run(),
  ).toEqual([[1, 4], [9]]);
  await worker.stop({ mode: "cold" });
});

it("C024: sends what follows from a plain call", async () => {
  const { add, mul } = tasks();
  const noted = deferred<number>();
  const note = app.task("proj.note", (x: number) => noted.resolve(x));
  const worker = app.worker({ concurrency: 4 });
  await worker.start();
  const result = await add.applyAsync([2, 2], { link: mul.s(16).link(note.s()) });
  expect(await result.get()).toBe(4);
  expect(await noted.promise).toBe(64);
  await worker.stop({ mode: "cold" });
});

it("hands a signature to a task as its plain data, from which it can be made again", async () => {
  const { add } = tasks();
  const describe = app.task("proj.describe", (data: unknown) => app.signature(Object(data)).toString());
  expect(await (await describe.apply([add.s(2, 2).toJSON()])).get()).toBe("proj.add(2, 2)");
  const pass: (task: unknown, signature: unknown) => unknown = (_task, signature) => describe.apply([signature]);
  const result = await Object(pass(describe, add.s(2).pipe(add.s(3))));
  expect(await result.get()).toBe("proj.add(2) | add(3)");
});

it("knows tasks of other packages by name, without their code", async () => {
  interface Media {
    readonly resize: ReturnType<typeof resizeTask>;
  }
  const resizeTask = () => app.task("media.resize", (width: number) => width / 2);
  const remote = app.remote<Media>();
  const resize = remote("media.resize");
  expect([resize.name, Object.keys(resize).includes("apply"), typeof resize]).toEqual([
    "media.resize",
    false,
    "object",
  ]);
  expect(resize.s(8).toString()).toBe("media.resize(8)");
  expect(app.tasks.size).toBe(0);
  resizeTask();
  const worker = app.worker();
  await worker.start();
  expect(await (await resize.delay(8)).get()).toBe(4);
  await worker.stop({ mode: "cold" });
});

const FAILED = { id: "t", task: "proj.pay", args: [], kwargs: {}, rootId: "t", parentId: null, retries: 0 };

it("registers error callbacks, whose signatures say what they are", () => {
  const { add } = tasks();
  const failed = app.errback("proj.failed", (request, error, traceback, channel: string) => {
    void [request, error, traceback, channel];
  });
  expect(failed.name).toBe("proj.failed");
  expect(failed.s("ops").toJSON()).toMatchObject({ task: "proj.failed", args: ["ops"], subtaskType: "errback" });
  expect(failed.s("ops").type).toBe("task");
  expect(failed.s("ops").immutable).toBe(false);
  expect(failed.s("ops").set({ immutable: true }).toJSON()).toMatchObject({ args: ["ops"], immutable: true });
  const byHand = failed.si(FAILED, new TypeError("no"), null, "ops").toJSON();
  expect(byHand).toMatchObject({ args: [FAILED, { type: "TypeError", message: "no" }, null, "ops"], immutable: true });
  expect(add.s(1).linkError(failed.s("ops")).options.linkError).toMatchObject([{ subtaskType: "errback" }]);
  expect(() => app.errback("proj.failed", () => 1)).toThrow(AlreadyRegisteredError);
});
