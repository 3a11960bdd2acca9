// The in-process leases go by the transport's clock.

import { expect, it } from "vitest";
import { connectedMemory } from "./connected-memory.ts";

it("ends a lease by the transport's clock", async () => {
  const { transport, clock } = await connectedMemory({ leaseMs: 1_000 });
  expect(await transport.leases.hold("shard", "a")).toBe(true);
  clock.advance(999);
  expect(await transport.leases.hold("shard", "b")).toBe(false);
  expect(await transport.leases.hold("shard", "a")).toBe(true);
  clock.advance(999);
  expect(await transport.leases.hold("shard", "b")).toBe(false);
  clock.advance(1);
  expect(await transport.leases.hold("shard", "b")).toBe(true);
});

it("forgets leases that ended when there are many, and only those", async () => {
  const { transport, clock } = await connectedMemory({ leaseMs: 1_000 });
  for (let count = 0; count < 999; count += 1) await transport.leases.hold(`old ${count}`, "a");
  clock.advance(1_000);
  await transport.leases.hold("young", "a");
  await transport.leases.hold("another", "a");
  expect(await transport.leases.hold("young", "b")).toBe(false);
  expect(await transport.leases.hold("old 1", "b")).toBe(true);
});
