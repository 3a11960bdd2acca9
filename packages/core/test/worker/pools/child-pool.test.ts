import { expect, it } from "vitest";
import { ClosedError, ConfigError, WorkerLostError } from "../../../src/model/errors.ts";
import { type FakeChild, PoolScene } from "../../support/fake-children.ts";
import { taskOf } from "../../support/hosts.ts";
import { messageOf } from "../../support/messages.ts";
import { nextTurn, outcomeOf, soon } from "../../support/outcomes.ts";

const REFUSED = { troupe: "refused", reason: { type: "SyntaxError", message: "no such word" } } as const;

it("starts all children at the same time, and is ready when they are", async () => {
  const scene = new PoolScene(3);
  const started = scene.pool.start();
  expect(scene.children.map(({ told }) => told[0]?.troupe)).toEqual(["setup", "setup", "setup"]);
  scene.children[0]?.say({ troupe: "ready" });
  scene.children[1]?.say({ troupe: "ready" });
  expect(await soon(started)).toBe("pending");
  scene.children[2]?.say({ troupe: "ready" });
  await started;
  expect(scene.pool.info()).toEqual({ children: [100, 101, 102], restarts: 0 });
});

it("cannot start when a child refuses, dies or is not ready in time, and says why", async () => {
  const why = async (act: (child: FakeChild, scene: PoolScene) => void): Promise<unknown> => {
    const scene = new PoolScene();
    const started = outcomeOf(scene.pool.start());
    act(scene.last, scene);
    const error = await started;
    await scene.pool.close();
    expect(scene.clock.armed).toBe(0);
    return error;
  };
  const refused = await why((child) => child.say(REFUSED));
  expect(refused).toBeInstanceOf(ConfigError);
  expect(refused).toMatchObject({ message: "a child of the pool could not be started: SyntaxError: no such word" });
  expect(await why((child) => child.die("exitcode 13"))).toMatchObject({ message: /exitcode 13/ });
  expect(await why((_child, { clock }) => clock.advance(30_000))).toMatchObject({
    message: /not ready within 30000 ms/,
  });
});

it("gives each child one task at a time, and the next one as soon as it is free", async () => {
  const scene = await PoolScene.started(2);
  const runs = ["a", "b", "c"].map((id) => scene.run(messageOf({ id })));
  const [first, second] = scene.children;
  expect([first?.run, second?.run]).toEqual([0, 1]);
  second?.finish();
  expect(second?.run).toBe(2);
  first?.finish();
  second?.finish();
  expect(await Promise.all(runs)).toEqual([{ state: "IGNORED" }, { state: "IGNORED" }, { state: "IGNORED" }]);
  expect(scene.children).toHaveLength(2);
});

it("fails the task of a child that is lost, and starts another child at once", async () => {
  const scene = await PoolScene.started();
  const ran = scene.run();
  scene.last.say({ troupe: "uncaught", error: { type: "TypeError", message: "x is not a function" } });
  scene.last.die("exitcode 1");
  expect(await ran).toMatchObject({
    state: "FAILURE",
    expected: false,
    error: {
      message: "Worker exited prematurely: exitcode 1 (TypeError: x is not a function); it ran task task-1 (proj.add)",
    },
  });
  expect(await ran).toHaveProperty("error", expect.any(WorkerLostError));
  expect(scene.lines.map(({ message }) => message)).toEqual([
    "a child of the pool was lost: exitcode 1 (TypeError: x is not a function); another takes its place",
  ]);
  expect(scene.children).toHaveLength(2);
  expect(scene.pool.info()).toEqual({ children: [101], restarts: 1 });
});

it("tells that a handler starts when there is a child for it, not while one takes the place of another", async () => {
  const scene = await PoolScene.started();
  const runs = [scene.run(messageOf({ id: "a" }))];
  expect(scene.begun).toEqual(["a"]);
  scene.last.die("signal 9 (SIGKILL)");
  runs.push(scene.run(messageOf({ id: "b" })));
  expect(scene.begun).toEqual(["a"]);
  scene.last.say({ troupe: "ready" });
  expect(scene.begun).toEqual(["a", "b"]);
  scene.last.finish();
  await Promise.all(runs);
});

