// The feed of a bucket with a broker that the test plays: what it asks for, and when it does not.

import { beforeEach, describe, expect, it } from "vitest";
import { BucketFeed } from "../src/delayed/bucket-feed.ts";
import { bucketConsumerSpec } from "../src/topology/topology.ts";
import { DelayBroker, turn } from "./delay-broker.ts";

const BATCH = 256;
const ASK = "$JS.API.CONSUMER.MSG.NEXT.troupe_DELAYED.d-7";

let broker: DelayBroker;
let feed: BucketFeed;
/** Ends of the messages that are not settled. */
let unsettled: (() => void)[];
let refused: string[];
let told: string[];
beforeEach(() => {
  broker = new DelayBroker();
  unsettled = [];
  refused = [];
  told = [];
  const { connection, ticker, names } = broker.link;
  feed = new BucketFeed(
    { connection, ticker, spec: bucketConsumerSpec(names, 7), inbox: "_INBOX.x." },
    {
      onMessage: () => new Promise((resolve) => void unsettled.push(resolve)),
      onRefused: (ackSubject) => refused.push(ackSubject),
      onIdle: () => told.push("idle"),
      onGone: () => told.push("gone"),
    },
  );
});

function deliver(count: number): void {
  for (let index = 0; index < count; index += 1) broker.deliver("_INBOX.x.1", { reply: `$ack.${index}` });
}

async function settle(count: number): Promise<void> {
  for (const end of unsettled.splice(0, count)) end();
  await turn();
}

function pass(durationMs: number): Promise<void> {
  return broker.pass(durationMs, () => feed.onTick());
}

describe("BucketFeed", () => {
  it("asks for some messages of some bytes, for a short time, with heartbeats", () => {
    const request = { batch: BATCH, max_bytes: 4 * 1024 ** 2 + 1_000_000, expires: 5e9, idle_heartbeat: 2.5e9 };
    expect(broker.sent).toEqual([{ subject: ASK, text: JSON.stringify(request), reply: "_INBOX.x.1" }]);
  });

  it("asks for more when all came, unless too many are not settled", async () => {
    deliver(BATCH - 1);
    expect(broker.sentTo(ASK)).toHaveLength(1);
    deliver(1);
    expect(broker.sentTo(ASK)).toHaveLength(1);
    await settle(1);
    expect(broker.sentTo(ASK)).toHaveLength(2);
    await settle(BATCH);
    deliver(BATCH);
    await settle(BATCH);
    expect(broker.sentTo(ASK)).toHaveLength(3);
  });

  it("tells when all is settled", async () => {
    deliver(2);
    expect(feed.isIdle).toBe(false);
    await settle(1);
    expect(told).toEqual([]);
    await settle(1);
    expect(told).toEqual(["idle"]);
    expect(feed.isIdle).toBe(true);
  });

  it("asks again when a request is over, or was too small, at once", () => {
    broker.say("d-7", 408, "Request Timeout");
    expect(broker.sentTo(ASK)).toHaveLength(2);
    broker.say("d-7", 409, "Message Size Exceeds MaxBytes");
    expect(broker.sentTo(ASK)).toHaveLength(3);
    broker.say("d-7", 100, "Idle Heartbeat");
    expect(broker.sentTo(ASK)).toHaveLength(3);
  });

  it("asks again after a second when the broker is busy", async () => {
    broker.say("d-7", 409, "Exceeded MaxWaiting");
    await pass(750);
    expect(broker.sentTo(ASK)).toHaveLength(1);
    await pass(500);
    expect(broker.sentTo(ASK)).toHaveLength(2);
  });

  it("asks again when the broker is silent, and not while it is not", async () => {
    for (let beats = 0; beats < 4; beats += 1) {
      await pass(4_000);
      broker.say("d-7", 100, "Idle Heartbeat");
    }
    expect(broker.sentTo(ASK)).toHaveLength(1);
    await pass(5_250);
    expect(broker.sentTo(ASK)).toHaveLength(2);
  });

  it.each([
    [409, "Consumer Deleted"],
    [503, "No Responders"],
  ])("ends at status %i %s", async (code, description) => {
    broker.say("d-7", code, description);
    expect(told).toEqual(["gone"]);
    await pass(60_000);
    expect(broker.sentTo(ASK)).toHaveLength(1);
  });

  it("gives back what comes when it ends, and waits for what is not settled", async () => {
    deliver(2);
    let hasEnded = false;
    const draining = feed.drain().then(() => {
      hasEnded = true;
    });
    deliver(2);
    expect(refused).toEqual(["$ack.0", "$ack.1"]);
    expect(unsettled).toHaveLength(2);
    await settle(1);
    expect(hasEnded).toBe(false);
    await settle(1);
    await draining;
    expect(told).toEqual([]);
    await pass(60_000);
    expect(broker.sentTo(ASK)).toHaveLength(1);
  });

  it("knows how long nothing came", async () => {
    await pass(1_000);
    expect(feed.quietTicks).toBe(4);
    deliver(1);
    expect(feed.quietTicks).toBe(0);
  });
});
