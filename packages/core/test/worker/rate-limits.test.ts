import { expect, it } from "vitest";
import { InvalidArgumentError } from "../../src/model/errors.ts";
import type { RateLimit, RateRule } from "../../src/model/rate-limit.ts";
import { WorkerRateLimits } from "../../src/worker/rate-limits.ts";
import type { RateLine } from "../../src/worker/rate-line.ts";
import { NO_RATES, StubHost, taskOf } from "../support/hosts.ts";

class Scene {
  readonly host: StubHost;
  readonly limits: WorkerRateLimits;

  constructor(rateLimit: RateRule | null) {
    this.host = new StubHost(taskOf(() => 4, { rateLimit }));
    this.limits = new WorkerRateLimits(this.host, NO_RATES);
  }

  lines(): readonly RateLine[] | null {
    const task = this.host.tasks.get("proj.add");
    return task ? this.limits.linesOf(task, "default") : null;
  }

  /** A line with so many in it. */
  filled(count: number): readonly RateLine[] {
    const lines = this.lines() ?? [];
    for (let n = 0; n < count; n++) lines[0]?.enter({ go: () => {} });
    return lines;
  }
}

it("has no line for a task without a limit", () => {
  expect(new Scene(null).lines()).toBeNull();
});

it("has one line for all runs of a task, also when its limit is set and taken away", () => {
  const scene = new Scene(null);
  expect(scene.limits.set("proj.add", "10/s")).toBe(true);
  const lines = scene.lines();
  expect(lines).toHaveLength(1);
  expect(scene.limits.set("proj.add", 0)).toBe(false);
  expect(scene.limits.set("proj.add", null)).toBe(false);
  expect(scene.lines()).toEqual(lines);
});

it.each<readonly [string, RateLimit]>([
  ["proj.sub", "10/s"],
  ["proj.add", -1],
  ["proj.add", { rate: "1/h", scope: "cluster" }],
])("refuses to limit %s to %j", (name, limit) => {
  expect(() => new Scene(null).limits.set(name, limit)).toThrow(InvalidArgumentError);
});

it("keeps the scope of a task unless another one is given", () => {
  const scene = new Scene({ perMs: 0.01, scope: "cluster" });
  expect(() => scene.limits.set("proj.add", "1/h")).toThrow("at least 2/h for a cluster");
  expect(scene.limits.set("proj.add", { rate: "1/h", scope: "worker" })).toBe(true);
});

it("has room for some, and sends the others back one after the other", () => {
  const scene = new Scene({ perMs: 0.01, scope: "worker" });
  const lines = scene.filled(63);
  expect(scene.limits.pauseMs(lines)).toBe(0);
  scene.filled(1);
  // Those before it take 6.4 s.
  const pauses = [1, 2, 3].map(() => Math.round(scene.limits.pauseMs(lines)));
  expect(pauses).toEqual([10_000, 10_000, 10_000]);
  scene.host.clock.advance(6_000);
  expect(Math.round(scene.limits.pauseMs(lines))).toBe(10_000);
});

it("sends back for a short time what is to start soon, and never for longer than five minutes", () => {
  const fast = new Scene({ perMs: 1, scope: "worker" });
  expect(Math.round(fast.limits.pauseMs(fast.filled(64)))).toBe(65);
  const slow = new Scene({ perMs: 1 / 60_000, scope: "worker" });
  expect(slow.limits.pauseMs(slow.filled(64))).toBe(225_000);
});

it("has room for no more in all lines together", () => {
  const scene = new Scene(null);
  const names = Array.from({ length: 4 }, (_, n) => `proj.t${n}`);
  scene.host.tasks = {
    get: (name) => ({ ...taskOf(() => 4, { rateLimit: { perMs: 0.01, scope: "worker" } }), name }),
    names: () => names,
  };
  const lines = names.map((name) => {
    const task = scene.host.tasks.get(name);
    return (task && scene.limits.linesOf(task, "default")) ?? [];
  });
  for (const [line] of lines) for (let n = 0; n < 48; n++) line?.enter({ go: () => {} });
  expect(scene.limits.pauseMs(lines[0] ?? [])).toBeGreaterThan(0);
});
