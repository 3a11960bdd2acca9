import fc from "fast-check";
import { expect, it } from "vitest";
import { ManualClock } from "../../src/testing/manual-clock.ts";
import { OwnRateBucket } from "../../src/worker/rate-bucket.ts";

/** When one starts that comes as soon as it may. */
function startsOf(perMs: number, untilMs: number): number[] {
  const clock = new ManualClock();
  const bucket = new OwnRateBucket(perMs, clock);
  const starts: number[] = [];
  while (clock.monotonic() <= untilMs) {
    if (bucket.take()) starts.push(clock.monotonic());
    else clock.advance(bucket.waitMs());
  }
  return starts;
}

it("spaces starts evenly, and begins at once", () => {
  expect(startsOf(10 / 60_000, 20_000)).toEqual([0, 6_000, 12_000, 18_000]);
});

it("saves up nothing while nobody comes", () => {
  const clock = new ManualClock();
  const bucket = new OwnRateBucket(0.01, clock);
  clock.advance(60_000);
  expect([bucket.take(), bucket.take(), bucket.waitMs()]).toEqual([true, false, 100]);
});

it("never lets more start within any time than the rate, and 50 ms worth of it", () => {
  fc.assert(
    fc.property(fc.double({ min: 0.001, max: 10, noNaN: true }), fc.integer({ min: 1, max: 500 }), (perMs, span) => {
      const starts = startsOf(perMs, 200);
      const most = Math.max(1, Math.ceil(perMs * 50)) + Math.ceil(perMs * span) + 1;
      for (const [at, first] of starts.entries()) {
        const within = starts.slice(at).filter((start) => start < first + span).length;
        expect(within).toBeLessThanOrEqual(most);
      }
    }),
    { numRuns: 30 },
  );
});
