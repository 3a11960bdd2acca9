// Revoking tasks.

import { type AsyncResult, Retry, type TaskContext } from "@troupe/core";
import { eventually } from "@troupe/core/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Gate } from "../support/gate.ts";
import { BROKERS, World } from "../support/world.ts";

const DEADLINE_MS = 30_000;

describe.each(BROKERS)("revoke over %s", (broker) => {
  let world: World;
  let gate: Gate;
  let ran: string[] = [];
  beforeEach(async () => {
    world = await World.open(broker);
    gate = new Gate();
    ran = [];
    world.service.task("revoke.note", function (this: TaskContext) {
      ran.push(this.id);
    });
    // Ignores its signal.
    world.service.task("revoke.gate", async () => {
      await gate.pass();
      return "late";
    });
    world.service.task("revoke.listens", async function (this: TaskContext) {
      const aborted = new Promise((resolve) => this.signal.addEventListener("abort", resolve));
      await Promise.all([gate.pass(), aborted]);
    });
    world.service.task("revoke.retry", { maxRetries: 3 }, function (this: TaskContext, countdown: "0ms" | "1h") {
      ran.push(this.id);
      throw new Retry({ countdown });
    });
  });
  afterEach(async () => {
    gate.open();
    await world[Symbol.asyncDispose]();
  });

  const send = (name: string, options = {}, args: readonly unknown[] = []): Promise<AsyncResult<unknown>> =>
    world.client.sendTask(name, args, options);
  const errorOf = (result: AsyncResult<unknown>): Promise<unknown> => result.get({ timeout: "30s", propagate: false });
  const REVOKED = { code: "TROUPE_TASK_REVOKED" };
  /** Until all workers that are there have heard of it. */
  const heard = (id: string): Promise<void> =>
    eventually(
      `${id} is heard of`,
      async () => {
        const replies = Object.values(await world.client.control.inspect({ timeout: "500ms" }).revoked());
        return replies.length > 0 && replies.every((ids) => ids.includes(id));
      },
      DEADLINE_MS,
    );

  it("what waits in a queue while no worker runs: workers that join later do not run it", async () => {
    const results = [await send("revoke.note"), await send("revoke.note"), await send("revoke.note")];
    const [first, second, third] = results;
    await first?.revoke({ reason: "no need" });
    await world.client.control.revoke([second?.id ?? ""]);
    await world.worker();
    expect(await Promise.all(results.map(errorOf))).toMatchObject([{ ...REVOKED, reason: "no need" }, REVOKED, null]);
    expect(ran).toEqual([third?.id]);
    expect(await first?.info()).toMatchObject({ state: "REVOKED" });
    await world.emptied();
  });

  it("what a worker has not started yet", async () => {
    await world.worker({ concurrency: 1 });
    const running = await send("revoke.gate");
    await gate.reached;
    const waiting = await send("revoke.note");
    await waiting.revoke();
    await heard(waiting.id);
    gate.open();
    expect(await errorOf(running)).toBe("late");
    expect(await errorOf(waiting)).toMatchObject(REVOKED);
    expect(ran).toEqual([]);
  });

  it("what runs goes on without terminate, and is ended with it; what it gives then is refused", async () => {
    await world.worker({ hostname: "one@here", concurrency: 4 });
    const results = [await send("revoke.gate"), await send("revoke.gate"), await send("revoke.listens")];
    const [kept, deaf, listening] = results.map(({ id }) => id);
    await eventually("all run", () => gate.waiting === 3, DEADLINE_MS);
    const { control } = world.client;
    expect(await control.revoke(kept ?? "", { reply: true })).toEqual({
      "one@here": { ok: `tasks ${kept} flagged as revoked` },
    });
    expect(await control.revoke([deaf ?? "", listening ?? "", "nobody"], { terminate: true, reply: true })).toEqual({
      "one@here": { ok: `terminate: ${deaf}, ${listening}` },
    });
    expect(await control.revoke("nobody", { terminate: true, reply: true, timeout: "500ms" })).toEqual({
      "one@here": { ok: "terminate: tasks unknown" },
    });
    const [first, second, third] = results;
    if (first === undefined || second === undefined || third === undefined) throw new Error("three were sent");
    expect(await errorOf(second)).toMatchObject({ ...REVOKED, reason: "terminated" });
    expect(await errorOf(third)).toMatchObject({ ...REVOKED, reason: "terminated" });
    gate.open();
    expect(await errorOf(first)).toBe("late");
    await world.emptied();
    expect(await second.state()).toBe("REVOKED");
    expect(await world.client.control.inspect({ timeout: "500ms" }).revoked()).toEqual({
      "one@here": [kept, deaf, listening, "nobody"],
    });
  });

  it("a task that waits for its retry, and one that is about to ask for it", async () => {
    await world.worker();
    const waiting = await send("revoke.retry", {}, ["1h"]);
    await eventually("the retry", async () => (await waiting.state()) === "RETRY", DEADLINE_MS);
    await waiting.revoke();
    expect(await errorOf(waiting)).toMatchObject(REVOKED);
    expect(await world.transport.delayed.list(10)).toEqual([]);
  });

  it("what is delayed, though no worker runs, at once", async () => {
    const later = await send("revoke.note", { countdown: "1h" });
    await later.revoke({ reason: "no need" });
    expect(await later.state()).toBe("REVOKED");
    expect(await errorOf(later)).toMatchObject({ ...REVOKED, reason: "no need" });
    expect(await world.transport.delayed.list(10)).toEqual([]);
  });

  it("what carries stamps, if it meets all of them", async () => {
    const note = world.client.signature("revoke.note");
    const stamped = (stamps: Record<string, unknown>): Promise<AsyncResult<unknown>> => note.stamp(stamps).delay();
    const [both, one] = [await stamped({ customer: "c-1", kind: "mail" }), await stamped({ customer: "c-1" })];
    await world.client.control.revokeByStampedHeaders({ customer: ["c-2", "c-1"], kind: "mail" });
    await world.worker();
    expect(await errorOf(both)).toMatchObject(REVOKED);
    expect(await errorOf(one)).toBeNull();
    const later = await stamped({ customer: "c-2", kind: "mail" });
    expect(await errorOf(later)).toMatchObject(REVOKED);
    expect(ran).toEqual([one.id]);
  });

  it("what is unknown or has ended stays as it is", async () => {
    await world.worker();
    const done = await send("revoke.note");
    await done.get({ timeout: "30s" });
    await done.revoke({ terminate: true });
    await world.client.result("never-sent").revoke({ terminate: true });
    expect(await done.state()).toBe("SUCCESS");
    expect(await world.client.result("never-sent").state()).toBe("PENDING");
  });

  it("while tasks start and end: each has one outcome, and those that did not run are REVOKED", async () => {
    await world.worker({ concurrency: 4 });
    const results = await Promise.all(Array.from({ length: 200 }, () => send("revoke.note")));
    await Promise.all(
      results.filter((_, index) => index % 2 === 0).map((result) => result.revoke({ terminate: true })),
    );
    const outcomes = await Promise.all(results.map(errorOf));
    await world.emptied();
    const seen = outcomes.map((outcome, index) => ({
      isRevoked: outcome !== null,
      wasToBe: index % 2 === 0,
      runs: ran.filter((id) => id === results[index]?.id).length,
    }));
    expect(
      seen.filter(({ isRevoked, wasToBe, runs }) => runs !== (isRevoked ? 0 : 1) || (isRevoked && !wasToBe)),
    ).toEqual([]);
  });

  it("refuses wrong ids, options and stamps", async () => {
    const { control } = world.client;
    await expect(control.revoke("no id!")).rejects.toMatchObject({ code: "TROUPE_INVALID_ARGUMENT" });
    await expect(control.revoke("a", { signal: "TERM" } as object)).rejects.toThrow('"signal"');
    await expect(control.revokeByStampedHeaders({})).rejects.toThrow("give headers");
    const many = Array.from({ length: 1_001 }, (_, index) => `id-${index}`);
    await expect(control.revoke(many, { reply: true })).rejects.toThrow("1000");
  });
});
