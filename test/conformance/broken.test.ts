// The conformance suite notices a transport that breaks a promise: each of these is the in-process one with one behaviour
// spoilt. Without that, a suite that passes would prove nothing.

import { transportConformance } from "@troupe/core/testing";
import { type Clock, memoryTransport, systemClock, type Transport } from "@troupe/core/transport";
import { expect, it } from "vitest";
import { brokenConnections } from "./broken/broken-connections.ts";
import { brokenDelayed } from "./broken/broken-delayed.ts";
import { brokenEvents } from "./broken/broken-events.ts";
import { brokenMailboxes } from "./broken/broken-mailboxes.ts";
import { brokenStores } from "./broken/broken-stores.ts";
import { brokenTasks } from "./broken/broken-tasks.ts";
import { fastClock } from "./broken/fast-clock.ts";
import { type RecordedTest, Recorder } from "./broken/recorder.ts";

const here = "not needed to notice";
/** Delays take seconds, which the in-process broker can be told. */
const inFastTime = (): Clock => fastClock(10);

/** The suite's tests for a transport, not yet run. */
function testsOf(
  spoil: (transport: Transport) => Transport,
  deadlineMs: number,
  clock: () => Clock = () => systemClock,
): RecordedTest[] {
  const recorder = new Recorder();
  const briefMs = deadlineMs / 8;
  transportConformance("broken", {
    runner: recorder.runner,
    deadlineMs,
    requestExpiresMs: deadlineMs,
    shortestAckWaitMs: 20,
    shortestExpiryMs: briefMs,
    without: { "separate-connections": here, reconnect: here, unreachable: here },
    open: async ({ smallStore }) => {
      const maxMessages = smallStore ? 20 : 10_000;
      const options = { requestExpiresMs: briefMs, leaseMs: briefMs, maxMessages, clock: clock() };
      const transport = spoil(memoryTransport(options));
      return { transport, sibling: async () => transport, close: async () => undefined };
    },
  });
  return recorder.tests;
}

/** What failed first in one group of tests, with the reason; null when all passed. */
async function firstFailure(tests: readonly RecordedTest[], group: string | null): Promise<string | null> {
  for (const { path, run } of tests.filter((test) => group === null || test.path.includes(group))) {
    const failure = await run().then(
      () => null,
      (error: unknown) => `${path.join(" > ")}: ${String(error)}`,
    );
    if (failure !== null) return failure;
  }
  return null;
}

it("passes a transport that is not broken", async () => {
  expect(
    await firstFailure(
      testsOf((transport) => transport, 5_000),
      null,
    ),
  ).toBeNull();
});

it.each(["delayed tasks", "moving of delayed tasks"])(
  "passes %s that are not broken in fast time, too",
  async (group) => {
    const tests = testsOf((transport) => transport, 5_000, inFastTime);
    expect(await firstFailure(tests, group)).toBeNull();
  },
);

it.each([...brokenTasks, ...brokenStores, ...brokenConnections, ...brokenMailboxes, ...brokenDelayed, ...brokenEvents])(
  "notices a transport that $name",
  async ({ spoil, noticedBy }) => {
    const tests = testsOf(spoil, 600, noticedBy.endsWith("delayed tasks") ? inFastTime : undefined);
    expect(tests.filter((test) => test.path.includes(noticedBy))).not.toHaveLength(0);
    expect(await firstFailure(tests, noticedBy)).not.toBeNull();
  },
);
