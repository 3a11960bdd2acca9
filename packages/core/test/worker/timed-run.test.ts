import { expect, it } from "vitest";
import { ManualClock } from "../../src/testing/manual-clock.ts";
import type { RunLimits } from "../../src/worker/time-limits.ts";
import { TimedRun } from "../../src/worker/timed-run.ts";
import { messageOf } from "../support/messages.ts";

function scene(limits: RunLimits): { clock: ManualClock; met: string[]; run: TimedRun } {
  const clock = new ManualClock();
  const met: string[] = [];
  const since = (): number => clock.monotonic() - 1_000;
  const run = new TimedRun(messageOf(), limits, clock, {
    onSoftLimit: ({ limitMs }) => met.push(`soft ${limitMs} at ${since()}`),
    onHardLimit: ({ limitMs }) => met.push(`hard ${limitMs} at ${since()}`),
  });
  clock.advance(1_000);
  run.begin();
  return { clock, met, run };
}

it("passes the soft limit, then the hard one, once each and not before", () => {
  const { clock, met } = scene({ softMs: 10, hardMs: 30 });
  clock.advance(9);
  expect(met).toEqual([]);
  clock.advance(100);
  expect(met).toEqual(["soft 10 at 10", "hard 30 at 30"]);
  expect(clock.armed).toBe(0);
});

it("counts nothing before the handler starts", () => {
  const clock = new ManualClock();
  const run = new TimedRun(messageOf(), { softMs: 10, hardMs: 30 }, clock, {
    onSoftLimit: () => expect.unreachable(),
    onHardLimit: () => expect.unreachable(),
  });
  clock.advance(1_000);
  run.look();
  expect(run.end()).toBeNull();
  expect(clock.armed).toBe(0);
});

it.each([
  [{ softMs: 10, hardMs: null }, 1],
  [{ softMs: null, hardMs: 30 }, 1],
  [{ softMs: 10, hardMs: 30 }, 2],
])("arms as many timers as there are limits: %j", (limits, timers) => {
  const { clock, run } = scene(limits);
  expect(clock.armed).toBe(timers);
  run.cancel();
  expect(clock.armed).toBe(0);
});

it("tells a run in time from one that ended too late because it blocked all timers", () => {
  const { clock, met, run } = scene({ softMs: null, hardMs: 30 });
  clock.advance(29);
  expect(run.end()).toBeNull();
  const blocked = scene({ softMs: null, hardMs: 30 });
  blocked.clock.block(30);
  expect(blocked.run.end()).toMatchObject({
    name: "TimeLimitExceeded",
    limitMs: 30,
    message:
      "task task-1 (proj.add) ran longer than its hard time limit of 0.03 s; give it more time, or do less in it",
  });
  expect([...met, ...blocked.met]).toEqual([]);
  expect(blocked.clock.armed).toBe(0);
});

it("passes the soft limit when somebody looks who blocks all timers", () => {
  const { clock, met, run } = scene({ softMs: 10, hardMs: null });
  clock.block(9);
  run.look();
  expect(met).toEqual([]);
  clock.block(1);
  run.look();
  run.look();
  clock.advance(100);
  expect(met).toEqual(["soft 10 at 10"]);
});
