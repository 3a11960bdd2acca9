import { expect, it } from "vitest";
import { pauseUntilConnected } from "../../src/client/pause.ts";
import { ManualClock } from "../../src/testing/manual-clock.ts";
import { StubTransport } from "../support/stub-transport.ts";

it("lasts as long as it was asked to", async () => {
  const clock = new ManualClock();
  const transport = new StubTransport();
  const pause = pauseUntilConnected(transport, clock, 1_000);
  expect(clock.armed).toBe(1);
  clock.advance(1_000);
  await pause;
  expect(transport.listeners.size).toBe(0);
});

it("ends when the transport is connected again, and leaves nothing behind", async () => {
  const clock = new ManualClock();
  const transport = new StubTransport();
  const pause = pauseUntilConnected(transport, clock, 1_000);
  transport.change({ type: "disconnected", reason: "test" });
  expect(transport.listeners.size).toBe(1);
  transport.change({ type: "connected", restarted: false });
  await pause;
  expect([transport.listeners.size, clock.armed]).toEqual([0, 0]);
});
