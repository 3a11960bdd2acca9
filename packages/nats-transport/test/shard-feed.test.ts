// The feed of a shard with a broker that the test plays: it asks, counts, and ends at the first doubt.

import { headers, type Msg } from "@nats-io/transport-node";
import { ManualClock } from "@troupe/core/testing";
import { beforeEach, describe, expect, it } from "vitest";
import type { OnMessage } from "../src/connection/connection.ts";
import { TICK_MS, Ticker } from "../src/connection/ticker.ts";
import { ShardFeed } from "../src/mailboxes/shard-feed.ts";
import { shardConsumerSpec } from "../src/topology/topology.ts";
import { Names } from "../src/wire/names.ts";

const SECOND = 1_000;
const BATCH = 1_024;

/** A connection, a clock, and the feed between them. */
class Scene {
  readonly requests: { readonly subject: string; readonly body: unknown; readonly reply: string }[] = [];
  readonly delivered: number[] = [];
  readonly broken: string[] = [];
  idle = 0;
  readonly feed: ShardFeed;
  isSubscribed = false;
  readonly #clock = new ManualClock();
  #onMessage: OnMessage = () => undefined;

  constructor() {
    const ticker = new Ticker(this.#clock);
    const publish = (subject: string, body?: unknown, options?: { reply?: string }): void => {
      this.requests.push({ subject, body: JSON.parse(String(body)), reply: options?.reply ?? "" });
    };
    const end = (): void => {
      this.isSubscribed = false;
    };
    const connection = {
      current: { publish, isClosed: () => false },
      subscribe: (_: string, onMessage: OnMessage) => {
        this.isSubscribed = true;
        this.#onMessage = onMessage;
        return { end, drain: async () => end() };
      },
    };
    const spec = shardConsumerSpec(new Names("troupe"), 3, 7);
    this.feed = new ShardFeed(
      { connection, ticker, spec, inbox: "_INBOX.x." },
      {
        onMessage: (_, __, { sequence }) => this.delivered.push(sequence),
        onIdle: () => {
          this.idle += 1;
        },
        onBroken: (reason) => this.broken.push(reason),
      },
    );
    ticker.onTick(() => this.feed.onTick());
    ticker.start();
    this.feed.start();
  }

  /** A message of the log. */
  deliver(sequence: number, consumerSequence: number, times = 1): void {
    const reply = `$JS.ACK.troupe_ACTORS.s3-e7.${times}.${sequence}.${consumerSequence}.1700000000000000000.0`;
    this.#onMessage(messageOf("troupe.actor.3.chord.a.c", { reply }));
  }

  /** A status of the last request. */
  say(code: number, description: string, reply = this.requests.at(-1)?.reply ?? ""): void {
    this.#onMessage(messageOf(reply, { headers: headers(code, description) }));
  }

  pass(durationMs: number): void {
    for (let passed = 0; passed < durationMs; passed += TICK_MS) this.#clock.advance(TICK_MS);
  }
}

function messageOf(subject: string, rest: Partial<Msg>): Msg {
  const data = new Uint8Array();
  return { subject, sid: 1, data, respond: () => false, json: () => JSON.parse(""), string: () => "", ...rest };
}

let scene: Scene;
beforeEach(() => {
  scene = new Scene();
});

describe("ShardFeed", () => {
  it("asks for a batch, for long, with heartbeats", () => {
    expect(scene.requests).toEqual([
      {
        subject: "$JS.API.CONSUMER.MSG.NEXT.troupe_ACTORS.s3-e7",
        body: { batch: BATCH, expires: 60e9, idle_heartbeat: 4e9 },
        reply: "_INBOX.x.1",
      },
    ]);
  });

  it("delivers what comes, and asks again when a batch is used up", () => {
    for (let index = 1; index <= BATCH; index += 1) scene.deliver(index * 2, index);
    expect(scene.delivered).toHaveLength(BATCH);
    expect(scene.requests).toHaveLength(2);
    expect(scene.broken).toEqual([]);
  });

  it("tells that there is nothing to deliver", () => {
    scene.deliver(1, 1);
    expect(scene.idle).toBe(0);
    scene.say(100, "Idle Heartbeat");
    scene.say(408, "Request Timeout");
    expect(scene.idle).toBe(2);
    scene.say(409, "Consumer Deleted");
    expect(scene.idle).toBe(2);
  });

  it("asks again when a request is over, once", () => {
    scene.say(408, "Request Timeout");
    scene.say(408, "Request Timeout", scene.requests[0]?.reply);
    expect(scene.requests.map(({ reply }) => reply)).toEqual(["_INBOX.x.1", "_INBOX.x.2"]);
    expect(scene.broken).toEqual([]);
  });

  it.each([
    [
      "a delivery is missing",
      [
        [1, 1],
        [3, 3],
      ],
    ],
    ["the first delivery is missing", [[2, 2]]],
    [
      "a delivery comes twice",
      [
        [1, 1],
        [2, 2],
        [2, 2],
      ],
    ],
    [
      "the log goes back",
      [
        [5, 1],
        [4, 2],
      ],
    ],
    [
      "a message is delivered again",
      [
        [1, 1],
        [2, 2, 2],
      ],
    ],
  ])("ends when %s", (_, deliveries) => {
    for (const [sequence = 0, consumerSequence = 0, times = 1] of deliveries) {
      scene.deliver(sequence, consumerSequence, times);
    }
    expect(scene.delivered).toHaveLength(deliveries.length - 1);
    expect(scene.broken).toEqual([expect.stringMatching(/delivery \d should have followed, but .JS.ACK/)]);
    scene.deliver(9, deliveries.length);
    expect(scene.delivered).toHaveLength(deliveries.length - 1);
    expect(scene.isSubscribed).toBe(false);
  });

  it.each([
    [409, "Consumer Deleted"],
    [409, "Leadership Change"],
    [409, "Server Shutdown"],
    [409, "Something New"],
    [503, "No Responders"],
  ])("ends at status %i %s", (code, description) => {
    scene.say(code, description);
    expect(scene.broken).toEqual([`the broker ended the request: ${code} ${description}`]);
    expect(scene.requests).toHaveLength(1);
  });

  it("ends when the broker falls silent, and not before", () => {
    for (let beats = 0; beats < 10; beats += 1) {
      scene.pass(4 * SECOND);
      scene.say(100, "Idle Heartbeat");
    }
    scene.pass(7 * SECOND);
    expect(scene.broken).toEqual([]);
    scene.pass(1 * SECOND);
    expect(scene.broken).toEqual(["the broker was silent"]);
  });

  it("ends when a request is never over", () => {
    for (let beats = 0; beats < 20; beats += 1) {
      scene.say(100, "Idle Heartbeat");
      scene.pass(4 * SECOND);
    }
    expect(scene.broken).toEqual(["the broker was silent"]);
  });

  it("tells nothing after it was drained", async () => {
    await scene.feed.drain();
    scene.deliver(1, 1);
    scene.say(409, "Consumer Deleted");
    scene.pass(100 * SECOND);
    expect([scene.delivered, scene.broken]).toEqual([[], []]);
  });
});
