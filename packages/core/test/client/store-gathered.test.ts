import { expect, it } from "vitest";
import type { FlowOrigin } from "../../src/client/compose-step.ts";
import { patientSender } from "../../src/client/flow-sender.ts";
import { storeGathered } from "../../src/client/store-gathered.ts";
import { decodeActorMessage } from "../../src/codec/actor-message-codec.ts";
import { decodeTaskMessage } from "../../src/codec/task-message-codec.ts";
import { decodeFinalRecord } from "../../src/codec/task-record-codec.ts";
import { PayloadTooLargeError } from "../../src/model/errors.ts";
import { StubHost } from "../support/hosts.ts";
import { stepOf } from "../support/steps.ts";

const memberOf = { actor: { shard: 1, id: "outer" }, member: 1 };
const FROM: FlowOrigin = {
  rootId: "root",
  parentId: "m",
  reply: "client-1",
  memberOf,
  nesting: 0,
  origin: "settle",
  repeat: false,
};

async function gather(host: StubHost, link: readonly string[] = []): Promise<void> {
  const plan = { resultId: "list", link: link.map((id) => [stepOf(id)]) };
  await storeGathered(plan, [1, null], FROM, patientSender(host, "w1@host", "thrown"));
}

it("stores the list, pushes it, sends callbacks with it, and tells the actor that waits", async () => {
  const host = new StubHost();
  await gather(host, ["l"]);
  const { transport } = host;
  expect(transport.calls).toEqual(["create result list", "push reply.client-1", "publish l-0", "send c outer"]);
  const [body] = transport.stored.values();
  expect(body && decodeFinalRecord(body)).toMatchObject({ id: "list", state: "SUCCESS", value: [1, null] });
  expect(transport.published.map((task) => decodeTaskMessage(task.body))).toMatchObject([
    { args: [[1, null], 1], parentId: "list" },
  ]);
  expect(transport.mails.map((mail) => decodeActorMessage(mail.body))).toEqual([
    {
      type: "c",
      actor: memberOf.actor,
      ends: [{ member: memberOf.member, taskId: "list", outcome: { state: "SUCCESS", value: [1, null] } }],
    },
  ]);
});

it("pushes nothing twice", async () => {
  const host = new StubHost();
  await gather(host);
  await gather(host);
  expect(host.transport.callsOf("push")).toHaveLength(1);
});

it("fails a callback that can never be sent by itself: the list is stored, and the actor is told of it", async () => {
  const host = new StubHost();
  host.transport.answer("publish", new PayloadTooLargeError("it", 5, 3));
  await gather(host, ["l"]);
  expect(host.transport.calls).toContain("create result l");
  expect(host.transport.mails.map(({ body }) => decodeActorMessage(body))).toMatchObject([
    { type: "c", ends: [{ outcome: { state: "SUCCESS" } }] },
  ]);
});

it("throws when the list can never be stored", async () => {
  const host = new StubHost();
  host.transport.answer("create", new PayloadTooLargeError("it", 5, 3));
  await expect(gather(host)).rejects.toThrow(PayloadTooLargeError);
  expect(host.transport.mails).toEqual([]);
});
