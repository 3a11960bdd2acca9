// Tasks that are not started in time: each ends REVOKED, and says why.

import { chain, chord, type ResultRecord, type TaskContext } from "@troupe/core";
import { eventually } from "@troupe/core/testing";
import { describe, expect, it } from "vitest";
import { BROKERS, World } from "../support/world.ts";

const EXPIRED = { code: "TROUPE_TASK_REVOKED", reason: "expired" };

describe.each(BROKERS)("expiry over %s", (broker) => {
  it("counts on receipt, when a delayed task is due, and before a retry", async () => {
    await using world = await World.open(broker);
    const { service, client } = world;
    const runs: string[] = [];
    service.task("expiry.note", (name: string) => void runs.push(name));
    service.task("expiry.again", function (this: TaskContext, name: string) {
      runs.push(name);
      this.retry({ eta: new Date((this.expires?.getTime() ?? 0) + 1) });
    });
    const late = [
      await client.sendTask("expiry.note", ["a date in the past"], { expires: new Date(0) }),
      await client.sendTask("expiry.note", ["at once"], { expires: 0 }),
      await client.sendTask("expiry.note", ["while it waits for a worker"], { expires: "20ms" }),
      await client.sendTask("expiry.note", ["before it is due"], { countdown: "1500ms", expires: "1s" }),
      await client.sendTask("expiry.note", ["before its date"], {
        eta: new Date(Date.now() + 1_500),
        expires: new Date(Date.now() + 500),
      }),
    ];
    const inTime = await client.sendTask("expiry.note", ["in time"], { countdown: "1500ms", expires: "10m" });
    const from = world.transport.now();
    await eventually("the shortest time is over", () => world.transport.now() > from + 20);
    await world.worker();
    const retried = await client.sendTask("expiry.again", ["first run"], { expires: "6s" });
    for (const result of late) await expect(result.get({ timeout: "30s" })).rejects.toMatchObject(EXPIRED);
    await inTime.get({ timeout: "30s" });
    await expect(retried.get({ timeout: "30s" })).rejects.toMatchObject(EXPIRED);
    const record: ResultRecord = await client.result(retried.id).info();
    expect(record).toMatchObject({ state: "REVOKED", error: EXPIRED });
    await world.emptied();
    expect(new Set(runs)).toEqual(new Set(["first run", "in time"]));
  });

  it("of a step ends the steps after it for the same reason, and the chord that waits", async () => {
    await using world = await World.open(broker);
    const { service, client } = world;
    const note = service.task("expiry.note", (name: string) => name);
    const count = service.task("expiry.count", (names: string[]) => names.length);
    await world.worker();
    const expired = note.si("late").set({ expires: new Date(0) });
    const last = await chain(note.si("first"), expired, note.si("last")).delay();
    await expect(last.get({ timeout: "30s" })).rejects.toMatchObject(EXPIRED);
    expect(await client.result(last.id).info()).toMatchObject({ state: "REVOKED", error: EXPIRED });
    const body = await chord([note.si("in time"), expired], count.s()).delay();
    await expect(body.get({ timeout: "30s" })).rejects.toMatchObject({ code: "TROUPE_CHORD", cause: EXPIRED });
  });
});
