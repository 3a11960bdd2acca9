import { expect, it } from "vitest";
import { decodeActorMessage } from "../../src/codec/actor-message-codec.ts";
import { decodeTaskMessage } from "../../src/codec/task-message-codec.ts";
import { addMember } from "../../src/worker/added-member.ts";
import { StubHost } from "../support/hosts.ts";
import { messageOf } from "../support/messages.ts";
import { canvasOf, stepOf } from "../support/steps.ts";

const actor = { shard: 1, id: "chord" };
const header = messageOf({ id: "a", gen: 2, canvas: canvasOf({ memberOf: { actor, member: 0 } }) });

/** What a header task that adds `count` members sends. */
async function added(count: number, repeat = false): Promise<StubHost> {
  const host = new StubHost();
  host.compile = (_signature, newId) => [stepOf(newId())];
  for (let k = 0; k < count; k++) await addMember(header, {}, { k, repeat }, host);
  return host;
}

it("tells the chord before it sends the member", async () => {
  const { transport } = await added(1);
  const mail = transport.mails.map(({ body }) => decodeActorMessage(body));
  const [message] = transport.published.map(({ body }) => decodeTaskMessage(body));
  expect(mail).toEqual([{ type: "add", actor, member: expect.stringMatching(/^[0-9a-f]{32}$/) }]);
  expect(message).toMatchObject({
    rootId: "a",
    parentId: "a",
    canvas: { memberOf: mail[0] && { actor, member: memberIn(mail[0]) } },
  });
  expect(transport.calls.map((call) => call.split(" ")[0])).toEqual(["send", "publish"]);
});

function memberIn(mail: ReturnType<typeof decodeActorMessage>): unknown {
  return mail.type === "add" ? mail.member : null;
}

it("gives the same ids when the task runs again, and different ones to different members", async () => {
  const sent = (await added(2)).transport.calls;
  expect((await added(2)).transport.calls).toEqual(sent);
  expect(new Set(sent.filter((call) => call.startsWith("publish"))).size).toBe(2);
});

it("marks what a further run sends, which was perhaps sent before", async () => {
  const { transport } = await added(1, true);
  expect(transport.mails).toMatchObject([{ kind: "add", repeat: true }]);
  expect(transport.published).toMatchObject([{ repeat: true }]);
});

it("refuses a task that is no member of a chord", async () => {
  const adding = addMember(messageOf({ id: "a" }), {}, { k: 0, repeat: false }, new StubHost());
  await expect(adding).rejects.toThrow("task a (proj.add) is no member of a chord");
});
