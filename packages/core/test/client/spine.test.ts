// `get` looks at the results before: it fails as soon as one of them has.

import { expect, it } from "vitest";
import { AsyncResult } from "../../src/client/async-result.ts";
import { CALLED } from "../../src/client/running-task.ts";
import { ChordError, TaskRevokedError, TaskTimeoutError } from "../../src/model/errors.ts";
import type { Failure } from "../../src/model/failure.ts";
import { nextTurn, outcomeOf, soon } from "../support/outcomes.ts";
import { FAILURE, ResultScene } from "../support/result-scene.ts";

const CHORD_FAILURE: Failure = {
  type: "ChordError",
  message: "Dependency b raised TypeError: no",
  code: "TROUPE_CHORD",
  details: { dependency: "b" },
  cause: FAILURE,
};

it("gives the value of a step when all before it succeeded", async () => {
  const scene = await ResultScene.open();
  const last = scene.task("c", scene.task("b", scene.task("a")));
  const value = last.get();
  await scene.waiting();
  for (const [id, sum] of [
    ["a", 1],
    ["b", 2],
    ["c", 3],
  ] as const)
    scene.push({ id, value: sum });
  expect(await value).toBe(3);
  expect(scene.isIdle).toBe(true);
  expect(scene.transport.calls).toEqual([]);
});

it("rejects with the failure of a step before, though the later ones are not final, and leaves nothing behind", async () => {
  const scene = await ResultScene.open();
  const last = scene.task("c", scene.task("b", scene.task("a")));
  const failing = outcomeOf(last.get({ timeout: "1h" }));
  await scene.waiting();
  scene.push({ id: "a", state: "FAILURE", value: null, error: FAILURE });
  expect(await failing).toMatchObject({ name: "TypeError", message: "no", taskId: "a" });
  expect(scene.isIdle).toBe(true);
});

it("gives the failure nearest the root, of those that are known", async () => {
  const scene = await ResultScene.open();
  const first = scene.task("a");
  const second = scene.task("b", first);
  scene.store({ id: "a", state: "FAILURE", value: null, error: { type: "Error", message: "first" } });
  scene.store({ id: "b", state: "FAILURE", value: null, error: { type: "Error", message: "second" } });
  await Promise.all([first.ready(), second.ready()]);
  await expect(scene.task("c", second).get()).rejects.toThrow("first");
});

it("asks once for the steps before when they were called elsewhere", async () => {
  const scene = await ResultScene.open();
  scene.store({ id: "a", state: "FAILURE", value: null, error: FAILURE });
  const elsewhere = { mark: null, ignored: false };
  const first = new AsyncResult("a", scene.ports, elsewhere);
  await expect(new AsyncResult("b", scene.ports, elsewhere, first).get()).rejects.toThrow("no");
  expect(scene.transport.calls.toSorted()).toEqual(["glance result a", "glance result b"]);
});

it.each([
  ["here", 0, []],
  ["elsewhere", null, ["glance result a"]],
] as const)("reads a step before that was called %s as rarely as possible", async (_where, mark, reads) => {
  const scene = await ResultScene.open();
  const first = new AsyncResult("a", scene.ports, { mark, ignored: false });
  void outcomeOf(scene.task("b", first).get());
  await scene.waiting();
  for (let tick = 0; tick < 20; tick++) {
    scene.clock.advance(500);
    await nextTurn();
  }
  expect(scene.transport.calls.filter((call) => call.endsWith(" a"))).toEqual(reads);
  expect(scene.transport.calls).toContain("glance result b");
});

it("rejects when a step before was revoked (C183)", async () => {
  const scene = await ResultScene.open();
  const failing = outcomeOf(scene.task("b", scene.task("a")).get());
  await scene.waiting();
  scene.push({ id: "a", state: "REVOKED", value: null });
  expect(await failing).toBeInstanceOf(TaskRevokedError);
});

it.each(["SUCCESS", "IGNORED", "REJECTED"] as const)("waits on when a step before ended in %s", async (state) => {
  const scene = await ResultScene.open();
  const value = scene.task("b", scene.task("a")).get();
  await scene.waiting();
  scene.push({ id: "a", state, value: null });
  expect(await soon(value)).toBe("pending");
  scene.push({ id: "b", value: 2 });
  expect(await value).toBe(2);
});

