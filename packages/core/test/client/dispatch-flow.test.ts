import { beforeEach, expect, it } from "vitest";
import type { FlowOrigin } from "../../src/client/compose-step.ts";
import { dispatchFlow, dispatchProduced, sendErrbacks } from "../../src/client/dispatch-flow.ts";
import { type FlowSender, patientSender, submittingSender } from "../../src/client/flow-sender.ts";
import { decodeActorMessage } from "../../src/codec/actor-message-codec.ts";
import { decodeTaskMessage } from "../../src/codec/task-message-codec.ts";
import { decodeFinalRecord } from "../../src/codec/task-record-codec.ts";
import type { ActorMessage } from "../../src/model/actor-message.ts";
import { BrokerTimeoutError, PayloadTooLargeError, QueueFullError } from "../../src/model/errors.ts";
import { type Flow, type Input, NO_INPUT } from "../../src/model/flow.ts";
import type { TaskMessage } from "../../src/model/task-message.ts";
import { deferred } from "../../src/platform/deferred.ts";
import { StubHost } from "../support/hosts.ts";
import { nextTurn } from "../support/outcomes.ts";
import { canvasOf, groupOf, stepOf } from "../support/steps.ts";

const FROM: FlowOrigin = {
  rootId: "root",
  parentId: "before",
  reply: "client-1",
  memberOf: null,
  nesting: 0,
  origin: "settle",
  repeat: false,
};
const FIVE: Input = { args: [5], kwargs: {} };

let host = new StubHost();
let sender: FlowSender = patientSender(host, "w1@host");

beforeEach(() => {
  host = new StubHost();
  sender = patientSender(host, "w1@host");
});

const sent = (): TaskMessage[] => host.transport.published.map(({ body }) => decodeTaskMessage(body));
const mailed = (): ActorMessage[] => host.transport.mails.map(({ body }) => decodeActorMessage(body));

it("sends the first task with what came in before its own arguments, and the steps after it", async () => {
  const [first, second] = [stepOf("a", { kwargs: { z: 1 } }), stepOf("b")];
  await dispatchFlow([first, second], { args: [5], kwargs: { y: 2 } }, FROM, sender);
  expect(sent()).toEqual([
    expect.objectContaining({
      id: "a",
      args: [5, 1],
      kwargs: { z: 1, y: 2 },
      rootId: "root",
      parentId: "before",
      reply: "client-1",
      canvas: canvasOf({ chain: [second] }),
    }),
  ]);
  expect(host.transport.published[0]).toMatchObject({ key: "a-0", exclusive: true, repeat: false, queue: "default" });
});

it("lets a step that is due later than can be kept wait for the latest time there is", async () => {
  for (const options of [{ eta: 8.64e15 }, { countdownMs: 8.64e15 }]) {
    await dispatchFlow([stepOf("a", { options })], NO_INPUT, FROM, sender);
    expect([...host.transport.delayedTasks.values()]).toMatchObject([{ key: "a-0", dueAt: 9_999_999_999_999 }]);
    host.transport.delayedTasks.clear();
  }
});

it("gives an immutable step nothing of what came in", async () => {
  await dispatchFlow(
    [stepOf("a", { immutable: true, kwargs: { z: 1 } })],
    { args: [5], kwargs: { z: 2 } },
    FROM,
    sender,
  );
  expect(sent()).toMatchObject([{ args: [1], kwargs: { z: 1 } }]);
});

it("marks a repeat, and a step whose id was chosen", async () => {
  await dispatchFlow([stepOf("a")], NO_INPUT, { ...FROM, repeat: true }, sender);
  await dispatchFlow([stepOf("b", { chosen: true })], NO_INPUT, FROM, sender);
  expect(host.transport.calls).toEqual(["publish a-0 repeat", "publish b-0 repeat"]);
});

it("keeps a step that is not due, where nothing but a repeat can have another time", async () => {
  const due = host.transport.time + 5_000;
  await dispatchFlow([stepOf("a", { options: { countdownMs: 5_000, eta: 7 } })], NO_INPUT, FROM, sender);
  await dispatchFlow([stepOf("b", { options: { eta: due } })], NO_INPUT, { ...FROM, repeat: true }, sender);
  expect(host.transport.calls).toEqual([`schedule a-0 at ${due}`, `schedule b-0 repeat at ${due}`]);
  const waiting = [...host.transport.delayedTasks.values()].map(({ body }) => decodeTaskMessage(body));
  expect(waiting).toMatchObject([
    { id: "a", eta: due },
    { id: "b", eta: due },
  ]);
});

