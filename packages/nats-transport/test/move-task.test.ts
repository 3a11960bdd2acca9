// What becomes of one delivery of a delayed task.

import { headers, type Msg } from "@nats-io/transport-node";
import {
  BrokerRefusedError,
  BrokerTimeoutError,
  BrokerUnreachableError,
  type DeadLetter,
  type EndUndeliverable,
  type OutgoingTask,
  PayloadTooLargeError,
  QueueFullError,
} from "@troupe/core/transport";
import { beforeEach, describe, expect, it } from "vitest";
import { MoveTask } from "../src/delayed/move-task.ts";
import { DelayBroker } from "./delay-broker.ts";

const DUE = 1_700_000_004_000;
const SUBJECT = "troupe.delay.170000000.a=2Eb-1";

let broker: DelayBroker;
let published: OutgoingTask[];
let letters: DeadLetter[];
let outcome: "stored" | "exists" | Error;
let ended: [string, Error][];
let end: EndUndeliverable;
let move: MoveTask;
beforeEach(() => {
  broker = new DelayBroker();
  published = [];
  letters = [];
  outcome = "stored";
  ended = [];
  end = async ({ key }, why) => void ended.push([key, why]);
  move = new MoveTask({
    link: broker.link,
    now: () => broker.clock.now(),
    tasks: {
      publish: async (task) => {
        published.push(task);
        if (outcome instanceof Error) throw outcome;
        return outcome;
      },
    },
    deadLetters: { put: async (letter) => void letters.push(letter) },
    onUndeliverable: (task, why) => end(task, why),
  });
});

function messageOf(lines: Readonly<Record<string, string>>, subject = SUBJECT): Msg {
  const all = headers();
  for (const [name, value] of Object.entries(lines)) all.set(name, value);
  const data = Buffer.from("body");
  return { subject, sid: 1, data, headers: all, respond: () => false, json: () => JSON.parse(""), string: () => "" };
}

/** What is said of a delivery at a time. */
async function answerAt(now: number, message: Msg): Promise<string | undefined> {
  broker.clock.advance(now - broker.clock.now());
  await move.handle(message, "$ack");
  return broker.sent.at(-1)?.text;
}

const usual = { "Troupe-Queue": "mail=2Eout", "Troupe-Due": String(DUE) };

describe("a delayed task", () => {
  it("is given back for the rest of its time", async () => {
    expect(await answerAt(DUE - 3_000, messageOf(usual))).toBe('-NAK {"delay": 3000000000}');
    expect(await answerAt(DUE - 1, messageOf(usual))).toBe('-NAK {"delay": 1000000}');
    expect(published).toEqual([]);
  });

  it("goes to its queue when it is due, and is then acknowledged", async () => {
    expect(await answerAt(DUE, messageOf(usual))).toBe("+ACK");
    expect(published).toEqual([
      {
        key: "a.b-1",
        queue: "mail.out",
        priority: 0,
        contentType: "application/msgpack",
        body: Buffer.from("body"),
        exclusive: true,
        repeat: true,
        moved: true,
      },
    ]);
    expect(broker.sent).toHaveLength(1);
  });

  it("keeps its content type", async () => {
    await answerAt(DUE, messageOf({ ...usual, "Content-Type": "application/json" }));
    expect(published[0]?.contentType).toBe("application/json");
  });

  it("is acknowledged when it is in its queue already", async () => {
    outcome = "exists";
    expect(await answerAt(DUE, messageOf(usual))).toBe("+ACK");
  });

  it.each([
    [new QueueFullError("full"), 5],
    [new BrokerTimeoutError("unknown"), 1],
    [new BrokerUnreachableError("away"), 1],
    [new BrokerRefusedError("forbidden"), 30],
  ])("waits on when its queue answers %s", async (error, seconds) => {
    outcome = error;
    expect(await answerAt(DUE, messageOf(usual))).toBe(`-NAK {"delay": ${seconds}000000000}`);
  });

  it.each([
    ["has refused it for a day", new BrokerRefusedError("forbidden"), 24 * 3_600_000 + 1],
    ["can never hold it", new PayloadTooLargeError("task", 2, 1), 0],
  ])("is ended when its queue %s", async (_, error, lateMs) => {
    outcome = error;
    expect(await answerAt(DUE + lateMs, messageOf(usual))).toBe("+ACK");
    expect(ended).toEqual([["a.b-1", error]]);
  });

  it("waits on when even its end cannot be stored", async () => {
    outcome = new PayloadTooLargeError("task", 2, 1);
    end = () => Promise.reject(new BrokerUnreachableError("away"));
    expect(await answerAt(DUE, messageOf(usual))).toBe('-NAK {"delay": 30000000000}');
  });

  it("is told of when it cannot be moved, once a minute", async () => {
    outcome = new QueueFullError("full");
    for (let index = 0; index < 10; index += 1) await answerAt(DUE, messageOf(usual));
    expect(broker.warnings).toEqual([{ subject: SUBJECT, reason: "full" }]);
    await broker.pass(60_000);
    await move.handle(messageOf(usual), "$ack");
    expect(broker.warnings).toHaveLength(2);
  });

  it("is left to come again when there is no connection", async () => {
    broker.isConnected = false;
    await answerAt(DUE, messageOf(usual));
    expect(broker.sent).toEqual([]);
  });
});

describe("a message that is no delayed task", () => {
  it.each([
    ["without a queue", { "Troupe-Due": String(DUE) }, SUBJECT],
    ["without a time", { "Troupe-Queue": "mail" }, SUBJECT],
    ["with a time that is no number", { ...usual, "Troupe-Due": "soon" }, SUBJECT],
    ["with a time of another bucket", usual, "troupe.delay.170000001.a-1"],
    ["in no bucket", usual, "troupe.delay.now.a-1"],
  ])("is set aside: one %s", async (_, lines, subject) => {
    expect(await answerAt(DUE, messageOf(lines, subject))).toBe("+ACK");
    expect(published).toEqual([]);
    expect(letters).toEqual([
      {
        queue: "delayed",
        reason: "invalid",
        detail: `delayed message ${subject}`,
        contentType: null,
        body: Buffer.from("body"),
      },
    ]);
  });
});
