import { expect, it } from "vitest";
import { Troupe } from "../../src/app/troupe.ts";
import type { CameraOptions } from "../../src/events/camera.ts";
import { ManualClock } from "../../src/testing/manual-clock.ts";
import { eventually } from "../../src/testing/test-probe.ts";
import { memoryTransport } from "../../src/transport/memory/memory-transport.ts";

function scene() {
  const clock = new ManualClock();
  const app = new Troupe("test", { broker: memoryTransport({ clock }), clock, logLevel: "silent" });
  app.task("t.add", (x: number) => x);
  return { clock, app };
}

async function advance(clock: ManualClock, ms: number, times: number): Promise<void> {
  for (let n = 0; n < times; n += 1) {
    clock.advance(ms);
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }
}

it("knows the workers that are there at once, and their tasks as they run", async () => {
  const { app, clock } = scene();
  const worker = app.worker({ hostname: "w1@h", events: true });
  await worker.start();
  const joined: string[] = [];
  const state = app.events.state({ onNodeJoin: ({ hostname }) => void joined.push(hostname) });
  await state.ready;
  await eventually("it knows the worker", () => joined.length === 1);
  const result = await app.sendTask("t.add", [2]);
  await result.get();
  await advance(clock, 50, 2);
  expect(state.task(result.id)).toMatchObject({ state: "SUCCESS", name: "t.add", result: "2", worker: "w1@h" });
  await state.close();
  await worker.stop();
  await app.close();
});

it("shows the state again and again, not more often than it may, and goes on when that fails", async () => {
  const { app, clock } = scene();
  const shots: number[] = [];
  let cleanings = 0;
  const options: CameraOptions = {
    every: "10s",
    maxRate: "2/m",
    onShutter: async (state) => {
      shots.push(state.tasksHeld);
      if (shots.length === 1) throw new Error("out of film");
    },
    clearAfter: true,
    onCleanup: () => {
      cleanings += 1;
      throw new Error("no broom");
    },
    cleanupEvery: "1m",
  };
  const camera = await app.events.camera(options);
  camera.state.fold({
    type: "task-ignored",
    uuid: "a",
    hostname: "h",
    timestamp: 1,
    localReceived: 1,
    utcoffset: 0,
    pid: 1,
    clock: 1,
  });
  await advance(clock, 10_000, 12);
  expect([shots, cleanings]).toEqual([[1, 1, 0, 0], 2]);
  await camera.close();
  await advance(clock, 60_000, 2);
  expect(shots).toHaveLength(4);
  await app.close();
});

it.each([
  [{}, "onShutter"],
  [{ onShutter: () => {}, every: "soon" }, "every"],
  [{ onShutter: () => {}, maxRate: "fast" }, "maxRate"],
  [{ onShutter: () => {}, often: true }, "often"],
])("refuses %j", async (wrong, name) => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- callers in JavaScript give anything
  await expect(scene().app.events.camera(wrong as CameraOptions)).rejects.toThrow(name);
});
