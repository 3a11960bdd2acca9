import { expect, it } from "vitest";
import { endUndeliverable } from "../../src/client/end-undeliverable.ts";
import { patientSender } from "../../src/client/flow-sender.ts";
import { serializerNamed } from "../../src/codec/serializer.ts";
import { encodeTaskMessage } from "../../src/codec/task-message-codec.ts";
import { decodeFinalRecord, encodeFinalRecord } from "../../src/codec/task-record-codec.ts";
import { BrokerUnreachableError, PayloadTooLargeError } from "../../src/model/errors.ts";
import type { TaskMessage } from "../../src/model/task-message.ts";
import type { FinalRecord } from "../../src/model/task-record.ts";
import type { DelayedTask } from "../../src/transport/delayed-tasks.ts";
import { StubHost } from "../support/hosts.ts";
import { messageOf, recordOf } from "../support/messages.ts";
import { canvasOf, stepOf } from "../support/steps.ts";

const MSGPACK = serializerNamed("msgpack");
const why = new PayloadTooLargeError("task message", 600, 256);
const detail = `a due task cannot be moved to its queue: ${why.message}`;

function waiting(message: Partial<TaskMessage> = {}, body?: Uint8Array): DelayedTask {
  const encoded = body ?? encodeTaskMessage(messageOf({ reply: "client-1", ...message }), MSGPACK);
  return { key: "task-1", queue: "mail", priority: 0, contentType: "application/msgpack", dueAt: 1, body: encoded };
}

const end = (host: StubHost, task: DelayedTask): Promise<void> =>
  endUndeliverable(task, why, patientSender(host, "me@host"));

const storedIn = (host: StubHost, id = "task-1"): FinalRecord =>
  decodeFinalRecord(host.transport.stored.get(`result ${id}`) ?? new Uint8Array());

it("fails the task, keeps a copy for people, and tells the caller, in this order", async () => {
  const host = new StubHost();
  await end(host, waiting());
  expect(storedIn(host)).toMatchObject({
    state: "FAILURE",
    deadLetter: "undeliverable",
    error: { type: "PayloadTooLargeError", code: "TROUPE_PAYLOAD_TOO_LARGE", message: detail },
  });
  expect(storedIn(host).error).not.toHaveProperty("stack");
  expect(host.transport.letters).toMatchObject([{ queue: "mail", reason: "undeliverable", detail }]);
  expect(host.transport.calls).toEqual(["create result task-1", "put undeliverable", "push reply.client-1"]);
});

it("ends what would have followed, and tells the chord that waits", async () => {
  const host = new StubHost();
  const memberOf = { actor: { shard: 1, id: "chord" }, member: 4 };
  await end(host, waiting({ canvas: canvasOf({ chain: [stepOf("next")], memberOf }) }));
  expect(storedIn(host, "next")).toMatchObject({ state: "FAILURE", error: { message: detail, taskId: "task-1" } });
  expect(host.transport.calls).toContain("send c chord");
});

it("does the rest when its own record is there, and nothing when it ended otherwise", async () => {
  const host = new StubHost();
  await end(host, waiting());
  await end(host, waiting());
  expect(host.transport.callsOf("put", "push")).toHaveLength(4);
  const revoked = new StubHost();
  const record = encodeFinalRecord(recordOf({ state: "REVOKED" }), MSGPACK);
  revoked.transport.stored.set("result task-1", record);
  await end(revoked, waiting());
  expect(revoked.transport.callsOf("put", "push")).toEqual([]);
});

it("keeps what is no task message for people", async () => {
  const host = new StubHost();
  await end(host, waiting({}, Buffer.from("nonsense")));
  expect(host.transport.calls).toEqual(["put undeliverable"]);
});

it("rejects when the copy cannot be kept, so that it is done again", async () => {
  const host = new StubHost();
  host.transport.answer("put", new BrokerUnreachableError("away"));
  await expect(end(host, waiting())).rejects.toBeInstanceOf(BrokerUnreachableError);
  expect(host.transport.callsOf("push")).toEqual([]);
});
