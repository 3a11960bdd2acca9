// A broker without room for more tasks.

import { type AsyncResult, chain, QueueFullError, type TaskContext } from "@troupe/core";
import { eventually } from "@troupe/core/testing";
import { describe, expect, it } from "vitest";
import { Gate } from "../support/gate.ts";
import { BROKERS, World } from "../support/world.ts";

const KIB = 1024;

/** Until it is refused. */
async function repeat(send: () => Promise<unknown>): Promise<void> {
  for (let n = 0; n < 1_000; n++) await send();
}

describe.each(BROKERS)("a full queue over %s", (broker) => {
  it("does not keep finished work from being recorded, nor what was decided about it", async () => {
    await using world = await World.open(broker, { maxTaskBytes: 256 * KIB });
    const [first, rest] = [new Gate(), new Gate()];
    world.service.task("full.first", async function (this: TaskContext) {
      await first.pass();
      return this.retries === 0 ? this.retry({ countdown: 0 }) : "first";
    });
    world.service.task("full.next", (value: string) => `${value}, next`);
    world.service.task("full.filler", async (_filling: string) => rest.pass());
    await world.worker({ concurrency: 4 });
    const { client } = world;
    const chained = await chain(client.signature("full.first"), client.signature("full.next")).delay();
    const retried = client.result(chained.parent?.id ?? "");
    await first.reached;
    const accepted: AsyncResult<unknown>[] = [];
    const fill = async (): Promise<unknown> => accepted.push(await client.sendTask("full.filler", ["x".repeat(KIB)]));
    await expect(repeat(fill)).rejects.toBeInstanceOf(QueueFullError);
    first.open();
    await eventually("the decision is recorded", async () => (await retried.state()) === "RETRY");
    rest.open();
    expect(await chained.get({ timeout: "60s" })).toBe("first, next");
    await Promise.all(accepted.map((result) => result.get({ timeout: "60s" })));
  });

  it("refuses tasks in the caller, keeps what it has, and has room again when that is done", async () => {
    await using world = await World.open(broker, { maxTaskBytes: 256 * KIB });
    const gate = new Gate();
    world.service.task("full.gate", async (_filling: string) => {
      await gate.pass();
      return "done";
    });
    await world.worker({ concurrency: 4 });
    const accepted: Awaited<ReturnType<typeof send>>[] = [];
    const send = () => world.client.sendTask<string>("full.gate", ["x".repeat(KIB)]);
    let refusal: unknown = null;
    while (refusal === null && accepted.length < 1_000) {
      await send().then(
        (result) => accepted.push(result),
        (error: unknown) => {
          refusal = error;
        },
      );
    }
    expect(refusal).toBeInstanceOf(QueueFullError);
    expect(refusal).toMatchObject({ code: "TROUPE_QUEUE_FULL" });
    expect(accepted.length).toBeGreaterThan(100);
    gate.open();
    const values = await Promise.all(accepted.map((result) => result.get({ timeout: "30s" })));
    expect(new Set(values)).toEqual(new Set(["done"]));
    await world.emptied();
    expect(await (await send()).get({ timeout: "10s" })).toBe("done");
    expect(gate.arrivals).toBe(accepted.length + 1);
  });
});

describe("a full store of results", () => {
  it("keeps outcomes in the worker until there is room, and loses none", async () => {
    await using world = await World.open("nats", { maxResultBytes: 256 * KIB });
    const { service, client } = world;
    const results: AsyncResult<unknown>[] = [];
    const ran: string[] = [];
    service.task("full.large", function (this: TaskContext) {
      ran.push(this.id);
      return "x".repeat(60 * KIB);
    });
    const chained = chain(client.signature("full.large"), client.signature("full.large").set({ immutable: true }));
    await world.worker({ concurrency: 2 });
    for (let sent = 0; sent < 12; sent++) results.push(await client.sendTask("full.large"));
    const last = await chained.delay();
    const stored = async (): Promise<AsyncResult<unknown>[]> => {
      const states = await Promise.all(results.map((result) => result.state()));
      return results.filter((_, index) => states[index] === "SUCCESS");
    };
    await eventually("the store is full", async () => (await stored()).length > 0 && ran.length > 4);
    expect((await world.transport.tasks.count("default")).unsettled).toBeGreaterThan(0);
    const seen = new Set<string>();
    await eventually(
      "all are stored, one after the other",
      async () => {
        for (const result of await stored()) {
          if (seen.has(result.id)) continue;
          seen.add(result.id);
          await result.forget();
        }
        return seen.size === results.length;
      },
      60_000,
    );
    expect(await last.get({ timeout: "60s" })).toHaveLength(60 * KIB);
    await world.emptied();
    expect(ran).toHaveLength(results.length + 2);
    expect(new Set(ran).size).toBe(ran.length);
  });
});
