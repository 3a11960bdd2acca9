import { beforeEach, describe, expect, it } from "vitest";
import { ClusterState, type ClusterStateOptions } from "../../src/events/cluster-state.ts";
import type { UnknownEvent } from "../../src/model/event-map.ts";

const ENVELOPE = { hostname: "w1@h", utcoffset: 0, pid: 7 };
const CALLED = {
  name: "t.add",
  args: "[2]",
  kwargs: "{}",
  retries: 0,
  eta: null,
  expires: null,
  queue: "q",
  rootId: "a",
  parentId: null,
};
const WORKER = {
  freqMs: 2_000,
  active: 1,
  processed: 5,
  loadavg: [1, 2, 3],
  swIdent: "troupe",
  swVer: "1",
  swSys: "Linux",
};

function eventOf(type: string, clock: number, fields: Record<string, unknown> = {}): UnknownEvent {
  return { ...ENVELOPE, timestamp: clock, localReceived: clock, clock, type, ...fields };
}

const ofTask = (type: string, clock: number, fields: Record<string, unknown> = {}): UnknownEvent =>
  eventOf(`task-${type}`, clock, { uuid: "a", ...fields });

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, place) =>
    permutations([...items.slice(0, place), ...items.slice(place + 1)]).map((rest) => [item, ...rest]),
  );
}