it.each([
  ["goes back with rejectOnWorkerLost", { rejectOnWorkerLost: true }, {}, "RELEASED"],
  ["fails with rejectOnWorkerLost, but at most once", { rejectOnWorkerLost: true, acksLate: false }, {}, "FAILURE"],
  ["fails with rejectOnWorkerLost, sent at most once", { rejectOnWorkerLost: true }, { atMostOnce: true }, "FAILURE"],
  ["fails", {}, {}, "FAILURE"],
])("a task whose child is lost %s", async (_what, config, part, state) => {
  const scene = await PoolScene.started();
  const ran = scene.run(
    messageOf(part),
    taskOf(() => 4, config),
  );
  scene.last.die("signal 9 (SIGKILL)");
  expect(await ran).toMatchObject({ state });
});

it("hears nothing of a child that is lost", async () => {
  const scene = await PoolScene.started();
  const lost = scene.run();
  const [first] = scene.children;
  scene.pool.kill(messageOf());
  const message = messageOf({ id: "killed" });
  first?.die("signal 9 (SIGKILL)");
  await lost;
  scene.last.say({ troupe: "ready" });
  const ran = scene.run(message);
  first?.say({ troupe: "ended", run: 1, outcome: { state: "IGNORED" }, children: [], memoryBytes: 0 });
  first?.die("again");
  expect(await soon(ran)).toBe("pending");
  scene.last.finish();
  expect(await ran).toEqual({ state: "IGNORED" });
});

it("ends the child of one task by force, and no other", async () => {
  const scene = await PoolScene.started(2);
  const [a, b] = [messageOf({ id: "a" }), messageOf({ id: "b" })];
  const runs = [scene.run(a), scene.run(b)];
  scene.pool.kill(b);
  expect(scene.children.map(({ killed }) => killed)).toEqual([false, true, false]);
  expect(await runs[1]).toMatchObject({ state: "FAILURE" });
  // It has ended: the child may run another task by now.
  scene.pool.kill(b);
  scene.children[0]?.finish();
  expect(await runs[0]).toEqual({ state: "IGNORED" });
  expect(scene.children).toHaveLength(3);
  // Nobody is to be told of what was wanted.
  expect(scene.lines).toEqual([]);
});

it("forgets a task that is ended before a child had it", async () => {
  const scene = await PoolScene.started();
  const first = scene.run(messageOf({ id: "a" }));
  const message = messageOf({ id: "b" });
  const second = scene.run(message);
  scene.pool.kill(message);
  expect(await second).toMatchObject({ state: "FAILURE" });
  scene.last.finish();
  await first;
  expect(scene.last.run).toBe(0);
});

it.each([
  ["so many tasks", { maxTasks: 2 }, [0, 0]],
  ["a task that leaves it too large", { maxMemoryBytes: 1_000 }, [1_000, 1_001]],
])("lets another child take the place of one after %s", async (_what, limits, memory) => {
  const scene = await PoolScene.started(1, limits);
  const [first] = scene.children;
  for (const [index, bytes] of memory.entries()) {
    expect(scene.children).toHaveLength(1);
    const ran = scene.run(messageOf({ id: `task-${index}` }));
    first?.finish(bytes);
    expect(await ran).toEqual({ state: "IGNORED" });
  }
  expect(first?.told.at(-1)).toEqual({ troupe: "stop" });
  expect(first?.killed).toBe(false);
  const next = scene.run();
  scene.last.say({ troupe: "ready" });
  scene.last.finish();
  expect(await next).toEqual({ state: "IGNORED" });
  expect(scene.pool.info()).toEqual({ children: [101], restarts: 1 });
  expect(scene.lines).toEqual([]);
});

