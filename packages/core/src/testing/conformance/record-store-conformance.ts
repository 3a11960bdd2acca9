// Conformance of `RecordStore`: the first of many writers wins, records are found exactly, and end when they should.

import { strict as assert } from "node:assert";
import type { RecordKey } from "../../transport/record-store.ts";
import { assertSameBytes, bytesOf, HOSTILE_NAMES, patternOf, textOf } from "./expectations.ts";
import type { ConformanceSuite, TestContext } from "./suite.ts";

const WRITERS = 6;
const ROUNDS = 50;
const result = (id: string): RecordKey => ({ kind: "result", id });

export function recordStoreConformance(suite: ConformanceSuite): void {
  suite.describe("record store", () => {
    suite.test("creates a record once", async (context) => {
      const { records } = context.transport;
      const sibling = await context.sibling();
      assert.equal(await records.read(result("x")), null);
      assert.equal(await records.glance(result("x")), null);
      assert.equal(await records.create(result("x"), bytesOf("first")), "created");
      assert.equal(await records.create(result("x"), bytesOf("second")), "exists");
      assert.equal(await sibling.records.create(result("x"), bytesOf("third")), "exists");
      assert.equal(textOf(await records.read(result("x"))), "first");
    });

    suite.test("lets one of many writers create a record, and keeps that one's", (context) => races(context));

    suite.test("reads what another connection has just written", async (context) => {
      const sibling = await context.sibling();
      for (let round = 0; round < ROUNDS; round += 1) {
        const key = result(`x${round}`);
        await context.transport.records.create(key, bytesOf(`${round}`));
        assert.equal(textOf(await sibling.records.read(key)), `${round}`);
      }
    });

    suite.test("shows what was written at a glance, soon", async (context) => {
      const { records } = context.transport;
      await records.create(result("x"), bytesOf("written"));
      await context.eventually(
        "glance shows the record",
        async () => textOf(await records.glance(result("x"))) === "written",
      );
    });

    suite.test("replaces records, whether there is one or not", async ({ transport: { records } }) => {
      const key: RecordKey = { kind: "state", id: "x" };
      for (const text of ["first", "second"]) {
        await records.replace(key, bytesOf(text));
        assert.equal(textOf(await records.read(key)), text);
      }
      assert.equal(await records.create(key, bytesOf("third")), "exists");
      await records.create(result("x"), bytesOf("value"));
      await records.replace(result("x"), bytesOf("forgotten"));
      assert.equal(textOf(await records.read(result("x"))), "forgotten");
      assert.equal(await records.create(result("x"), bytesOf("again")), "exists");
    });

    suite.test("keeps kinds and generations apart", async ({ transport: { records } }) => {
      const keys: RecordKey[] = [
        result("x"),
        { kind: "state", id: "x" },
        ...[0, 1, 10].map((gen): RecordKey => ({ kind: "decision", id: "x", gen })),
        ...[0, 1, 10].map((gen): RecordKey => ({ kind: "claim", id: "x", gen })),
        ...[0, 1, 10].map((gen): RecordKey => ({ kind: "group", id: "x", gen })),
        ...[0, 1, 10].map((gen): RecordKey => ({ kind: "unique", id: "x", gen })),
        { kind: "decision", id: "x.1", gen: 0 },
        { kind: "decision", id: "1.x", gen: 0 },
        { kind: "decision", id: "x1", gen: 0 },
        result("x.1"),
      ];
      await expectApart(records, keys);
    });

    suite.test("keeps ids apart whatever they are", async ({ transport: { records } }) => {
      assert.equal(await records.create(result("plain"), bytesOf("plain")), "created");
      for (const id of ["*", ">", "plain.>", "pl*"]) assert.equal(await records.read(result(id)), null, `id "${id}"`);
      const longest = "x".repeat(128);
      await expectApart(records, [...HOSTILE_NAMES, longest, ".".repeat(128)].map(result));
    });

    suite.test("keeps bodies of all sizes intact", async ({ transport: { records } }) => {
      for (const size of [0, 1, 65_536]) {
        const body = patternOf(size);
        await records.create(result(`x${size}`), body);
        assertSameBytes(await records.read(result(`x${size}`)), body, `record of ${size} bytes`);
      }
    });

    const shortestExpiryMs = suite.options.shortestExpiryMs ?? 1_500;
    suite.testWith(
      "forgets a record when its time is over",
      { settings: { resultExpiresMs: shortestExpiryMs } },
      async (context) => {
        const { records } = context.transport;
        await records.create(result("x"), bytesOf("old"));
        assert.equal(textOf(await records.read(result("x"))), "old");
        await context.eventually("the record ends", async () => (await records.read(result("x"))) === null);
        assert.equal(await records.create(result("x"), bytesOf("new")), "created");
      },
    );
  });
}

async function races(context: TestContext): Promise<void> {
  const { transport } = context;
  const sibling = await context.sibling();
  const stores = Array.from({ length: WRITERS }, (_, writer) => (writer % 2 === 0 ? transport : sibling).records);
  for (let round = 0; round < ROUNDS; round += 1) {
    const key: RecordKey = { kind: "decision", id: `x${round}`, gen: 0 };
    const outcomes = await Promise.all(stores.map((store, writer) => store.create(key, bytesOf(`writer ${writer}`))));
    const winners = outcomes.flatMap((outcome, writer) => (outcome === "created" ? [`writer ${writer}`] : []));
    assert.equal(winners.length, 1, `round ${round}: created by ${winners.join(" and ") || "nobody"}`);
    assert.equal(textOf(await sibling.records.read(key)), winners[0], `round ${round}`);
  }
}

/** Each key has a record of its own. */
async function expectApart(records: TestContext["transport"]["records"], keys: readonly RecordKey[]): Promise<void> {
  for (const key of keys) {
    const name = JSON.stringify(key);
    assert.equal(await records.create(key, bytesOf(name)), "created", name);
  }
  for (const key of keys) {
    const name = JSON.stringify(key);
    assert.equal(textOf(await records.read(key)), name);
    assert.equal(textOf(await records.glance(key)) ?? name, name);
  }
}