it("rejects also when the step before ignores its result", async () => {
  const scene = await ResultScene.open();
  const failing = outcomeOf(scene.task("b", scene.task("a")).get());
  await scene.waiting();
  scene.push({ id: "a", state: "FAILURE", value: null, error: FAILURE, hidden: true });
  expect(await failing).toBeInstanceOf(TypeError);
});

it("does not take a step before that was forgotten for a failure", async () => {
  const scene = await ResultScene.open();
  scene.store({ id: "a", state: "FAILURE", value: null, forgotten: true });
  scene.store({ id: "b", value: 2 });
  const first = new AsyncResult("a", scene.ports);
  expect(await new AsyncResult("b", scene.ports, undefined, first).get()).toBe(2);
});

it("waits for this step alone with propagate: false", async () => {
  const scene = await ResultScene.open();
  const outcome = scene.task("b", scene.task("a")).get({ propagate: false });
  await scene.waiting();
  scene.push({ id: "a", state: "FAILURE", value: null, error: FAILURE });
  expect(await soon(outcome)).toBe("pending");
  scene.push({ id: "b", state: "FAILURE", value: null, error: FAILURE });
  expect(await outcome).toMatchObject({ message: "no", taskId: "b" });
});

it("ends in time and leaves nothing behind (C231)", async () => {
  const scene = await ResultScene.open();
  const failing = outcomeOf(scene.task("b", scene.task("a")).get({ timeout: "2s" }));
  await scene.waiting();
  scene.clock.advance(2_000);
  expect(await failing).toBeInstanceOf(TaskTimeoutError);
  expect(scene.isIdle).toBe(true);
});

it("ends by its signal, also by one that was aborted before", async () => {
  const scene = await ResultScene.open();
  const aborter = new AbortController();
  const failing = outcomeOf(scene.task("b", scene.task("a")).get({ signal: aborter.signal }));
  await scene.waiting();
  aborter.abort(new Error("enough"));
  expect(await failing).toMatchObject({ message: "enough" });
  const late = scene.task("c", scene.task("a")).get({ signal: aborter.signal });
  await expect(late).rejects.toThrow("enough");
  expect(scene.isIdle).toBe(true);
});

it("gives the value of a step before afterwards without waiting for a second", async () => {
  const scene = await ResultScene.open();
  const first = scene.task("a");
  const value = scene.task("b", first).get();
  await scene.waiting();
  scene.store({ id: "a", value: 1 });
  scene.push({ id: "a", value: 1 });
  scene.push({ id: "b", value: 2 });
  await value;
  expect(await soon(first.get())).toBe(1);
});

it("rejects with a ChordError as soon as it is decided that the body fails, whichever member is heard of first (C188, Q41)", async () => {
  const scene = await ResultScene.open();
  const header = scene.group("g", [scene.task("b"), scene.task("c")]);
  const failing = outcomeOf(scene.task("body", header).get());
  await scene.waiting();
  scene.push({ id: "c", state: "FAILURE", value: null, error: FAILURE });
  scene.decide("g", CHORD_FAILURE);
  const error = await failing;
  expect(error).toBeInstanceOf(ChordError);
  expect(error).toMatchObject({
    message: CHORD_FAILURE.message,
    taskId: "b",
    dependency: "b",
    cause: { message: "no", taskId: "b" },
  });
  expect(scene.isIdle).toBe(true);
});

it("hears of the decision when it is pushed before anybody waits", async () => {
  const scene = await ResultScene.open();
  const body = scene.task("body", scene.group("g", [scene.task("b"), scene.task("c")]));
  scene.decide("g", CHORD_FAILURE);
  expect(await outcomeOf(body.get())).toMatchObject({ name: "ChordError", taskId: "b" });
});

it("reads the decision of a chord that was sent elsewhere", async () => {
  const scene = await ResultScene.open();
  const members = [new AsyncResult("b", scene.ports), new AsyncResult("c", scene.ports)];
  scene.storeDecision("g", CHORD_FAILURE);
  const body = new AsyncResult("body", scene.ports, undefined, scene.group("g", members));
  expect(await outcomeOf(body.get())).toMatchObject({ name: "ChordError", taskId: "b" });
  expect(scene.isIdle).toBe(true);
});

