// The acked publisher with a wire that the test answers: order, limits, deadlines, losses.

import type { Msg } from "@nats-io/transport-node";
import { ManualClock } from "@troupe/core/testing";
import { beforeEach, describe, expect, it } from "vitest";
import type { ConnectionObserver, Wire } from "../src/connection/connection.ts";
import { TICK_MS, Ticker } from "../src/connection/ticker.ts";
import { AckedPublisher } from "../src/publish/acked-publisher.ts";
import type { AckedBy } from "../src/publish/pending.ts";
import { PubAckReader } from "../src/wire/pub-ack.ts";

const byVerdict: AckedBy<string> = {
  reader: new PubAckReader("S"),
  what: "task",
  value: (verdict, sequence) => `${verdict} ${sequence}`,
};

interface Sent {
  readonly subject: string;
  readonly reply: string;
}

/** A connection whose answers the test gives. */
class FakeConnection {
  readonly sent: Sent[] = [];
  onMessage: (message: Msg) => void = () => undefined;
  observer: ConnectionObserver = {};
  readonly wire: Wire = {
    isClosed: () => false,
    publish: (subject, _, options) => {
      this.sent.push({ subject, reply: options?.reply ?? "" });
    },
  };

  observe(observer: ConnectionObserver): void {
    this.observer = observer;
  }

  subscribe(_: string, onMessage: (message: Msg) => void): { end(): void; drain(): Promise<void> } {
    this.onMessage = onMessage;
    return { end: () => undefined, drain: async () => undefined };
  }

  up(maxPayload = 1000): void {
    this.observer.onUp?.({ ...this.wire, info: { ...info, max_payload: maxPayload } }, false);
  }

  answer(index: number, text: string, status = 0): void {
    const data = new TextEncoder().encode(text);
    this.onMessage({
      subject: this.sent[index]?.reply ?? "",
      sid: 1,
      data,
      ...(status > 0 && { headers: statusHeaders(status) }),
      respond: () => false,
      json: () => JSON.parse(text),
      string: () => text,
    });
  }
}

const info = {
  client_id: 1,
  go: "",
  host: "",
  max_payload: 0,
  port: 1,
  proto: 1,
  server_id: "",
  server_name: "",
  version: "",
};

function statusHeaders(code: number): NonNullable<Msg["headers"]> {
  const none = (): never[] => [];
  const text = (): string => "";
  const ignore = (): void => undefined;
  const iterate = (): Iterator<[string, string[]]> => [][Symbol.iterator]();
  return {
    hasError: true,
    status: String(code),
    code,
    description: "",
    get: text,
    last: text,
    set: ignore,
    append: ignore,
    delete: ignore,
    has: () => false,
    keys: none,
    values: none,
    [Symbol.iterator]: iterate,
  };
}

