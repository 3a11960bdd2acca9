// Control messages and replies that nobody of ours would send: workers and clients stay as they are.

import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { encodeCommand, encodeReply } from "../../packages/core/src/codec/control-codec.ts";
import { BROKERS, World } from "../support/world.ts";

const LONG = { timeout: "30s" } as const;
const EXPIRES = 9_999_999_999_999;

const COMMANDS = ["__proto__", "constructor", "toString", "shutdown;", "", "x".repeat(10_000)].map((command) =>
  encodeCommand({ command, args: {}, destination: null, ticket: "t", expires: EXPIRES }),
);
const ORDERS = [
  ["pool_grow", { count: -1 }],
  ["pool_grow", { count: 1e9 }],
  ["pool_grow", { count: "2" }],
  ["rate_limit", { task: "control.one", limit: "1e999/h" }],
  ["add_consumer", { queue: "a.>" }],
  ["revoke", { ids: Array.from({ length: 2_000 }, String) }],
  ["query_task", { ids: [{}, null] }],
  ["shutdown", { mode: "__proto__" }],
] as const;

describe.each(BROKERS)("hostile control over %s", (broker) => {
  it("changes nothing in workers, and clients get their replies", async () => {
    await using world = await World.open(broker);
    world.service.task("control.one", () => 1);
    const worker = await world.worker({ hostname: "w1@here", concurrency: 2 });
    const { broadcast } = world.transport;
    const all = ["control", "all"] as const;
    for (let size = 0; size < 200; size++) broadcast.publish(all, randomBytes(size));
    for (const body of COMMANDS) broadcast.publish(all, body);
    const many = Array.from({ length: 20_000 }, (_, i) => `w${i}@here`);
    broadcast.publish(
      all,
      encodeCommand({ command: "ping", args: {}, destination: many, pattern: "(a+)+$", ticket: "t", expires: EXPIRES }),
    );
    for (const [command, args] of ORDERS)
      expect(await world.client.control.broadcast(command, args, { ...LONG, destination: ["w1@here"] })).toEqual({
        "w1@here": { error: expect.any(String) },
      });
    expect([worker.concurrency, worker.queues]).toEqual([2, ["default"]]);
    expect(await (await world.client.sendTask("control.one")).get(LONG)).toBe(1);

    // Whoever hears a question may answer it with anything.
    await broadcast.subscribe(all, (body) => {
      const [ticket = ""] = /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(Buffer.from(body).toString("latin1")) ?? [];
      const answer = ["answer", ticket] as const;
      broadcast.publish(answer, randomBytes(64));
      for (const hostname of ["__proto__", "", "no-name"])
        broadcast.publish(answer, encodeReply({ hostname, value: 1 }));
      broadcast.publish(answer, encodeReply({ hostname: "w9@here", value: { __proto__: null, error: 5 } }));
    });
    expect(await world.client.control.inspect({ ...LONG, limit: 2 }).activeQueues()).toEqual({
      "w1@here": [{ name: "default", consuming: true, paused: false }],
    });
  });
});