it("ends a worn child by force when it does not end by itself", async () => {
  const scene = await PoolScene.started(1, { maxTasks: 1 });
  const [first] = scene.children;
  if (first) first.send = () => {};
  const ran = scene.run();
  first?.say({ troupe: "ended", run: 0, outcome: { state: "IGNORED" }, children: [], memoryBytes: 0 });
  await ran;
  scene.clock.advance(4_999);
  expect(first?.killed).toBe(false);
  scene.clock.advance(1);
  expect(first?.killed).toBe(true);
});

it("reports once that no child can be started, tries ever more seldom, and gives tasks back meanwhile", async () => {
  const scene = await PoolScene.started();
  const lost = scene.run(messageOf({ id: "a" }));
  scene.last.die("signal 9 (SIGKILL)");
  await lost;
  scene.lines.length = 0;
  const waits = scene.run(messageOf({ id: "b" }));
  const stays = scene.run(messageOf({ id: "c", atMostOnce: true }));
  const delays: number[] = [];
  for (let failure = 0; failure < 8; failure++) {
    const before = scene.children.length;
    scene.last.say(REFUSED);
    let waited = 0;
    while (scene.children.length === before) {
      scene.clock.advance(1_000);
      waited += 1_000;
    }
    delays.push(waited);
  }
  expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  expect(await waits).toEqual({ state: "RELEASED", delayMs: 1_000, neverBegan: true });
  expect(scene.lines.map(({ message }) => message)).toEqual([
    "a child of the pool could not be started: SyntaxError: no such word; trying again",
  ]);
  expect(await soon(stays)).toBe("pending");
  scene.last.say({ troupe: "ready" });
  scene.last.finish();
  expect(await stays).toEqual({ state: "IGNORED" });
});

it("does not give a task to an idle child that has died, and starts another after a pause", async () => {
  const scene = await PoolScene.started(2);
  scene.children[0]?.die("exitcode 0");
  const ran = scene.run();
  expect(scene.children[1]?.run).toBe(0);
  scene.children[1]?.finish();
  await ran;
  expect(scene.children).toHaveLength(2);
  scene.clock.advance(1_000);
  expect(scene.children).toHaveLength(3);
});

it("grows and shrinks while it runs, and lets running tasks finish", async () => {
  const scene = await PoolScene.started(2);
  const runs = ["a", "b", "c"].map((id) => scene.run(messageOf({ id })));
  scene.pool.resize(3);
  scene.last.say({ troupe: "ready" });
  expect(scene.children.map(({ run }) => run)).toEqual([0, 1, 2]);
  scene.pool.resize(1);
  expect(await soon(Promise.race(runs))).toBe("pending");
  for (const child of scene.children) child.finish();
  await Promise.all(runs);
  await scene.quiet();
  expect(scene.pool.info().children).toHaveLength(1);
  const next = scene.run(messageOf({ id: "d" }));
  scene.last.finish();
  expect(await next).toEqual({ state: "IGNORED" });
});

it("ends all children when it is closed, by force where one is busy or not ready yet", async () => {
  const scene = await PoolScene.started(2);
  void scene.run();
  const [busy, idle] = scene.children;
  scene.pool.resize(3);
  await scene.pool.close();
  expect([busy?.killed, idle?.killed, scene.last.killed]).toEqual([true, false, true]);
  expect(scene.pool.info().children).toEqual([]);
  expect(scene.clock.armed).toBe(0);
  expect(scene.lines).toEqual([]);
});

it("is not ready any more when it is closed while it starts", async () => {
  const scene = new PoolScene(2);
  const started = outcomeOf(scene.pool.start());
  await scene.pool.close();
  expect(await started).toBeInstanceOf(ClosedError);
  expect(scene.clock.armed).toBe(0);
});

