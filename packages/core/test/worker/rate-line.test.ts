import { expect, it } from "vitest";
import { ManualClock } from "../../src/testing/manual-clock.ts";
import { NO_RATE_LIMIT, OwnRateBucket } from "../../src/worker/rate-bucket.ts";
import { type LinePlace, RateLine } from "../../src/worker/rate-line.ts";

class Scene {
  readonly clock = new ManualClock();
  readonly line = new RateLine(new OwnRateBucket(0.01, this.clock), this.clock);
  readonly events: string[] = [];

  /** Comes to the line; `isReady` says whether it can start when it is its turn. */
  come(name: string, isReady: () => boolean = () => true): LinePlace {
    const place: LinePlace = {
      go: () => {
        this.events.push(`${name} at ${this.clock.monotonic()}`);
        if (isReady() && this.line.take() === true) this.line.leave(place);
      },
    };
    this.line.enter(place);
    return place;
  }
}

it("lets go one after the other, as the bucket says", () => {
  const scene = new Scene();
  const { clock, line, events } = scene;
  for (const name of ["a", "b", "c"]) scene.come(name);
  expect(events).toEqual(["a at 0"]);
  clock.advance(1_000);
  expect(events).toEqual(["a at 0", "b at 100", "c at 200"]);
  expect([line.length, clock.armed]).toEqual([0, 0]);
});

it("lets nobody pass the first, who may take its time to start", () => {
  const scene = new Scene();
  const slow = scene.come("slow", () => false);
  scene.come("b");
  scene.clock.advance(1_000);
  expect(scene.events).toEqual(["slow at 0"]);
  expect(scene.line.take()).toBe(true);
  scene.line.leave(slow);
  scene.clock.advance(100);
  expect(scene.events).toEqual(["slow at 0", "b at 1100"]);
});

it("calls the first again that could not start", () => {
  const scene = new Scene();
  scene.come("a", () => scene.events.length > 1);
  scene.line.fail();
  expect(scene.events).toEqual(["a at 0", "a at 0"]);
  expect(scene.line.length).toBe(0);
});

it("goes by another bucket at once", () => {
  const scene = new Scene();
  for (const name of ["a", "b", "c"]) scene.come(name);
  scene.line.change(new OwnRateBucket(0.001, scene.clock));
  scene.clock.advance(999);
  expect(scene.events).toEqual(["a at 0", "b at 0"]);
  scene.line.change(NO_RATE_LIMIT);
  expect(scene.events).toEqual(["a at 0", "b at 0", "c at 999"]);
});

it("goes on when one gives up, and is empty when all are sent away", () => {
  const scene = new Scene();
  const first = scene.come("a", () => false);
  scene.come("b");
  scene.line.leave(first);
  scene.line.leave(first);
  expect(scene.events).toEqual(["a at 0", "b at 0"]);
  scene.come("c");
  expect([scene.line.length, scene.line.estimateMs]).toEqual([1, 100]);
  scene.line.empty();
  scene.clock.advance(1_000);
  expect([scene.events.length, scene.line.length, scene.clock.armed]).toEqual([2, 0, 0]);
});

it("starts any number without a limit, without recursion", () => {
  const scene = new Scene();
  const slow = scene.come("slow", () => false);
  for (let n = 0; n < 20_000; n++) scene.come("x");
  scene.line.change(NO_RATE_LIMIT);
  scene.line.leave(slow);
  expect(scene.events.length).toBe(20_001);
});
