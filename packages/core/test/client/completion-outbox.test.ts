import { beforeEach, describe, expect, it } from "vitest";
import { type ActorEnd, CompletionOutbox } from "../../src/client/completion-outbox.ts";
import { decodeActorMessage } from "../../src/codec/actor-message-codec.ts";
import { BrokerRefusedError, PayloadTooLargeError } from "../../src/model/errors.ts";
import type { OutgoingMail } from "../../src/transport/mailboxes.ts";
import { nextTurn, soon } from "../support/outcomes.ts";

/** Messages that were sent, each with what ends its way. */
let sent: { readonly mail: OutgoingMail; readonly stored: () => void; readonly failed: (error: Error) => void }[] = [];
let stored = 0;
let outbox = new CompletionOutbox(async () => {});

beforeEach(() => {
  sent = [];
  stored = 0;
  outbox = new CompletionOutbox(
    (mail) => new Promise((stored, failed) => sent.push({ mail, stored: () => stored(), failed })),
  );
});

function endOf(member: number, value: unknown = member, part: Partial<ActorEnd> = {}): ActorEnd {
  const end = { member, taskId: `task-${member}`, outcome: { state: "SUCCESS", value } } as const;
  return { actor: { shard: 1, id: "a" }, end, repeat: false, ...part };
}

// The members that each message tells of.
function told(): (number | string)[][] {
  return sent.map(({ mail }) => {
    const message = decodeActorMessage(mail.body);
    return message.type === "c" ? message.ends.map(({ member }) => member) : [];
  });
}

async function storeNext(): Promise<void> {
  sent[stored++]?.stored();
  await nextTurn();
}
describe("ends of one actor's members", () => {
  it("go together when they were ready while an earlier message was on its way", async () => {
    const first = outbox.add(endOf(0));
    const second = outbox.add(endOf(1));
    const third = outbox.add(endOf(2));
    expect(told()).toEqual([[0]]);
    expect(await soon(second)).toBe("pending");
    await storeNext();
    await first;
    expect(told()).toEqual([[0], [1, 2]]);
    expect(await soon(second)).toBe("pending");
    await storeNext();
    await Promise.all([second, third]);
  });

  it("do not wait when nothing is on its way", async () => {
    const first = outbox.add(endOf(0));
    await storeNext();
    await first;
    void outbox.add(endOf(1));
    expect(told()).toEqual([[0], [1]]);
  });

  it("are a repeat when one of them is", async () => {
    void outbox.add(endOf(0));
    for (const member of [1, 2]) void outbox.add(endOf(member, member, { repeat: member === 2 }));
    await storeNext();
    expect(sent.map(({ mail }) => mail.repeat)).toEqual([false, true]);
  });

  it("do not wait for those of another actor's", () => {
    void outbox.add(endOf(0));
    void outbox.add(endOf(7, 7, { actor: { shard: 1, id: "b" } }));
    expect(told()).toEqual([[0], [7]]);
    expect(sent.map(({ mail }) => mail.actor.id)).toEqual(["a", "b"]);
  });
});

describe("a message that is not stored", () => {
  it("is told to those whose ends were in it, and keeps no later one", async () => {
    const first = outbox.add(endOf(0));
    const second = outbox.add(endOf(1));
    sent[0]?.failed(new BrokerRefusedError("not you"));
    await expect(first).rejects.toThrow("not you");
    sent[1]?.stored();
    await second;
    expect(told()).toEqual([[0], [1]]);
  });

  it("because of a value that cannot travel makes only that member a failure", async () => {
    void outbox.add(endOf(0));
    const others = [1, 2, 3].map((member) => outbox.add(endOf(member, member === 2 ? () => 1 : member)));
    for (let turn = 0; turn < 20; turn++) await storeNext();
    await Promise.all(others);
    expect(new Set(told().flat())).toEqual(new Set([0, 1, 2, 3]));
    const ends = sent.flatMap(({ mail }) => {
      const message = decodeActorMessage(mail.body);
      return message.type === "c" ? message.ends : [];
    });
    expect(ends.filter(({ outcome }) => outcome.state === "FAILURE")).toMatchObject([
      { member: 2, outcome: { error: { type: "SerializationError" } } },
    ]);
  });

  it("because it is too large is sent in parts", async () => {
    void outbox.add(endOf(0));
    const large = "x".repeat(200_000);
    const others = [1, 2, 3].map((member) => outbox.add(endOf(member, large)));
    for (let turn = 0; turn < 20; turn++) await storeNext();
    await Promise.all(others);
    expect(told()).toEqual([[0], [1], [2], [3]]);
  });

  it("and cannot be told even as a failure, fails", async () => {
    const refused = new CompletionOutbox(() => Promise.reject(new PayloadTooLargeError("it", 5, 3)));
    await expect(refused.add(endOf(0))).rejects.toThrow(PayloadTooLargeError);
  });
});
