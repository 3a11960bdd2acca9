// What is listed of delayed tasks: in pages, no more of them than needed.

import { beforeEach, describe, expect, it } from "vitest";
import { bucketOf, closingTime, openBuckets } from "../src/delayed/buckets.ts";
import { bucketsBefore, earliestTasks } from "../src/delayed/waiting-tasks.ts";
import { encodeHeaders } from "../src/wire/header-block.ts";
import { DelayBroker } from "./delay-broker.ts";

const PAGE = 4;
let broker: DelayBroker;
/** Messages, by subject: their times, in milliseconds. */
let messages: Map<string, number>;
let pages: number;
beforeEach(() => {
  broker = new DelayBroker();
  messages = new Map();
  pages = 0;
  const { api } = broker.link;
  api.streamInfo = async (_, body) => {
    pages += 1;
    const subjects = [...messages.keys()].toSorted();
    const from = Number(body?.["offset"]);
    const page = Object.fromEntries(subjects.slice(from, from + PAGE).map((subject) => [subject, 1]));
    return { state: { subjects: page }, total: subjects.length };
  };
  api.leaderRead = async (_, address) => {
    const subject = "last_by_subj" in address ? address.last_by_subj : "";
    const dueAt = messages.get(subject);
    if (dueAt === undefined || Number.isNaN(dueAt)) return null;
    const block = encodeHeaders([
      ["Troupe-Queue", "q"],
      ["Troupe-Due", String(dueAt)],
    ]);
    const headers = Buffer.from(block).toString("latin1").slice("NATS/1.0".length);
    return { subject, sequence: 1, headers, body: new Uint8Array(), storedAtMs: 0 };
  };
});

function add(key: string, dueAt: number): void {
  messages.set(`troupe.delay.${bucketOf(dueAt)}.${key}`, dueAt);
}

async function keys(limit: number): Promise<string[]> {
  return (await earliestTasks(broker.link, limit)).map(({ key }) => key);
}

describe("earliestTasks", () => {
  it("orders by time, not by key, within a bucket and across buckets", async () => {
    for (const [key, dueAt] of [
      ["a", 1_700_000_009_000],
      ["b", 1_700_000_001_000],
      ["c", 1_700_000_011_000],
      ["d", 1_700_000_000_000],
      ["e", 1_700_000_010_000],
    ] as const) {
      add(key, dueAt);
    }
    expect(await keys(10)).toEqual(["d", "b", "a", "e", "c"]);
    expect(await keys(1)).toEqual(["d"]);
    expect(await keys(4)).toEqual(["d", "b", "a", "e"]);
    expect(await keys(0)).toEqual([]);
  });

  it("reads no more pages than it needs", async () => {
    for (let index = 0; index < 40; index += 1) add(`k${index}`, 1_700_000_000_000 + index * 10_000);
    expect(await keys(2)).toEqual(["k0", "k1"]);
    expect(pages).toBe(1);
    expect(await keys(6)).toHaveLength(6);
    expect(pages).toBe(3);
  });

  it("leaves out what was moved while it read", async () => {
    add("a", 1_700_000_000_000);
    messages.set("troupe.delay.170000000.moved", Number.NaN);
    expect(await keys(10)).toEqual(["a"]);
  });
});

describe("bucketsBefore", () => {
  it("finds those with messages or consumers, the earliest first, in few pages", async () => {
    for (let index = 39; index >= 0; index -= 1) {
      add(`a${index}`, 1_700_000_000_000 + index * 10_000);
      add(`b${index}`, 1_700_000_000_000 + index * 10_000);
    }
    for (const name of ["d-170000001", "d-160000000", "d-170000030", "q-mail-0", "d-x"]) {
      broker.consumers.set(name, { num_pending: 0, num_ack_pending: 0 });
    }
    const found = await bucketsBefore(broker.link, 170_000_003, 100);
    expect(found).toEqual([160_000_000, 170_000_000, 170_000_001, 170_000_002]);
    expect(pages).toBe(2);
    expect(await bucketsBefore(broker.link, 170_000_040, 3)).toEqual([160_000_000, 170_000_000, 170_000_001]);
  });
});

describe("buckets", () => {
  it("last ten seconds, and are open from a second before until 30 seconds after", () => {
    const start = 1_700_000_000_000;
    expect([bucketOf(start - 1), bucketOf(start), bucketOf(start + 9_999)]).toEqual([
      169_999_999, 170_000_000, 170_000_000,
    ]);
    expect(closingTime(170_000_000)).toBe(start + 40_000);
    expect(openBuckets(start - 1_001).last).toBe(169_999_999);
    expect(openBuckets(start - 1_000).last).toBe(170_000_000);
    expect(openBuckets(start + 39_999).first).toBe(170_000_000);
    expect(openBuckets(start + 40_000).first).toBe(170_000_001);
  });
});
