// Conformance of `Leases`: one holder at a time, for as long as it renews.

import { strict as assert } from "node:assert";
import { eventually } from "../test-probe.ts";
import { HOSTILE_NAMES } from "./expectations.ts";
import type { ConformanceSuite, TestContext } from "./suite.ts";

const HOLDERS = 6;
const ROUNDS = 10;
/** A lease is renewed until so many times its length have passed. */
const RENEWED = 1.6;
/** The broker's clock counts in coarse steps. */
const EARLY = 0.8;

export function leasesConformance(suite: ConformanceSuite): void {
  suite.describe("leases", () => {
    suite.test("go to one of two holders", async (context) => {
      const { leases } = context.transport;
      const sibling = await context.sibling();
      assert.equal(await leases.hold("shard", "a"), true);
      assert.equal(await leases.hold("shard", "b"), false);
      assert.equal(await sibling.leases.hold("shard", "b"), false);
      assert.equal(await leases.hold("shard", "a"), true, "a holder can renew its lease");
    });

    suite.test("go to one of many that try at once", async (context) => {
      const { transport } = context;
      const sibling = await context.sibling();
      for (let round = 0; round < ROUNDS; round += 1) {
        const held = await Promise.all(
          Array.from({ length: HOLDERS }, (_, holder) =>
            (holder % 2 === 0 ? transport : sibling).leases.hold(`shard ${round}`, `holder ${holder}`),
          ),
        );
        assert.equal(held.filter(Boolean).length, 1, `round ${round}: ${held.join()}`);
      }
    });

    suite.test("that belong to nobody go to one of many, who cannot renew them", async (context) => {
      const { leases } = context.transport;
      const sibling = await context.sibling();
      for (let round = 0; round < ROUNDS; round += 1) {
        const taken = await Promise.all(
          Array.from({ length: HOLDERS }, (_, n) => (n % 2 === 0 ? leases : sibling.leases).take(`slot ${round}`)),
        );
        assert.equal(taken.filter(Boolean).length, 1, `round ${round}: ${taken.join()}`);
      }
      assert.equal(await leases.take("slot"), true);
      assert.equal(await leases.take("slot"), false, "a lease that was taken was taken again");
      assert.equal(await leases.hold("slot", "a"), false, "a lease that was taken was held by another");
      await leases.release("slot", "a");
      assert.equal(await leases.take("slot"), false, "a lease of nobody was released");
    });

    suite.test("that belong to nobody end by themselves", (context) => ends(context));

    suite.test("last while they are renewed, then end by themselves", (context) => renews(context));

    suite.test("end when their holder releases them, and only then", async (context) => {
      const { leases } = context.transport;
      await leases.release("shard", "nobody");
      await leases.hold("shard", "a");
      await leases.release("shard", "b");
      assert.equal(await leases.hold("shard", "b"), false, "released by one that does not hold it, a lease ended");
      await leases.release("shard", "a");
      assert.equal(await leases.hold("shard", "b"), true, "a lease that was released is free at once");
      await leases.release("shard", "a");
      assert.equal(await leases.hold("shard", "a"), false, "the former holder ended its successor's lease");
    });

    suite.test("are kept apart whatever they are called", async ({ transport: { leases } }) => {
      const held = await Promise.all(HOSTILE_NAMES.map((name) => leases.hold(name, name)));
      assert.deepEqual(
        held,
        HOSTILE_NAMES.map(() => true),
      );
    });
  });
}

async function ends({ transport: { leases }, deadlineMs }: TestContext): Promise<void> {
  const takenAt = performance.now();
  assert.ok(await leases.take("slot"));
  await eventually("the lease ends", () => leases.take("slot"), deadlineMs + leases.leaseMs * 2);
  const lastedMs = performance.now() - takenAt;
  assert.ok(lastedMs >= leases.leaseMs * EARLY, `a lease of ${leases.leaseMs} ms ended after ${lastedMs} ms`);
}

async function renews({ transport: { leases }, deadlineMs }: TestContext): Promise<void> {
  const startedAt = performance.now();
  let renewedAt = startedAt;
  const waitMs = deadlineMs + leases.leaseMs * 2;
  assert.ok(await leases.hold("shard", "a"));
  await eventually(
    "the lease is renewed for a while",
    async () => {
      assert.equal(await leases.hold("shard", "b"), false, "a lease that was renewed went to another holder");
      renewedAt = performance.now();
      assert.equal(await leases.hold("shard", "a"), true, "a holder lost a lease that it renewed");
      return renewedAt - startedAt > leases.leaseMs * RENEWED;
    },
    waitMs,
  );
  await eventually("the lease ends without renewal", () => leases.hold("shard", "b"), waitMs);
  const lastedMs = performance.now() - renewedAt;
  assert.ok(
    lastedMs >= leases.leaseMs * EARLY,
    `a lease of ${leases.leaseMs} ms ended ${lastedMs} ms after its renewal`,
  );
}
