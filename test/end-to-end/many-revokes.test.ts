// More is revoked than a worker keeps.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BROKERS, World } from "../support/world.ts";

const MANY = 60_000;
const MOST_KEPT = 50_000;

describe.each(BROKERS)("60,000 revoked tasks over %s", (broker) => {
  let world: World;
  const ran: unknown[] = [];
  beforeEach(async () => {
    world = await World.open(broker);
    ran.length = 0;
    world.service.task("many.note", (name: string) => {
      ran.push(name);
      return name;
    });
  });
  afterEach(() => world[Symbol.asyncDispose]());

  it("none of them runs, on a worker that was there and on one that joins; all others do", {
    timeout: 180_000,
  }, async () => {
    await world.worker({ hostname: "before@here", queues: ["before"] });
    const { control } = world.client;
    const revoked = async (): Promise<number> => {
      const replies = await control.inspect({ destination: ["before@here"], timeout: "5s" }).revoked();
      return replies["before@here"]?.length ?? -1;
    };
    await control.revoke(Array.from({ length: 100 }, (_, index) => `task-${index}`));
    await expect.poll(revoked, { timeout: 20_000 }).toBe(100);
    await control.revoke(Array.from({ length: MANY }, (_, index) => `task-${index}`));
    expect(await world.transport.revocations.count()).toBe(MANY);
    await expect.poll(revoked, { timeout: 20_000 }).toBe(0);
    await world.worker({ hostname: "after@here", queues: ["after"] });
    for (const queue of ["before", "after"]) {
      const send = (taskId: string) => world.client.sendTask("many.note", [`${queue} ${taskId}`], { queue, taskId });
      const stopped = [
        await send(queue === "before" ? "task-0" : "task-1"),
        await send(`task-${MOST_KEPT + queue.length}`),
      ];
      const free = await send(`other-${queue}`);
      expect(await free.get({ timeout: "30s" })).toBe(`${queue} other-${queue}`);
      const errors = await Promise.all(stopped.map((result) => result.get({ timeout: "30s", propagate: false })));
      expect(errors).toMatchObject(stopped.map(() => ({ code: "TROUPE_TASK_REVOKED" })));
    }
    expect(ran).toEqual(["before other-before", "after other-after"]);
  });
});