it("does what a handler asks of its worker, and passes on what becomes of it", async () => {
  const scene = await PoolScene.started();
  const message = messageOf();
  const states: unknown[] = [];
  const context = scene.context(message, {
    saveState: async (state, meta) => void states.push([state, meta]),
    addToChord: () => Promise.reject(new RangeError("no chord")),
  });
  const ran = scene.pool.run(taskOf(), message, context, { begin: () => {} });
  const call = { troupe: "call", run: 0 } as const;
  scene.last.say({ ...call, call: 0, method: "updateState", args: ["PROGRESS", { done: 1 }] });
  scene.last.say({ ...call, call: 1, method: "addToChord", args: [{}] });
  await scene.quiet();
  expect(states).toEqual([["PROGRESS", { done: 1 }]]);
  expect(scene.last.told.slice(-2)).toMatchObject([
    { troupe: "answer", call: 0, error: null },
    { troupe: "answer", call: 1, error: { type: "RangeError", message: "no chord" } },
  ]);
  scene.last.finish();
  await ran;
});

it("tells the child that its task is aborted, with the reason, and leaves no listener behind", async () => {
  const scene = await PoolScene.started();
  const aborter = new AbortController();
  let listeners = 0;
  const { signal } = aborter;
  const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
  signal.addEventListener = (...args: Parameters<typeof add>) => (listeners++, add(...args));
  signal.removeEventListener = (...args: Parameters<typeof remove>) => (listeners--, remove(...args));
  for (const id of ["a", "b"]) {
    const message = messageOf({ id });
    const ran = scene.pool.run(taskOf(), message, scene.context(message, { signal: () => signal }), {
      begin: () => {},
    });
    expect(listeners).toBe(1);
    if (id === "b") aborter.abort(new ClosedError("the worker stops"));
    scene.last.finish();
    await ran;
    expect(listeners).toBe(0);
  }
  expect(scene.last.told.filter(({ troupe }) => troupe === "abort")).toMatchObject([
    { run: 1, reason: { type: "ClosedError", message: "the worker stops" } },
  ]);
});

it("writes what a child logs to the worker's log", async () => {
  const scene = await PoolScene.started();
  scene.last.say({ troupe: "log", level: "warn", fields: { taskId: "task-1" }, text: "hot" });
  expect(scene.lines).toMatchObject([{ level: "warn", message: "hot", fields: { taskId: "task-1" } }]);
});

it("replaces its children one after the other, and lets those that run finish", async () => {
  const scene = await PoolScene.started(2);
  const ran = scene.run(messageOf({ id: "a" }));
  const [busy, idle] = scene.children;
  const restarted = scene.pool.restart();
  expect(scene.children).toHaveLength(3);
  await expect(scene.pool.restart()).rejects.toThrow("replaces its children already");
  scene.children[2]?.say({ troupe: "ready" });
  await nextTurn();
  expect(scene.children).toHaveLength(4);
  scene.children[3]?.say({ troupe: "ready" });
  await restarted;
  expect(idle?.told.at(-1)).toEqual({ troupe: "stop" });
  expect(scene.pool.info().children).toEqual([100, 102, 103]);
  busy?.finish();
  expect(await ran).toEqual({ state: "IGNORED" });
  await nextTurn();
  expect(scene.pool.info()).toEqual({ children: [102, 103], restarts: 2 });
  const next = scene.run(messageOf({ id: "b" }));
  scene.children[2]?.finish();
  await next;
});

it("keeps its children when new ones cannot run tasks, and says why", async () => {
  const scene = await PoolScene.started(2);
  const restarted = outcomeOf(scene.pool.restart());
  scene.last.say(REFUSED);
  expect(await restarted).toMatchObject({ message: /SyntaxError: no such word/ });
  expect(scene.pool.info().children).toEqual([100, 101]);
  expect(scene.clock.armed).toBe(0);
});

it("takes another size while it replaces its children, and ends when it is closed meanwhile", async () => {
  const scene = await PoolScene.started(2);
  const restarted = scene.pool.restart();
  scene.pool.resize(1);
  scene.last.say({ troupe: "ready" });
  await nextTurn();
  scene.last.say({ troupe: "ready" });
  await restarted;
  expect(scene.pool.info().children).toHaveLength(1);
  const again = outcomeOf(scene.pool.restart());
  await scene.pool.close();
  expect(await again).toBeInstanceOf(ClosedError);
  expect(scene.pool.info().children).toEqual([]);
});