it("stores the plan, then sends the members, then the seal", async () => {
  const after = stepOf("body");
  await dispatchFlow([groupOf("g", 2), after], FIVE, FROM, sender);
  expect(host.transport.calls).toEqual(["send plan g", "publish g.0-0", "publish g.1-0", "send seal g"]);
  expect(mailed()).toEqual([
    expect.objectContaining({
      type: "plan",
      size: 2,
      next: [after],
      resultId: "g-result",
      origin: "settle",
      rootId: "root",
    }),
    { type: "seal", actor: { shard: 3, id: "g" }, size: 2 },
  ]);
  const actor = { shard: 3, id: "g" };
  expect(sent().map(({ args, canvas }) => [args, canvas?.memberOf])).toEqual([
    [[5, 1], { actor, member: 0 }],
    [[5, 1], { actor, member: 1 }],
  ]);
});

it("takes the plan of a group of chosen ids for one that was perhaps sent before", async () => {
  await dispatchFlow([groupOf("g", [[stepOf("a", { chosen: true })]])], NO_INPUT, FROM, sender);
  await dispatchFlow([groupOf("h", [[stepOf("b")]])], NO_INPUT, FROM, sender);
  const plans = host.transport.mails.filter(({ kind }) => kind === "plan");
  expect(plans.map(({ repeat }) => repeat)).toEqual([true, false]);
});

it("sends few members at a time when much came in, which each of their messages holds", async () => {
  const gate = deferred();
  host.transport.answer(
    "publish",
    () => gate.promise,
    () => gate.promise,
  );
  const much: Input = { args: [new Uint8Array(5 * 1_024 * 1_024)], kwargs: {} };
  const sending = dispatchFlow([groupOf("g", 3)], much, FROM, sender);
  await nextTurn();
  expect(host.transport.callsOf("publish")).toHaveLength(2);
  gate.resolve();
  await sending;
  expect(sent().map(({ id }) => id)).toEqual(["g.0", "g.1", "g.2"]);
});

it("stops producing members, and does not seal, when one could not be sent", async () => {
  let made = 0;
  async function* endless(): AsyncGenerator<Flow> {
    for (;;) {
      await nextTurn();
      yield [stepOf(`m${made++}`)];
    }
  }
  host.transport.answer("publish", new PayloadTooLargeError("it", 5, 3));
  const thrower = patientSender(host, "w1@host", "thrown");
  const sending = dispatchProduced([groupOf("g", 0)], endless(), { ...FROM, origin: "client" }, thrower);
  await expect(sending).rejects.toThrow(PayloadTooLargeError);
  expect(made).toBeLessThan(5);
  expect(mailed().map(({ type }) => type)).toEqual(["plan"]);
});

it("sends no more members than a canvas may have, however many are produced", async () => {
  async function* endless(): AsyncGenerator<Flow> {
    for (let made = 0; ; made++) yield [stepOf(`m${made}`)];
  }
  const unsent: FlowSender = { ...sender, task: async () => {} };
  const sending = dispatchProduced([groupOf("g", 0)], endless(), FROM, unsent);
  await expect(sending).rejects.toThrow("more than 110000 tasks");
});

it("sends no plan for a group from which nothing follows", async () => {
  await dispatchFlow([groupOf("g", 2, null)], FIVE, FROM, sender);
  expect(host.transport.calls).toEqual(["publish g.0-0", "publish g.1-0"]);
  expect(sent()[0]?.canvas?.memberOf).toBeNull();
});

it("tells the plan of an inner group which member of the outer one it is", async () => {
  const inner = groupOf("inner", 1);
  await dispatchFlow([groupOf("outer", [[stepOf("a"), inner], [inner]])], FIVE, FROM, sender);
  expect(host.transport.calls).toEqual([
    "send plan outer",
    "publish a-0",
    "send plan inner",
    "publish inner.0-0",
    "send seal inner",
    "send seal outer",
  ]);
  expect(mailed()[1]).toMatchObject({ type: "plan", memberOf: { actor: { shard: 3, id: "outer" }, member: 1 } });
  expect(sent()[0]?.canvas).toMatchObject({ chain: [inner], memberOf: { member: 0 } });
});

