import { expect, it } from "vitest";
import { patientSender } from "../../src/client/flow-sender.ts";
import { decideRevoked } from "../../src/client/revoke-task.ts";
import { decodeActorMessage } from "../../src/codec/actor-message-codec.ts";
import { serializerNamed } from "../../src/codec/serializer.ts";
import { decodeFinalRecord, encodeFinalRecord } from "../../src/codec/task-record-codec.ts";
import { TaskRevokedError } from "../../src/model/errors.ts";
import { errorFromFailure } from "../../src/model/failure.ts";
import type { TaskMessage } from "../../src/model/task-message.ts";
import type { FinalRecord } from "../../src/model/task-record.ts";
import { StubHost } from "../support/hosts.ts";
import { messageOf, recordOf } from "../support/messages.ts";
import { canvasOf, stepOf } from "../support/steps.ts";

const memberOf = { actor: { shard: 1, id: "chord" }, member: 4 };
const why = new TaskRevokedError("task task-1 (proj.add) was cancelled", "cancelled");

async function revoke(host: StubHost, part: Partial<TaskMessage> = {}): Promise<FinalRecord> {
  return decideRevoked(messageOf({ reply: "client-1", ...part }), why, patientSender(host, "me@host"));
}

const storedIn = (host: StubHost, id = "task-1"): FinalRecord =>
  decodeFinalRecord(host.transport.stored.get(`result ${id}`) ?? new Uint8Array());

const store = (host: StubHost, part: Partial<FinalRecord>): void =>
  void host.transport.stored.set("result task-1", encodeFinalRecord(recordOf(part), serializerNamed("msgpack")));

it("stores the record with the reason, then pushes it", async () => {
  const host = new StubHost();
  const record = await revoke(host, { gen: 2, retries: 2 });
  expect(record).toEqual(storedIn(host));
  expect(record).toMatchObject({ state: "REVOKED", gen: 2, retries: 2, worker: "me@host", hidden: false });
  expect(errorFromFailure(record.error ?? { type: "", message: "" }, [])).toMatchObject({
    code: "TROUPE_TASK_REVOKED",
    message: "task task-1 (proj.add) was cancelled",
    reason: "cancelled",
  });
  expect(host.transport.calls).toEqual(["create result task-1", "push reply.client-1"]);
});

it("keeps the record of a task without a result hidden", async () => {
  expect(await revoke(new StubHost(), { ignoreResult: true })).toMatchObject({ hidden: true });
});

it("revokes the later steps and tells the actor, but sends nothing and no errback", async () => {
  const host = new StubHost();
  const linkError = [{ gets: "id", flow: [stepOf("e")] }] as const;
  await revoke(host, { canvas: canvasOf({ chain: [stepOf("b")], link: [[stepOf("x")]], linkError, memberOf }) });
  expect(storedIn(host, "b")).toMatchObject({ state: "REVOKED", error: { details: { reason: "cancelled" } } });
  expect(host.transport.mails.map(({ body }) => decodeActorMessage(body))).toMatchObject([
    {
      type: "c",
      actor: memberOf.actor,
      ends: [{ member: memberOf.member, taskId: "b", outcome: { state: "REVOKED" } }],
    },
  ]);
  expect(host.transport.published).toEqual([]);
});

it("does what follows again where somebody has revoked it before", async () => {
  const host = new StubHost();
  const error = { type: "TaskRevokedError", message: "first" };
  store(host, { state: "REVOKED", value: null, error });
  const record = await revoke(host, { canvas: canvasOf({ memberOf }) });
  expect(record.error?.message).toBe("first");
  expect(host.transport.callsOf("send", "push")).toEqual(["send c chord repeat", "push reply.client-1"]);
});

it.each<Partial<FinalRecord>>([
  {},
  { state: "FAILURE", value: null, error: { type: "Error", message: "boom" } },
  { state: "REVOKED", value: null, forgotten: true },
])("leaves alone what had come to its end before: %j", async (part) => {
  const host = new StubHost();
  store(host, part);
  expect(await revoke(host, { canvas: canvasOf({ memberOf, chain: [stepOf("b")] }) })).toMatchObject(part);
  expect(host.transport.calls).toEqual(["create result task-1", "read result task-1"]);
});
