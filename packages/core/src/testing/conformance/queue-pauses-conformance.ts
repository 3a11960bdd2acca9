// Conformance of `QueuePauses`: who pauses first is kept, until the queue is resumed, whatever happens to the broker.

import { strict as assert } from "node:assert";
import { assertSameBytes, bytesOf, HOSTILE_NAMES, patternOf, textOf } from "./expectations.ts";
import type { ConformanceSuite, TestContext } from "./suite.ts";

const WRITERS = 6;

export function queuePausesConformance(suite: ConformanceSuite): void {
  suite.describe("paused queues", () => {
    suite.test("are listed by all, as the first has stored them, until they are removed", async (context) => {
      const { pauses } = context.transport;
      const sibling = await context.sibling();
      assert.deepEqual(await pauses.list(), []);
      assert.equal(await pauses.remove("q"), false);
      assert.equal(await pauses.create("q", bytesOf("first")), "created");
      assert.equal(await sibling.pauses.create("q", bytesOf("second")), "exists");
      assert.deepEqual(await listed({ transport: sibling }), ["q: first"]);
      assert.equal(await sibling.pauses.remove("q"), true);
      assert.equal(await pauses.remove("q"), false);
      assert.deepEqual(await listed(context), []);
      assert.equal(await pauses.create("q", bytesOf("third")), "created");
      assert.deepEqual(await listed(context), ["q: third"]);
    });

    suite.test("are stored by one of many that try at once", async (context) => {
      const sibling = await context.sibling();
      const stored = await Promise.all(
        Array.from({ length: WRITERS }, (_, writer) =>
          (writer % 2 === 0 ? context.transport : sibling).pauses.create("q", bytesOf(String(writer))),
        ),
      );
      const winner = stored.indexOf("created");
      assert.equal(stored.filter((outcome) => outcome === "created").length, 1, stored.join());
      assert.deepEqual(await listed(context), [`q: ${winner}`]);
    });

    suite.test("are kept apart whatever they are called", async (context) => {
      const { pauses } = context.transport;
      for (const name of HOSTILE_NAMES) assert.equal(await pauses.create(name, bytesOf(name)), "created");
      const expected = HOSTILE_NAMES.map((name) => `${name}: ${name}`);
      assert.deepEqual(await listed(context), expected.toSorted());
    });

    suite.test("keep bodies of all sizes intact", async ({ transport: { pauses } }) => {
      for (const size of [0, 1, 65_536]) assert.equal(await pauses.create(`q${size}`, patternOf(size)), "created");
      for (const { queue, body } of await pauses.list())
        assertSameBytes(body, patternOf(Number(queue.slice(1))), `pause of ${queue}`);
    });

    suite.testWith("outlive the broker's restart", { capability: "reconnect" }, async (context) => {
      const { broker, transport } = context;
      await transport.pauses.create("q", bytesOf("body"));
      await transport.pauses.create("resumed", bytesOf("body"));
      await transport.pauses.remove("resumed");
      assert.ok(broker.restart !== undefined, "the broker offers no restart()");
      await broker.restart();
      assert.deepEqual(await listed({ transport: await context.sibling() }), ["q: body"]);
    });
  });
}

async function listed({ transport }: Pick<TestContext, "transport">): Promise<string[]> {
  return (await transport.pauses.list()).map(({ queue, body }) => `${queue}: ${textOf(body)}`).toSorted();
}
