// What is compared between the streams that are wanted and what a broker says it has.

import type { Logger } from "@troupe/core/transport";
import { describe, expect, it } from "vitest";
import { resolveConfig } from "../src/config.ts";
import { compareConfig } from "../src/topology/ensure-topology.ts";
import { bucketConsumerSpec, queueConsumerSpec, shardConsumerSpec, streamSpecs } from "../src/topology/topology.ts";
import { Names } from "../src/wire/names.ts";

const names = new Names("troupe");

class Warnings implements Logger {
  readonly fields: object[] = [];
  trace(): void {}
  debug(): void {}
  info(): void {}
  error(): void {}
  warn(fields: object | string): void {
    this.fields.push(Object(fields));
  }
  child(): Logger {
    return this;
  }
}

describe("topology", () => {
  const [tasks, results, dead, leases, actors, epochs, delayed, revoked] = streamSpecs(
    names,
    resolveConfig({ leaseMs: 5000 }),
    { resultExpiresMs: 3_600_000, revokeExpiresMs: 7_200_000 },
  );

  it("is what the protocol says", () => {
    expect(tasks?.config).toMatchObject({
      retention: "workqueue",
      discard: "new",
      max_age: 0,
      duplicate_window: 120e9,
    });
    expect(results?.config).toMatchObject({ retention: "limits", max_msgs_per_subject: 1, max_age: 3600e9 });
    expect(dead?.config).toMatchObject({ discard: "old", max_age: 14 * 86_400e9 });
    expect(leases?.config).toMatchObject({ max_age: 5e9, duplicate_window: 5e9 });
    expect(actors?.config).toMatchObject({
      retention: "workqueue",
      discard: "new",
      max_age: 0,
      max_msgs_per_subject: -1,
      subjects: ["troupe.actor.>"],
    });
    expect(epochs?.config).toMatchObject({
      retention: "limits",
      discard: "new",
      max_age: 0,
      max_msgs_per_subject: 1,
      subjects: ["troupe.epoch.*.*"],
    });
    expect(delayed?.config).toMatchObject({
      retention: "workqueue",
      discard: "new",
      max_age: 0,
      max_msgs_per_subject: -1,
      subjects: ["troupe.delay.*.*"],
    });
    expect(revoked?.config).toMatchObject({
      retention: "limits",
      discard: "new",
      max_age: 7200e9,
      max_msgs_per_subject: 1,
      subjects: ["$KV.troupe_revoked.*.*"],
    });
    for (const spec of [tasks, results, dead, leases, actors, epochs, delayed, revoked])
      expect(spec?.config["max_bytes"]).toBeGreaterThan(0); // R13
    expect(queueConsumerSpec(names, "mail", 30_000).config).toMatchObject({ ack_wait: 30e9, max_deliver: -1 });
    expect(bucketConsumerSpec(names, 170_000_000)).toMatchObject({
      stream: "troupe_DELAYED",
      name: "d-170000000",
      config: {
        filter_subject: "troupe.delay.170000000.*",
        ack_policy: "explicit",
        max_ack_pending: -1,
        max_deliver: -1,
        ack_wait: 60e9,
      },
    });
    expect(shardConsumerSpec(names, 3, 7)).toMatchObject({
      stream: "troupe_ACTORS",
      name: "s3-e7",
      config: {
        durable_name: "s3-e7",
        filter_subject: "troupe.actor.3.>",
        deliver_policy: "all",
        ack_policy: "explicit",
        max_ack_pending: -1,
        max_deliver: -1,
        ack_wait: 315_360_000e9, // ten years
      },
    });
  });

  it("accepts what the broker leaves out because it is false or 0", () => {
    const warnings = new Warnings();
    const { allow_direct: _, allow_rollup_hdrs: __, max_age: ___, deny_delete: ____, ...echoed } = tasks?.config ?? {};
    compareConfig({ kind: "stream", name: names.tasks, wanted: tasks?.config ?? {} }, echoed, warnings);
    expect(warnings.fields).toEqual([]);
  });

  it.each([
    ["retention", "limits"],
    ["discard", "old"],
    ["storage", "memory"],
    ["subjects", ["troupe.>"]],
    ["max_msgs_per_subject", 5],
    ["num_replicas", 3],
    ["allow_rollup_hdrs", true],
  ])("refuses another %s", (field, value) => {
    const wanted = tasks?.config ?? {};
    expect(() =>
      compareConfig({ kind: "stream", name: names.tasks, wanted }, { ...wanted, [field]: value }, new Warnings()),
    ).toThrow(
      expect.objectContaining({
        code: "TROUPE_TOPOLOGY",
        message: expect.stringContaining(`stream troupe_TASKS has ${field} ${JSON.stringify(value)}, needed is`),
      }),
    );
  });

  it.each(["max_age", "max_bytes", "duplicate_window"])("warns of another %s", (field) => {
    const warnings = new Warnings();
    const wanted = results?.config ?? {};
    compareConfig({ kind: "stream", name: names.results, wanted }, { ...wanted, [field]: 77 }, warnings);
    expect(warnings.fields).toEqual([{ stream: "troupe_RESULTS", field, wanted: wanted[field], found: 77 }]);
  });
});