describe("AckedPublisher", () => {
  let connection: FakeConnection;
  let clock: ManualClock;
  let publisher: AckedPublisher;

  beforeEach(() => {
    connection = new FakeConnection();
    clock = new ManualClock();
    const ticker = new Ticker(clock);
    ticker.start();
    publisher = new AckedPublisher({ connection, ticker, maxInFlight: 2, inboxPrefix: "_INBOX", address: "nats://h" });
  });

  const publish = (subject: string, size = 1): Promise<string> =>
    publisher.publish({ subject, body: new Uint8Array(size), block: null }, byVerdict);
  const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
    promise.then(
      () => "resolved",
      (error: unknown) => (error instanceof Error && "code" in error ? error.code : "none"),
    );

  it("settles each publish with its own answer, in any order", async () => {
    connection.up();
    const [first, second] = [publish("a"), publish("b")];
    connection.answer(1, '{"stream":"S", "seq":8}');
    connection.answer(0, '{"stream":"S", "seq":7, "duplicate": true}');
    expect(await first).toBe("duplicate 7");
    expect(await second).toBe("stored 8");
  });

  it("refuses at once while there is no connection", async () => {
    expect(await codeOf(publish("a"))).toBe("TROUPE_BROKER_UNREACHABLE");
    connection.up();
    connection.observer.onDown?.("gone");
    expect(await codeOf(publish("a"))).toBe("TROUPE_BROKER_UNREACHABLE");
    expect(connection.sent).toEqual([]);
  });

  it("holds back what is beyond the limit, in order", async () => {
    connection.up();
    const all = ["a", "b", "c", "d"].map((subject) => publish(subject));
    expect(connection.sent.map(({ subject }) => subject)).toEqual(["a", "b"]);
    connection.answer(1, '{"stream":"S", "seq":1}');
    expect(connection.sent.map(({ subject }) => subject)).toEqual(["a", "b", "c"]);
    connection.answer(0, '{"stream":"S", "seq":2}');
    connection.answer(2, '{"stream":"S", "seq":3}');
    connection.answer(3, '{"stream":"S", "seq":4}');
    expect(await Promise.all(all)).toEqual(["stored 2", "stored 1", "stored 3", "stored 4"]);
  });

  it("refuses more than can wait", async () => {
    connection.up();
    const waiting = Array.from({ length: 100_002 }, () => codeOf(publish("a")));
    expect(await codeOf(publish("b"))).toBe("TROUPE_QUEUE_FULL");
    connection.observer.onDown?.("gone");
    const outcomes = await Promise.all(waiting);
    expect(outcomes.slice(0, 2)).toEqual(["TROUPE_BROKER_TIMEOUT", "TROUPE_BROKER_TIMEOUT"]);
    expect(new Set(outcomes.slice(2))).toEqual(new Set(["TROUPE_BROKER_UNREACHABLE"]));
  });

  it("gives up after five seconds, and ignores the answer that comes then", async () => {
    connection.up();
    const outcome = codeOf(publish("a"));
    clock.advance(5000 - TICK_MS);
    const later = publish("b");
    clock.advance(TICK_MS);
    expect(await outcome).toBe("TROUPE_BROKER_TIMEOUT");
    connection.answer(0, '{"stream":"S", "seq":1}');
    connection.answer(1, '{"stream":"S", "seq":2}');
    expect(await later).toBe("stored 2");
  });

  it("refuses a message that is larger than the broker takes", async () => {
    connection.up(100);
    expect(await codeOf(publish("a", 101))).toBe("TROUPE_PAYLOAD_TOO_LARGE");
    expect(connection.sent).toEqual([]);
  });

  it("refuses a publish that the user has no permission for", async () => {
    connection.up();
    const [denied, allowed] = [codeOf(publish("a")), publish("b")];
    connection.observer.onDenied?.("a");
    expect(await denied).toBe("TROUPE_BROKER_REFUSED");
    connection.answer(1, '{"stream":"S", "seq":1}');
    expect(await allowed).toBe("stored 1");
  });

  it("believes only the stream that has to answer", async () => {
    connection.up();
    const outcome = codeOf(publish("a"));
    connection.answer(0, '{"stream":"OTHER", "seq":1}');
    expect(await outcome).toBe("TROUPE_BROKER_REFUSED");
  });

  it("finds out why nobody answers", async () => {
    connection.up();
    const first = publish("a").catch((error: Error) => error.message);
    connection.answer(0, "", 503);
    expect(await first).toContain("start nats-server with -js");

    const working = publish("b");
    connection.answer(1, '{"stream":"S", "seq":1}');
    await working;
    const gone = publish("c").catch((error: Error) => error.message);
    connection.answer(2, "", 503);
    expect(connection.sent[3]?.subject).toBe("$JS.API.STREAM.INFO.S");
    connection.answer(3, '{"error":{"code":404,"err_code":10059,"description":"stream not found"}}');
    expect(await gone).toContain("stream S does not exist on nats://h any more");
  });
});
