import { expect, it } from "vitest";
import { decodeTaskMessage } from "../../src/codec/task-message-codec.ts";
import { decodeStateRecord } from "../../src/codec/task-record-codec.ts";
import { SerializationError } from "../../src/model/errors.ts";
import { DEFAULT_RETRY_RULES } from "../../src/model/retry-policy.ts";
import type { RetryOutcome } from "../../src/worker/outcome.ts";
import { dueTime, nextMessage, noteRetry, retryOf } from "../../src/worker/retry-task.ts";
import { StubDelivery, StubHost } from "../support/hosts.ts";
import { messageOf } from "../support/messages.ts";
import { canvasOf, stepOf } from "../support/steps.ts";

const outcomeOf = (part: Partial<RetryOutcome> = {}): RetryOutcome => ({
  state: "RETRY",
  error: new TypeError("busy"),
  delay: 1_000,
  rules: DEFAULT_RETRY_RULES,
  ...part,
});

const TIMES = { now: 3, dueAt: 5 };
const FULL = messageOf({
  gen: 1,
  retries: 1,
  kwargs: { z: 1 },
  reply: "client-1",
  parentId: "parent",
  rootId: "root",
  expires: 9,
  ignoreResult: true,
  atMostOnce: true,
  headers: { tenant: "a" },
  shadow: "shown",
  argsrepr: "(…)",
  kwargsrepr: "{…}",
  origin: "1@host",
  canvas: canvasOf({
    chain: [stepOf("next")],
    link: [[stepOf("link")]],
    linkError: [{ gets: "id", flow: [stepOf("errback")] }],
    memberOf: { actor: { shard: 3, id: "chord" }, member: 2 },
    group: { id: "group", index: 2 },
    stamps: { stamp: "value" },
  }),
});

it("keeps everything but number, generation and due time", () => {
  const attempts = [{ type: "TypeError", message: "busy", at: 3 }];
  expect(nextMessage(FULL, outcomeOf(), TIMES)).toEqual({ ...FULL, gen: 2, retries: 2, attempts, eta: 5 });
});

it("takes new arguments", () => {
  expect(nextMessage(FULL, outcomeOf({ args: [7] }), TIMES)).toMatchObject({ args: [7], kwargs: { z: 1 } });
  expect(nextMessage(FULL, outcomeOf({ kwargs: {} }), TIMES)).toMatchObject({ args: [2, 2], kwargs: {} });
});

it.each<readonly [RetryOutcome["delay"], number]>([
  [1_500, 101_500],
  [0, 100_000],
  [{ at: 7 }, 7],
  [{ at: -7 }, 0],
  ["automatic", 100_000 + 1_000],
  [1e13, 9_999_999_999_999],
])("is due after %j at %j", (delay, due) => {
  const rules = { ...DEFAULT_RETRY_RULES, backoffMs: 1_000 };
  expect(dueTime(messageOf({ retries: 1 }), outcomeOf({ delay, rules }), 100_000, () => 0.5)).toBe(due);
});

it.each(["msgpack", "json"] as const)("writes the next message as this one, by %s", (serializer) => {
  const host = new StubHost();
  const retry = retryOf(FULL, new StubDelivery([], FULL, serializer), outcomeOf(), host);
  expect(retry).toMatchObject({ kind: "RETRY", dueAt: host.transport.time + 1_000 });
  const attempts = [{ type: "TypeError", message: "busy", at: host.transport.time }];
  expect(decodeTaskMessage(retry.body)).toEqual({ ...FULL, gen: 2, retries: 2, attempts, eta: retry.dueAt });
  expect(retry.body[0] === 0x7b).toBe(serializer === "json");
});

it("refuses arguments that cannot travel", () => {
  const host = new StubHost();
  const delivery = new StubDelivery([]);
  expect(() => retryOf(messageOf(), delivery, outcomeOf({ args: [() => 1] }), host)).toThrow(SerializationError);
});

it("notes that the task waits, and why", async () => {
  const host = new StubHost();
  const attempts = [{ type: "RangeError", message: "far", at: 1 }];
  await noteRetry(messageOf({ retries: 1, attempts }), new TypeError("busy"), host);
  expect(decodeStateRecord(host.transport.stored.get("state task-1") ?? new Uint8Array())).toMatchObject({
    state: "RETRY",
    error: { type: "TypeError", message: "busy" },
    retries: 2,
    attempts: [{ type: "RangeError" }, { type: "TypeError", message: "busy" }],
    starts: 1,
    worker: "w1@host",
  });
});
