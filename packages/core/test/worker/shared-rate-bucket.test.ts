import fc from "fast-check";
import { expect, it } from "vitest";
import { ManualClock } from "../../src/testing/manual-clock.ts";
import { memoryTransport } from "../../src/transport/memory/memory-transport.ts";
import { rateWindows, SharedRateBucket } from "../../src/worker/shared-rate-bucket.ts";
import { silentLogger } from "../support/loggers.ts";
import { nextTurn } from "../support/outcomes.ts";
import { settings } from "../transport/memory/connected-memory.ts";

/** Workers with one limit, on one broker. */
class Scene {
  readonly clock = new ManualClock();
  readonly transport = memoryTransport({ clock: this.clock });
  readonly starts: number[] = [];

  static async open(): Promise<Scene> {
    const scene = new Scene();
    await scene.transport.connect({ ...settings, resultExpiresMs: 3_600_000 });
    return scene;
  }

  bucket(perMs: number, random = 0): SharedRateBucket {
    const ports = { transport: this.transport, random: () => random, logger: silentLogger };
    return new SharedRateBucket("task:a", perMs, ports);
  }

  /** Starts as often as it may, until then. */
  async run(buckets: readonly SharedRateBucket[], untilMs: number, stepMs = 1): Promise<void> {
    while (this.clock.monotonic() < untilMs) {
      for (const bucket of buckets) {
        while (bucket.waitMs() === 0 && (await bucket.take())) this.starts.push(this.clock.monotonic());
      }
      this.clock.advance(stepMs);
      await nextTurn();
    }
  }
}

it.each([
  [10 / 3_600_000, 360_000, [1]],
  [0.01, 100, [1]],
  [0.02, 50, [1]],
  [0.1, 50, [1, 1, 1, 1, 1]],
  [1, 50, [6, 6, 6, 6, 6, 6, 7, 7]],
])("cuts time for %f starts per millisecond into windows of %i ms", (perMs, windowMs, parts) => {
  expect(rateWindows(perMs)).toEqual({ windowMs, parts });
});

it("has windows whose parts are the rate, whatever that is", () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-6, max: 1_000, noNaN: true }), (perMs) => {
      const { windowMs, parts } = rateWindows(perMs);
      const starts = parts.reduce((sum, part) => sum + part, 0);
      expect(starts / windowMs).toBeCloseTo(perMs, 6);
      expect(Math.min(...parts)).toBeGreaterThan(0);
    }),
  );
});

it.each([0.01, 0.1, 1])("lets several workers start as often together as one may: %f per ms", async (perMs) => {
  const scene = await Scene.open();
  await scene.run([scene.bucket(perMs), scene.bucket(perMs, 0.5), scene.bucket(perMs, 0.99)], 1_000);
  expect(scene.starts.length).toBe(perMs * 1_000);
  const batch = Math.max(1, perMs * 50);
  for (const first of scene.starts) {
    const within = scene.starts.filter((start) => start >= first && start < first + 500).length;
    expect(within).toBeLessThanOrEqual(perMs * 500 + batch);
  }
});

it("lets one worker have what the others do not take", async () => {
  const scene = await Scene.open();
  scene.bucket(0.1);
  await scene.run([scene.bucket(0.1, 0.5)], 500);
  expect(scene.starts.length).toBe(50);
});

it("does not carry over what was left of a window", async () => {
  const scene = await Scene.open();
  const bucket = scene.bucket(1);
  expect(await bucket.take()).toBe(true);
  scene.clock.advance(50);
  await scene.run([bucket], 100);
  expect(scene.starts.length).toBe(50);
});

it("counts slow rates in records that live longer than leases", async () => {
  const scene = await Scene.open();
  const perMs = 10 / 3_600_000;
  expect(await scene.bucket(perMs).take()).toBe(true);
  scene.clock.advance(300_000);
  const other = scene.bucket(perMs);
  expect(await other.take()).toBe(false);
  expect(other.waitMs()).toBeGreaterThan(0);
  scene.clock.advance(other.waitMs());
  expect(await other.take()).toBe(true);
});

it("starts nothing with what it cannot know to be its own", async () => {
  const scene = await Scene.open();
  const bucket = scene.bucket(0.01);
  await scene.transport.close();
  expect(await bucket.take()).toBe(false);
  expect(bucket.waitMs()).toBeGreaterThan(0);
});
