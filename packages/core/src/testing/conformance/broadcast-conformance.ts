// Conformance of `Broadcast`: all that listen to a topic hear it, and nobody else.

import { strict as assert } from "node:assert";
import type { Topic } from "../../transport/broadcast.ts";
import type { Transport } from "../../transport/transport.ts";
import { TestProbe } from "../test-probe.ts";
import { assertSameBytes, bytesOf, HOSTILE_NAMES, patternOf, textOf } from "./expectations.ts";
import type { ConformanceSuite } from "./suite.ts";

export function broadcastConformance(suite: ConformanceSuite): void {
  suite.describe("broadcast", () => {
    suite.test("reaches all subscribers of a topic", async (context) => {
      const { transport, deadlineMs } = context;
      const topic: Topic = ["control", "all"];
      const sibling = await context.sibling();
      const ears = await Promise.all([transport, transport, sibling].map((on) => Ear.open(on, topic, deadlineMs)));
      transport.broadcast.publish(topic, bytesOf("hello"));
      for (const [index, ear] of ears.entries()) {
        assert.equal(await ear.next(`subscriber ${index} hears the message`), "hello");
      }
      sibling.broadcast.publish(topic, bytesOf("and back"));
      for (const [index, ear] of ears.entries()) {
        assert.equal(await ear.next(`subscriber ${index} hears the sibling's message`), "and back");
      }
      assert.deepEqual(
        ears.map((ear) => ear.heard.length),
        [2, 2, 2],
        "a message was heard twice",
      );
    });

    suite.test("leaves out who has unsubscribed", async ({ transport, deadlineMs }) => {
      const topic: Topic = ["event", "task"];
      const stays = await Ear.open(transport, topic, deadlineMs);
      const leaves = await Ear.open(transport, topic, deadlineMs);
      transport.broadcast.publish(topic, bytesOf("before"));
      await leaves.next("the subscriber that is to leave hears a message");
      leaves.unsubscribe();
      leaves.unsubscribe();
      for (const text of ["after", "end"]) transport.broadcast.publish(topic, bytesOf(text));
      await stays.take(3, "the other subscriber hears all");
      assert.deepEqual(leaves.heard, ["before"]);
    });

    suite.test("keeps topics apart whatever their tokens are", async ({ transport, deadlineMs }) => {
      const topics: Topic[] = [
        ...HOSTILE_NAMES.map((name): Topic => ["reply", name]),
        ["reply"],
        ["event", "a"],
        ["reply", "a", "b"],
        ["reply", "a", "b", "c"],
        ["reply", "a.b", "c"],
      ];
      const ears = await Promise.all(topics.map((topic) => Ear.open(transport, topic, deadlineMs)));
      for (const topic of topics) transport.broadcast.publish(topic, bytesOf(JSON.stringify(topic)));
      for (const topic of topics) transport.broadcast.publish(topic, bytesOf("end"));
      for (const [index, ear] of ears.entries()) await ear.take(2, `topic ${JSON.stringify(topics[index])} is heard`);
      // Whatever a topic hears by mistake was published before its "end", or is the "end" of another.
      assert.deepEqual(
        ears.map((ear) => ear.heard),
        topics.map((topic) => [JSON.stringify(topic), "end"]),
      );
    });

    suite.test("keeps bodies intact", async ({ transport, deadlineMs }) => {
      const bodies = new TestProbe<Uint8Array>(deadlineMs);
      await transport.broadcast.subscribe(["reply", "c"], (body) => bodies.add(body));
      for (const size of [0, 1, 65_536]) {
        const body = patternOf(size);
        transport.broadcast.publish(["reply", "c"], body);
        assertSameBytes(await bodies.next(`a message of ${size} bytes is heard`), body, `body of ${size} bytes`);
      }
    });

    suite.test("stores nothing", async ({ transport, deadlineMs }) => {
      transport.broadcast.publish(["reply", "c"], bytesOf("nobody listens"));
      transport.broadcast.publish(["result", "x"], bytesOf("not a record"));
      const ear = await Ear.open(transport, ["reply", "c"], deadlineMs);
      transport.broadcast.publish(["reply", "c"], bytesOf("somebody listens"));
      assert.equal(await ear.next("a message after the subscription"), "somebody listens");
      assert.equal(await transport.records.read({ kind: "result", id: "x" }), null);
    });
  });
}

/** A subscriber that remembers what it heard. */
class Ear {
  readonly #probe: TestProbe<string | null>;
  readonly unsubscribe: () => void;

  private constructor(probe: TestProbe<string | null>, unsubscribe: () => void) {
    this.#probe = probe;
    this.unsubscribe = unsubscribe;
  }

  static async open(transport: Transport, topic: Topic, deadlineMs: number): Promise<Ear> {
    const probe = new TestProbe<string | null>(deadlineMs);
    return new Ear(probe, await transport.broadcast.subscribe(topic, (body) => probe.add(textOf(body))));
  }

  get heard(): (string | null)[] {
    return [...this.#probe.items];
  }

  next(what: string): Promise<string | null> {
    return this.#probe.next(what);
  }

  async take(count: number, what: string): Promise<void> {
    await this.#probe.take(count, what);
  }
}
