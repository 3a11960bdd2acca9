import { expect, it } from "vitest";
import { ManualClock } from "../../src/testing/manual-clock.ts";
import { Autoscaler, slotBounds } from "../../src/worker/autoscaler.ts";
import { silentLogger } from "../support/loggers.ts";
import { nextTurn } from "../support/outcomes.ts";

/** A worker whose load is set by the test. */
class Scene {
  readonly clock = new ManualClock();
  readonly scaler: Autoscaler;
  load = 0;
  backlog = 0;
  asked = 0;
  fails = false;
  slots = 2;

  constructor(max = 10, min = 2) {
    this.scaler = new Autoscaler(slotBounds(max, min), {
      clock: this.clock,
      logger: silentLogger,
      load: () => this.load,
      slots: () => this.slots,
      backlog: async () => {
        this.asked++;
        if (this.fails) throw new Error("no answer");
        return this.backlog;
      },
      resize: (slots) => {
        this.slots = slots;
      },
    });
    this.scaler.start();
  }

  async pass(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second++) {
      this.clock.advance(1_000);
      for (let turn = 0; turn < 3; turn++) await nextTurn();
    }
  }
}

it("grows at once for what waits here and in the queues, up to the most", async () => {
  const scene = new Scene();
  Object.assign(scene, { load: 2, backlog: 3 });
  await scene.pass(1);
  expect(scene.slots).toBe(5);
  Object.assign(scene, { load: 5, backlog: 1_000 });
  await scene.pass(1);
  expect(scene.slots).toBe(10);
});

it("asks the broker only while no slot is free, and there may be more", async () => {
  const scene = new Scene();
  Object.assign(scene, { load: 1, backlog: 1_000 });
  await scene.pass(5);
  expect([scene.asked, scene.slots]).toEqual([0, 2]);
  scene.load = 2;
  await scene.pass(1);
  scene.load = 10;
  await scene.pass(5);
  expect([scene.asked, scene.slots]).toEqual([1, 10]);
});

it("shrinks when it was quiet for 30 s, to the most that was wanted meanwhile", async () => {
  const scene = new Scene();
  Object.assign(scene, { load: 2, backlog: 8 });
  await scene.pass(1);
  Object.assign(scene, { load: 4, backlog: 0 });
  await scene.pass(20);
  scene.load = 1;
  await scene.pass(9);
  expect(scene.slots).toBe(10);
  await scene.pass(1);
  expect(scene.slots).toBe(4);
  await scene.pass(29);
  expect(scene.slots).toBe(4);
  await scene.pass(1);
  expect(scene.slots).toBe(2);
  await scene.pass(60);
  expect(scene.slots).toBe(2);
});

it("is not quiet while all slots are wanted", async () => {
  const scene = new Scene();
  Object.assign(scene, { load: 2, backlog: 2 });
  await scene.pass(1);
  for (let round = 0; round < 4; round++) {
    Object.assign(scene, { load: 1, backlog: 0 });
    await scene.pass(20);
    scene.load = 4;
    await scene.pass(1);
  }
  expect(scene.slots).toBe(4);
});

it("goes by other bounds at once", async () => {
  const scene = new Scene();
  Object.assign(scene, { load: 2, backlog: 100 });
  await scene.pass(1);
  scene.scaler.change(slotBounds(3, 6));
  expect([scene.slots, scene.scaler.bounds]).toEqual([6, { max: 6, min: 3 }]);
  scene.scaler.change(slotBounds(8, 20));
  expect(scene.slots).toBe(8);
});

it("keeps its slots when the broker does not answer, and asks again", async () => {
  const scene = new Scene();
  Object.assign(scene, { load: 2, backlog: 3, fails: true });
  await scene.pass(3);
  expect([scene.slots, scene.asked]).toEqual([2, 3]);
  scene.fails = false;
  await scene.pass(1);
  expect(scene.slots).toBe(5);
});

it("does nothing any more when it is stopped", async () => {
  const scene = new Scene();
  Object.assign(scene, { load: 2, backlog: 3 });
  scene.clock.advance(1_000);
  scene.scaler.stop();
  await scene.pass(3);
  expect([scene.slots, scene.clock.armed]).toEqual([2, 0]);
});
