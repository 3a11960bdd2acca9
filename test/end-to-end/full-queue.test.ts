// A broker without room for more tasks.

import { QueueFullError } from "@troupe/core";
import { describe, expect, it } from "vitest";
import { Gate } from "../support/gate.ts";
import { BROKERS, World } from "../support/world.ts";

const KIB = 1024;

describe.each(BROKERS)("a full queue over %s", (broker) => {
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
