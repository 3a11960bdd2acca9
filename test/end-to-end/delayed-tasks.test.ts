// Tasks that wait for their time, under other hands.

import { chord } from "@troupe/core";
import { describe, expect, it } from "vitest";
import { BROKERS, World } from "../support/world.ts";

describe.each(BROKERS)("delayed tasks over %s", (broker) => {
  it("are listed, cancelled with what follows, and given other times under their ids", async () => {
    await using world = await World.open(broker);
    const { service, client } = world;
    const starts: string[] = [];
    const note = service.task("delayed.note", (name: string) => {
      starts.push(name);
      return name;
    });
    const count = service.task("delayed.count", (names: string[]) => names.length);
    await world.worker();
    const [cancelled, hurried, postponed] = [
      await note.applyAsync(["cancelled"], { countdown: "2s" }),
      await note.applyAsync(["hurried"], { countdown: "1h" }),
      await note.applyAsync(["postponed"], { countdown: "3s" }),
    ];
    const body = await chord([note.si("member").set({ countdown: "1h" }), note.si("other")], count.s()).delay();
    const listed = await client.delayed.list();
    expect(listed.map(({ name, queue }) => [name, queue])).toEqual(Array(4).fill(["delayed.note", "default"]));
    expect(await client.delayed.cancel(cancelled.id)).toBe(true);
    const member = listed.find(({ args }) => args.includes("member"));
    expect(await client.delayed.cancel(member?.id ?? "")).toBe(true);
    await client.delayed.reschedule(postponed.id, { countdown: "1h" });
    await client.delayed.reschedule(hurried.id, { countdown: "1500ms" });
    expect(await hurried.get({ timeout: "30s" })).toBe("hurried");
    await expect(cancelled.get({ timeout: "30s" })).rejects.toMatchObject({ reason: "cancelled" });
    await expect(body.get({ timeout: "30s" })).rejects.toMatchObject({ code: "TROUPE_CHORD" });
    await client.delayed.reschedule(postponed.id, { eta: new Date() });
    expect(await postponed.get({ timeout: "30s" })).toBe("postponed");
    await world.emptied();
    expect(starts.toSorted((one, other) => one.localeCompare(other))).toEqual(["hurried", "other", "postponed"]);
    expect(await client.delayed.list()).toEqual([]);
  });
});
