// Dead letters from where they come from to where they run again.

import { chain, chord, Reject, type TaskContext } from "@troupe/core";
import { describe, expect, it } from "vitest";
import { BROKERS, World } from "../support/world.ts";

describe.each(BROKERS)("dead letters over %s", (broker) => {
  it("are kept of what a handler rejects, and run when they are replayed, with what follows", async () => {
    await using world = await World.open(broker);
    const { service, client } = world;
    let isRepaired = false;
    const repairable = service.task("dead.repairable", function (this: TaskContext, x: number) {
      if (!isRepaired) throw new Reject("not yet");
      return [x, this.headers["replayOf"]];
    });
    const count = service.task("dead.count", (list: unknown[]) => list.length);
    await world.worker();
    const result = await chain(repairable.s(4), count.s()).delay();
    expect(await result.get({ timeout: "20s" })).toBeNull();
    const [letter] = await client.deadLetters.list();
    expect(letter).toMatchObject({
      queue: "default",
      reason: "rejected",
      detail: "not yet",
      error: { type: "Reject" },
      task: { id: result.parent?.id, name: "dead.repairable", args: "[ 4 ]" },
    });
    isRepaired = true;
    const again = await client.deadLetters.replay(letter?.id ?? "");
    expect(await again.get({ timeout: "20s" })).toEqual([4, result.parent?.id]);
    const [next] = await again.children();
    expect(next?.id).not.toBe(result.id);
    expect(await next?.get({ timeout: "20s" })).toBe(2);
    expect(await client.deadLetters.count()).toBe(0);
    expect(await client.result(result.id).state()).toBe("REJECTED");
  });

  it("can be replayed by two at once, and run once", async () => {
    await using world = await World.open(broker);
    const { service, client } = world;
    let runs = 0;
    let isRepaired = false;
    service.task("dead.once", () => {
      runs += 1;
      if (!isRepaired) throw new Reject("not yet");
      return "done";
    });
    await world.worker();
    const rejected = await client.sendTask("dead.once");
    await rejected.get({ propagate: false, timeout: "20s" });
    await world.emptied();
    const [letter] = await client.deadLetters.list();
    isRepaired = true;
    const outcomes = await Promise.allSettled([
      client.deadLetters.replay(letter?.id ?? ""),
      service.deadLetters.replay(letter?.id ?? ""),
    ]);
    const replayed = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
    expect(new Set(replayed.map(({ id }) => id)).size).toBe(1);
    for (const result of replayed) expect(await result.get({ timeout: "20s" })).toBe("done");
    await world.emptied();
    expect(runs).toBe(2);
  });

  it("of a member leave the chord as it was decided, and of unknown tasks run where they are known", async () => {
    await using world = await World.open(broker);
    const { service, client } = world;
    const sum = service.task("dead.sum", (values: number[]) => values.length);
    await world.worker();
    const header = [service.signature<number>("dead.unknown", [1]), service.signature<number>("dead.unknown", [2])];
    const result = await chord(header, sum.s()).delay();
    await expect(result.get({ timeout: "20s" })).rejects.toMatchObject({ code: "TROUPE_CHORD" });
    await world.emptied();
    expect(await client.deadLetters.count("default")).toBe(2);
    const other = world.app();
    other.task("dead.unknown", (x: number) => x);
    await world.worker({ queues: ["other"] }, other);
    const filter = { reason: "not-registered", name: "dead.unknown" };
    const ids: (string | null)[] = [];
    const onLetter = ({ taskId }: { readonly taskId: string | null }): void => void ids.push(taskId);
    expect(await client.deadLetters.replay(filter, { queue: "other", onLetter })).toEqual({ replayed: 2, failed: 0 });
    const values = await Promise.all(ids.map((id) => client.result(id ?? "").get({ timeout: "20s" })));
    expect(new Set(values)).toEqual(new Set([1, 2]));
    await expect(result.get({ timeout: "20s" })).rejects.toMatchObject({ code: "TROUPE_CHORD" });
  });
});