it("sends again, as a repeat, what was not confirmed", async () => {
  host.transport.answer("publish", new BrokerTimeoutError("lost"));
  const sending = dispatchFlow([stepOf("a")], NO_INPUT, FROM, sender);
  await nextTurn();
  host.clock.advance(1_000);
  await sending;
  expect(host.transport.calls).toEqual(["publish a-0", "publish a-0 repeat"]);
});

it("fails a task that can never be sent, with all that waits for it", async () => {
  host.transport.answer("publish", new PayloadTooLargeError("it", 5, 3));
  const errback = { gets: "id", flow: [stepOf("e", { args: [] })] } as const;
  const memberOf = { actor: { shard: 1, id: "outer" }, member: 2 };
  const flow = [stepOf("a", { linkError: [errback] }), stepOf("b")];
  await dispatchFlow(flow, NO_INPUT, { ...FROM, memberOf }, sender);
  const records = ["a", "b"].map((id) =>
    decodeFinalRecord(host.transport.stored.get(`result ${id}`) ?? new Uint8Array()),
  );
  const failure = { state: "FAILURE", error: { type: "PayloadTooLargeError" } };
  expect(records).toMatchObject([
    { id: "a", ...failure },
    { id: "b", ...failure },
  ]);
  expect(mailed()).toMatchObject([{ type: "c", ends: [{ member: 2, taskId: "b", outcome: { state: "FAILURE" } }] }]);
  expect(sent()).toMatchObject([{ id: "e", args: ["a"], parentId: "a" }]);
});

it("delays a task whose queue is full, rather than wait for room that only its sender may make", async () => {
  host.transport.answer("publish", new QueueFullError("full"));
  await dispatchFlow([stepOf("a")], NO_INPUT, FROM, sender);
  expect(host.transport.delayedTasks.get("a-0")).toMatchObject({ dueAt: host.transport.now() + 5_000 });
});

it("fails a member that can never be sent, once the plan of its group is stored, also where refusals are thrown", async () => {
  host.transport.answer("publish", new PayloadTooLargeError("it", 5, 3));
  await dispatchFlow([groupOf("g", 2), stepOf("b")], NO_INPUT, FROM, patientSender(host, "w1@host", "thrown"));
  expect(mailed()).toMatchObject([
    { type: "plan" },
    { type: "c", ends: [{ member: 0, taskId: "g.0", outcome: { state: "FAILURE" } }] },
    { type: "seal", size: 2 },
  ]);
  expect(sent()).toMatchObject([{ id: "g.1" }]);
});

it("tells a client what cannot be sent", async () => {
  host.transport.answer("publish", new PayloadTooLargeError("it", 5, 3));
  const policy = { maxRetries: 0, intervalStartMs: 0, intervalStepMs: 0, intervalMaxMs: 0, timeoutMs: 1_000 };
  const clients = submittingSender(policy, { transport: host.transport, clock: host.clock }, "1@host");
  const sending = dispatchFlow([stepOf("a")], NO_INPUT, { ...FROM, origin: "client" }, clients);
  await expect(sending).rejects.toThrow(PayloadTooLargeError);
  expect(host.transport.stored.size).toBe(0);
});

it("gives errbacks the id, or request, error and traceback", async () => {
  const request = { id: "a", task: "proj.add", args: [1], kwargs: {}, rootId: "root", parentId: null, retries: 0 };
  const error = { type: "TypeError", message: "no", stack: "TypeError: no\n  at x" };
  const own = { args: [7] };
  const errbacks = [
    { gets: "id", flow: [stepOf("old", own)] },
    { gets: "details", flow: [stepOf("new", own)] },
  ] as const;
  await sendErrbacks(errbacks, { request, error }, FROM, sender);
  expect(sent().map(({ id, args, parentId }) => [id, args, parentId])).toEqual([
    ["old", ["a", 7], "a"],
    ["new", [request, error, error.stack, 7], "a"],
  ]);
});
