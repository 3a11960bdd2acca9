import { expect, it } from "vitest";
import { type SerializerName, serializerNamed } from "../../src/codec/serializer.ts";
import type { Delivery } from "../../src/transport/task-queue.ts";
import { openDelivery } from "../../src/worker/open-delivery.ts";
import { StubDelivery } from "../support/hosts.ts";
import { messageOf } from "../support/messages.ts";

const BOTH: ReadonlySet<SerializerName> = new Set(["msgpack", "json"]);
const msgpack = serializerNamed("msgpack");

function deliveryOf(part: Partial<Pick<Delivery, "queue" | "body" | "contentType">>): Delivery {
  return Object.assign(new StubDelivery([]), part);
}

it.each(["msgpack", "json"] as const)("opens a message that was written by %s", (name) => {
  const opened = openDelivery(new StubDelivery([], { args: [1] }, name), BOTH);
  expect(opened).toEqual({ type: "task", message: messageOf({ args: [1] }) });
});

it("opens a message without a content type by what it is", () => {
  expect(openDelivery(deliveryOf({ contentType: null }), BOTH).type).toBe("task");
});

it.each([
  ["application/x-python-serialize"],
  ["application/json"],
  [""],
  ["application/msgpack; charset=utf-8"],
  ["x".repeat(10_240)],
])("refuses the content type %j of a message in MessagePack", (contentType) => {
  const opened = openDelivery(deliveryOf({ contentType }), BOTH);
  expect(opened).toMatchObject({ type: "bad", reason: "refused-content" });
  expect(JSON.stringify(opened).length).toBeLessThan(500);
});

it("refuses what the application does not accept, whatever it declares", () => {
  const only: ReadonlySet<SerializerName> = new Set(["json"]);
  for (const contentType of ["application/msgpack", "application/json", null]) {
    expect(openDelivery(deliveryOf({ contentType }), only)).toMatchObject({ type: "bad", reason: "refused-content" });
  }
  expect(openDelivery(new StubDelivery([], {}, "json"), only).type).toBe("task");
});

it.each([
  ["no bytes", new Uint8Array()],
  ["cut bytes", new StubDelivery([]).body.subarray(0, 20)],
  ["random bytes", Buffer.from("c1ff00", "hex")],
])("calls %s undecodable", (_what, body) => {
  expect(openDelivery(deliveryOf({ body }), BOTH)).toMatchObject({ type: "bad", reason: "undecodable" });
});

it("calls JSON that cannot be parsed undecodable", () => {
  const body = Buffer.from('{"v":1,');
  expect(openDelivery(deliveryOf({ body, contentType: "application/json" }), BOTH)).toMatchObject({
    type: "bad",
    reason: "undecodable",
  });
});

it.each<readonly [string, unknown]>([
  ["another version", { v: 2, id: "a", name: "a", queue: "default", args: [] }],
  ["no name", { v: 1, id: "a", queue: "default", args: [] }],
  ["no object", [1, 2]],
  ["a field that cannot be shown", { v: 1, id: { toString: 1, valueOf: 1 }, name: "a", queue: "default", args: [] }],
])("calls %s invalid, and says why", (_what, value) => {
  const opened = openDelivery(deliveryOf({ body: msgpack.encode(value) }), BOTH);
  expect(opened).toMatchObject({ type: "bad", reason: "invalid", detail: expect.stringMatching(/.{10}/) });
});

it("calls a message for another queue invalid", () => {
  expect(openDelivery(deliveryOf({ queue: "other" }), BOTH)).toEqual({
    type: "bad",
    reason: "invalid",
    detail: 'the message is for queue "default", but came from "other"',
  });
});
