import { expect, it } from "vitest";
import { patientSender } from "../../src/client/flow-sender.ts";
import { followUp } from "../../src/client/follow-ups.ts";
import { decodeActorMessage } from "../../src/codec/actor-message-codec.ts";
import { decodeFinalRecord } from "../../src/codec/task-record-codec.ts";
import { PayloadTooLargeError, SerializationError } from "../../src/model/errors.ts";
import type { CanvasPart } from "../../src/model/task-message.ts";
import type { FinalRecord } from "../../src/model/task-record.ts";
import { StubHost } from "../support/hosts.ts";
import { messageOf, recordOf } from "../support/messages.ts";
import { canvasOf, groupOf, stepOf } from "../support/steps.ts";

const memberOf = { actor: { shard: 1, id: "chord" }, member: 4 };
const boom = { type: "Error", message: "boom" };
const FAILED = { state: "FAILURE", value: null, error: boom } as const;

async function following(
  canvas: Partial<CanvasPart>,
  record: Partial<FinalRecord> = {},
  host = new StubHost(),
): Promise<StubHost> {
  const message = messageOf({ rootId: "root", reply: "client-1", canvas: canvasOf(canvas) });
  await followUp(message, recordOf(record), false, patientSender(host, "w1@host"));
  return host;
}

const recordIn = (host: StubHost, id: string): FinalRecord | undefined => {
  const body = host.transport.stored.get(`result ${id}`);
  return body && decodeFinalRecord(body);
};

it("sends callbacks, then the next step", async () => {
  const { transport } = await following({
    link: [[stepOf("x")], [stepOf("y")]],
    chain: [stepOf("b"), stepOf("c")],
    memberOf,
  });
  expect(transport.calls).toEqual(["publish x-0", "publish y-0", "publish b-0"]);
});

it("tells the actor that waits, with the value, when nothing comes after", async () => {
  const { transport } = await following({ memberOf });
  expect(transport.mails.map(({ body }) => decodeActorMessage(body))).toEqual([
    {
      type: "c",
      actor: memberOf.actor,
      ends: [{ member: memberOf.member, taskId: "task-1", outcome: { state: "SUCCESS", value: 4 } }],
    },
  ]);
});

it("fails every later step with the same error, members of groups included, and tells the actor by the last id", async () => {
  const host = await following(
    { chain: [stepOf("b"), groupOf("g", 2, { resultId: "d" }), stepOf("d")], memberOf },
    FAILED,
  );
  for (const id of ["b", "g.0", "g.1", "d"]) {
    // It names the step that failed.
    expect(recordIn(host, id)).toMatchObject({ id, state: "FAILURE", error: { ...boom, taskId: "task-1" } });
  }
  expect(host.transport.callsOf("push")).toHaveLength(4);
  expect(host.transport.mails.map(({ body }) => decodeActorMessage(body))).toEqual([
    {
      type: "c",
      actor: memberOf.actor,
      ends: [
        { member: memberOf.member, taskId: "d", outcome: { state: "FAILURE", error: { ...boom, taskId: "task-1" } } },
      ],
    },
  ]);
});

it("fails the list of a group in the end too", async () => {
  const host = await following({ chain: [groupOf("g", 1)] }, FAILED);
  expect(recordIn(host, "g-result")?.state).toBe("FAILURE");
});

it("fails the list of a group in the place of a task, before steps that follow it, too", async () => {
  const host = await following({ chain: [groupOf("g", 1, { resultId: "replaced" }), stepOf("b")] }, FAILED);
  expect(["replaced", "b"].map((id) => recordIn(host, id)?.state)).toEqual(["FAILURE", "FAILURE"]);
});

it("sends errbacks on failure only", async () => {
  const linkError = [{ gets: "id", flow: [stepOf("e")] }] as const;
  expect((await following({ linkError }, FAILED)).transport.calls).toEqual(["publish e-0"]);
  expect((await following({ linkError })).transport.calls).toEqual([]);
  for (const state of ["REVOKED", "REJECTED", "IGNORED"] as const) {
    const error = state === "IGNORED" ? null : boom;
    const host = await following({ linkError, chain: [stepOf("b")], memberOf }, { state, value: null, error });
    expect(host.transport.calls).toEqual(["create result b", "push reply.client-1", "send c chord"]);
    expect(recordIn(host, "b")?.state).toBe(state);
  }
});

it.each([new PayloadTooLargeError("it", 5, 3), new SerializationError("it cannot travel")])(
  "tells the actor of a failure when the value cannot be told: $name",
  async (refusal) => {
    const host = new StubHost();
    host.transport.answer("send", refusal);
    await following({ memberOf }, {}, host);
    expect(host.transport.mails.map(({ body }) => decodeActorMessage(body))).toMatchObject([
      { ends: [{ outcome: { state: "FAILURE", error: { type: refusal.name } } }] },
    ]);
  },
);