describe("the state of the cluster", () => {
  let now: number;
  let told: string[];
  const make = (options: ClusterStateOptions = {}): ClusterState =>
    new ClusterState(
      { now: () => now, drifted: (hostname, driftMs) => void told.push(`drift ${hostname} ${driftMs}`) },
      {
        onNodeJoin: ({ hostname }) => void told.push(`join ${hostname}`),
        onNodeLeave: ({ hostname }) => void told.push(`leave ${hostname}`),
        ...options,
      },
    );
  beforeEach(() => {
    now = 100;
    told = [];
  });

  const lives: readonly (readonly [string, readonly UnknownEvent[], object])[] = [
    [
      "a task that succeeds",
      [
        ofTask("sent", 9, { ...CALLED, hostname: "gen1@h" }), // a client whose clock is ahead
        ofTask("received", 2, CALLED),
        ofTask("started", 3),
        ofTask("succeeded", 4, { result: "4", runtimeMs: 5 }),
      ],
      {
        state: "SUCCESS",
        ready: true,
        name: "t.add",
        result: "4",
        received: 2,
        started: 3,
        succeeded: 4,
        worker: "w1@h",
        client: "gen1@h",
      },
    ],
    [
      "a task that is retried in another worker and runs",
      [
        ofTask("received", 2, CALLED),
        ofTask("started", 3),
        ofTask("retried", 4, { exception: "E: x", traceback: null }),
        ofTask("received", 5, { ...CALLED, retries: 1, hostname: "w2@h" }),
        ofTask("started", 6, { hostname: "w2@h" }),
      ],
      { state: "STARTED", ready: false, retries: 1, worker: "w2@h", retried: 4, started: 6, exception: "E: x" },
    ],
    [
      "a task that is retried a second time",
      [ofTask("retried", 4), ofTask("started", 6), ofTask("retried", 7, { exception: "E: y" })],
      { state: "RETRY", retried: 7, exception: "E: y" },
    ],
    [
      "a task that goes back to its queue",
      [ofTask("received", 2, CALLED), ofTask("started", 3), ofTask("rejected", 4, { requeue: true })],
      { state: "STARTED", ready: false },
    ],
    [
      "a task that tells more than it has to",
      [
        ofTask("started", 3),
        ofTask("progress", 4, { done: 1, total: 2 }),
        eventOf("order-paid", 5, { uuid: "a", name: "not a task's" }),
      ],
      { state: "order-paid", progress: { done: 1, total: 2 }, name: null },
    ],
  ];

  it.each(lives)("is the same in whatever order events come: %s", (_, events, expected) => {
    const views = permutations(events).map((order) => {
      const state = make();
      for (const event of order) state.fold(event);
      return state.task("a");
    });
    expect(views[0]).toMatchObject(expected);
    for (const view of views) expect(view).toEqual(views[0]);
  });

  it("holds so many tasks and workers, and forgets those that were not heard of for longest", () => {
    const state = make({ maxTasks: 3, maxWorkers: 2 });
    for (const uuid of ["a", "b", "a", "c", "d"]) state.fold(ofTask("started", 1, { uuid, hostname: `w-${uuid}@h` }));
    expect(
      state
        .tasksByTime()
        .map(({ uuid }) => uuid)
        .toSorted(),
    ).toEqual(["a", "c", "d"]);
    expect(state.workers().map(({ hostname }) => hostname)).toEqual(["w-c@h", "w-d@h"]);
    for (let n = 0; n < 100_000; n += 1) state.fold(eventOf("worker-heartbeat", n, { hostname: `w${n}@h` }));
    expect(state.workers()).toHaveLength(2);
  });

  it("lists tasks by time, name, worker and caller, and counts", () => {
    const state = make();
    state.fold(ofTask("received", 1, CALLED));
    state.fold(ofTask("received", 2, { ...CALLED, uuid: "b", name: "t.mul", parentId: "a" }));
    state.fold(ofTask("received", 3, { ...CALLED, uuid: "c", hostname: "w2@h" }));
    const ids = (tasks: readonly { readonly uuid: string }[]): string => tasks.map(({ uuid }) => uuid).join("");
    expect(ids(state.tasksByTime())).toBe("cba");
    expect(ids(state.tasksByTime({ newestFirst: false, limit: 2 }))).toBe("ab");
    expect(ids(state.tasksByType("t.add", { limit: 1 }))).toBe("c");
    expect(ids(state.tasksByWorker("w1@h"))).toBe("ba");
    expect(ids(state.childrenOf("a"))).toBe("b");
    expect(state.taskTypes()).toEqual(["t.add", "t.mul"]);
    expect([state.eventCount, state.taskCount, state.tasksHeld]).toEqual([3, 3, 3]);
    state.fold(ofTask("ignored", 4));
    state.clear();
    expect(ids(state.tasksByTime())).toBe("cb");
    state.clear({ all: true });
    expect(state.tasksHeld).toBe(0);
  });

  it("takes a worker for gone when it says so, or two heartbeats are missed", () => {
    const state = make();
    state.fold(eventOf("worker-online", 100, WORKER));
    expect(state.worker("w1@h")).toMatchObject({
      alive: true,
      status: "ONLINE",
      ...WORKER,
      heartbeats: [100],
      heartbeatExpires: 4_100,
    });
    now = 4_100;
    state.expire();
    expect(told).toEqual(["join w1@h"]);
    now = 4_101;
    state.expire();
    expect([told, state.aliveWorkers()]).toEqual([["join w1@h", "leave w1@h"], []]);
    state.fold(eventOf("worker-heartbeat", 4_102, WORKER));
    state.fold(eventOf("worker-offline", 4_104, WORKER));
    state.fold(eventOf("worker-heartbeat", 4_103, WORKER)); // late
    expect(told).toEqual(["join w1@h", "leave w1@h", "join w1@h", "leave w1@h"]);
    state.fold(eventOf("worker-online", 4_200, { ...WORKER, freqMs: 0 }));
    now = 1e9;
    state.expire();
    expect(state.worker("w1@h")).toMatchObject({ alive: true, heartbeatExpires: null });
  });

  it("tells once of a worker whose clock is wrong, and of nobody else", () => {
    const state = make();
    state.fold(eventOf("worker-heartbeat", 1, { timestamp: 20_000, localReceived: 4_001 }));
    expect(told).not.toContain("drift w1@h -15999");
    for (const n of [2, 3]) state.fold(eventOf("worker-heartbeat", n, { timestamp: 0, localReceived: 16_001 }));
    expect(told.filter((what) => what.startsWith("drift"))).toEqual(["drift w1@h 16001"]);
    state.fold(ofTask("sent", 4, { ...CALLED, hostname: "gen1@h", timestamp: 1e9 }));
    expect(state.workers().map(({ hostname }) => hostname)).toEqual(["w1@h"]);
  });

  it("does not change while it is frozen", async () => {
    const state = make();
    await expect(
      state.freezeWhile(async () => {
        state.fold(ofTask("started", 1));
        expect(state.eventCount).toBe(0);
        throw new Error("out of film");
      }),
    ).rejects.toThrow("out of film");
    expect([state.eventCount, state.task("a")?.state]).toEqual([1, "STARTED"]);
  });
});