it("waits for the body when it is decided that it is sent, or when it fails without a member", async () => {
  const scene = await ResultScene.open();
  const late: Failure = { type: "ChordError", message: "submission was not completed" };
  const bodyOf = (id: string): AsyncResult<unknown> => scene.task(id, scene.group(`g-${id}`, [scene.task(`b-${id}`)]));
  const waits = ["sent", "failed"].map((id) => outcomeOf(bodyOf(id).get()));
  await scene.waiting();
  scene.decide("g-sent", null, "sent");
  scene.push({ id: "sent", value: 3 });
  scene.decide("g-failed", late, "failed");
  expect(await waits[0]).toBe(3);
  expect(await waits[1]).toMatchObject({ message: late.message, taskId: "failed" });
});

it("does not take the decision about a group for the result of a task of that id", async () => {
  const scene = await ResultScene.open();
  const waiting = outcomeOf(scene.task("g").get());
  await scene.waiting();
  scene.decide("g", CHORD_FAILURE);
  scene.push({ id: "g", value: 1 });
  expect(await waiting).toBe(1);
});

it("names the step that failed, whichever is asked for", async () => {
  const scene = await ResultScene.open();
  scene.store({ id: "last", state: "FAILURE", value: null, error: { ...FAILURE, taskId: "middle" } });
  expect(await outcomeOf(new AsyncResult("last", scene.ports).get())).toMatchObject({
    message: "no",
    taskId: "middle",
  });
});

it("gives the same ChordError through the bare id (Q41)", async () => {
  const scene = await ResultScene.open();
  scene.store({ id: "body", state: "FAILURE", value: null, error: CHORD_FAILURE });
  const error = await outcomeOf(new AsyncResult("body", scene.ports).get());
  expect(error).toBeInstanceOf(ChordError);
  expect(error).toMatchObject({ message: CHORD_FAILURE.message, taskId: "b", cause: { message: "no", taskId: "b" } });
});

it("names in each error of nested chords the member that failed there", async () => {
  const scene = await ResultScene.open();
  const outer: Failure = { ...CHORD_FAILURE, details: { dependency: "inner" }, cause: CHORD_FAILURE };
  scene.store({ id: "body", state: "FAILURE", value: null, error: outer });
  const error = await outcomeOf(new AsyncResult("body", scene.ports).get());
  expect(error).toMatchObject({ taskId: "inner", cause: { taskId: "b", cause: { taskId: "b" } } });
});

it("gives the step's own error when the step before a chord failed", async () => {
  const scene = await ResultScene.open();
  const header = scene.group("g", [scene.task("b"), scene.task("c")], scene.task("a"));
  const failing = outcomeOf(scene.task("body", header).get());
  await scene.waiting();
  for (const id of ["a", "b", "c"]) scene.push({ id, state: "FAILURE", value: null, error: FAILURE });
  expect(await failing).toMatchObject({ name: "TypeError", taskId: "a" });
});

it("is refused inside a task before anything is asked (C237)", async () => {
  const scene = await ResultScene.open();
  scene.running = { id: "outer", rootId: "outer", [CALLED]: () => {} };
  const result = scene.task("b", scene.task("a"));
  await expect(result.get()).rejects.toMatchObject({ code: "TROUPE_GET_INSIDE_TASK" });
  expect(scene.transport.calls).toEqual([]);
});

it("forgets all parents, too (C238)", async () => {
  const scene = await ResultScene.open();
  const ids = ["a", "b", "c", "d"];
  for (const id of ids) scene.store({ id, value: id });
  const last = scene.task("d", scene.group("g", [scene.task("b"), scene.task("c")], scene.task("a")));
  await last.forget();
  for (const id of ids) expect(await new AsyncResult(id, scene.ports).result()).toBeNull();
});

it("lists ids back along the parents, and gives them as plain data (C257)", async () => {
  const scene = await ResultScene.open();
  expect(scene.task("x").asList()).toEqual(["x"]);
  const group = scene.group("g", [scene.task("b"), scene.task("c")], scene.task("a"));
  const last = scene.task("d", group);
  expect(last.asList()).toEqual(["d", "g", "a"]);
  expect(last.asTuple()).toEqual([
    [
      "d",
      [
        ["g", [["a", null], null]],
        [
          [["b", null], null],
          [["c", null], null],
        ],
      ],
    ],
    null,
  ]);
});

it("equals handles of the same task", async () => {
  const scene = await ResultScene.open();
  expect(scene.task("a").equals(scene.task("a", scene.task("b")))).toBe(true);
  expect(scene.task("a").equals(scene.task("b"))).toBe(false);
  expect(scene.task("a").equals("a")).toBe(false);
});
