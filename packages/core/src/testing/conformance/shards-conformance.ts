// Conformance of `Mailboxes.take`: whoever takes a shard is given all of its log, and whoever had it before can do nothing
// with it any more.

import { strict as assert } from "node:assert";
import type { Shard } from "../../transport/mailboxes.ts";
import type { Transport } from "../../transport/transport.ts";
import { assertRejects, NOT_CONNECTED } from "./expectations.ts";
import { mailOf, planOf, sendAll, TestOwner } from "./mail-tester.ts";
import type { ConformanceSuite, TestContext } from "./suite.ts";

const CLAIMANTS = 6;
const ROUNDS = 4;
const MANY = 5_000;

export function shardsConformance(suite: ConformanceSuite): void {
  suite.describe("shards of mailboxes", () => {
    suite.test("are replayed to whoever takes them", (context) => replays(context));
    suite.test("are fenced: nothing that a former owner does counts", (context) => fences(context));
    suite.test("are told to be lost once, and then left alone", (context) => tellsOfLoss(context));
    suite.test("go to one of many that take them at once", (context) => races(context));
    suite.test("are kept apart", (context) => keepsApart(context));
    suite.test("can be released, and are then nobody's", (context) => releases(context));
    suite.test("hold thousands of messages, and replay them all", (context) => holdsMany(context));

    suite.test("are lost when the connection is closed", async ({ transport, deadlineMs }) => {
      const owner = await TestOwner.of(transport, deadlineMs);
      await transport.close();
      await owner.losses.next("the loss of the shard");
      await expectClosed(owner.shard);
    });

    suite.testWith("are lost when the broker was restarted", { capability: "reconnect" }, (context) =>
      losesOnRestart(context),
    );
  });
}

async function replays(context: TestContext): Promise<void> {
  const { transport, deadlineMs } = context;
  const owners = [transport, await context.sibling()];
  const expected: string[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const id = `a${round}`;
    await transport.mailboxes.send(planOf(id));
    await sendAll(transport.mailboxes, id, ["1", "2"]);
    expected.push(`${id} plan plan`, `${id} c 1`, `${id} c 2`);
    const owner = await TestOwner.of(owners[round % 2] ?? transport, deadlineMs);
    assert.deepEqual(await owner.next(expected.length, `the log, to owner ${round}`), expected);
    assert.ok(owner.mails.items.every(({ replayed }) => replayed));
  }
}

async function fences(context: TestContext): Promise<void> {
  const { transport, deadlineMs } = context;
  const sibling = await context.sibling();
  await transport.mailboxes.send(planOf("a"));
  await sendAll(transport.mailboxes, "a", ["1", "2"]);
  const former = await TestOwner.of(transport, deadlineMs);
  const mails = await former.mails.take(3, "the log, to the former owner");
  const owner = await TestOwner.of(sibling, deadlineMs);
  for (const mail of mails) former.shard.ack(mail);
  await former.losses.next("the loss of the shard");
  for (const mail of mails) former.shard.ack(mail);
  await expectClosed(former.shard);
  const log = ["a plan plan", "a c 1", "a c 2"];
  assert.deepEqual(await owner.upToNow(transport), log);
  // An ack that counted would show in the log of the next owner.
  const next = await TestOwner.of(transport, deadlineMs);
  assert.deepEqual(await next.upToNow(transport), log, "a late ack removed messages");
}

async function tellsOfLoss(context: TestContext): Promise<void> {
  const { transport, deadlineMs } = context;
  const former = await TestOwner.of(transport, deadlineMs);
  await sendAll(transport.mailboxes, "a", ["1"]);
  await former.mails.next("the first message");
  const owner = await TestOwner.of(await context.sibling(), deadlineMs);
  await former.losses.next("the loss of the shard");
  await sendAll(transport.mailboxes, "a", ["2"]);
  assert.deepEqual(await owner.upToNow(transport), ["a c 1", "a c 2"]);
  const again = await TestOwner.of(transport, deadlineMs);
  await owner.losses.next("the loss of the shard by its next owner");
  assert.deepEqual(await again.upToNow(transport), ["a c 1", "a c 2"]);
  assert.deepEqual(former.briefs, ["a c 1"], "a former owner was given what came later");
  assert.equal(former.losses.items.length, 1, "a former owner was told again");
}

async function races(context: TestContext): Promise<void> {
  const { transport, deadlineMs } = context;
  const sibling = await context.sibling();
  await sendAll(transport.mailboxes, "a", ["1"]);
  for (let round = 0; round < ROUNDS; round += 1) {
    const claimants = Array.from({ length: CLAIMANTS }, () => new TestOwner(deadlineMs));
    const outcomes = await Promise.all(
      claimants.map((claimant, index) => claimant.take(index % 2 === 0 ? transport : sibling, 0)),
    );
    const takers = claimants.filter((_, index) => outcomes[index]);
    const holders = (): TestOwner[] => takers.filter(({ losses }) => losses.items.length === 0);
    await context.eventually(`round ${round}: one claimant has the shard`, () => holders().length === 1);
    const [holder] = holders();
    assert.deepEqual(await holder?.upToNow(transport), ["a c 1"]);
    assert.equal(holders().length, 1, `round ${round}: nobody has the shard in the end`);
    for (const claimant of claimants.filter((_, index) => outcomes[index] === false)) {
      assert.deepEqual(
        [claimant.briefs, claimant.losses.items],
        [[], []],
        "a claimant that lost the race was told things",
      );
    }
  }
}

async function keepsApart(context: TestContext): Promise<void> {
  const { transport, deadlineMs } = context;
  const shards = [0, 1, 10, 11, 101, 255];
  for (const shard of shards) {
    for (const kind of ["plan", "c"] as const) {
      const mail = mailOf("a", `of ${shard}`, { kind, actor: { shard, id: "a" } });
      assert.equal(await transport.mailboxes.send(mail), "stored");
    }
  }
  const owners: TestOwner[] = [];
  for (const [index, shard] of shards.entries()) {
    owners.push(await TestOwner.of(index % 2 === 0 ? transport : await context.sibling(), deadlineMs, shard));
  }
  for (const [index, owner] of owners.entries()) {
    const shard = shards[index] ?? 0;
    assert.equal(owner.shard.shard, shard);
    assert.deepEqual(await owner.upToNow(transport), [`a plan of ${shard}`, `a c of ${shard}`]);
    assert.ok(owner.mails.items.every(({ actor }) => actor.shard === shard));
    assert.deepEqual(owner.losses.items, [], "taking another shard cost one");
  }
  await owners[0]?.shard.erase(owners[0].mails.items[0]?.seq ?? 0);
  assert.equal(await owners[1]?.shard.hasPlan({ shard: 1, id: "a" }), true);
}

async function releases(context: TestContext): Promise<void> {
  const { transport, deadlineMs } = context;
  await sendAll(transport.mailboxes, "a", ["1", "2"]);
  const former = await TestOwner.of(transport, deadlineMs);
  const mails = await former.mails.take(2, "the log");
  await former.shard.release();
  for (const mail of mails) former.shard.ack(mail);
  await expectClosed(former.shard);
  await sendAll(transport.mailboxes, "a", ["3"]);
  const owner = await TestOwner.of(await context.sibling(), deadlineMs);
  await former.shard.release();
  assert.deepEqual(await owner.upToNow(transport), ["a c 1", "a c 2", "a c 3"]);
  assert.equal(former.briefs.length, 2, "a shard that was released was delivered on");
  assert.deepEqual(former.losses.items, [], "a shard that was released was lost besides");
}

async function holdsMany(context: TestContext): Promise<void> {
  const { transport, deadlineMs } = context;
  const sibling = await context.sibling();
  const texts = Array.from({ length: MANY }, (_, index) => `${index}`);
  const former = await TestOwner.of(transport, deadlineMs);
  await Promise.all(texts.map((text) => sibling.mailboxes.send(mailOf(`a${Number(text) % 9}`, text))));
  const log = await former.next(MANY, "all messages, held by one owner");
  const settled = former.mails.items.filter((_, index) => index % 100 === 0);
  for (const { seq } of settled) await former.shard.erase(seq);
  const owner = await TestOwner.of(sibling, deadlineMs);
  const left = log.filter((_, index) => index % 100 !== 0);
  const replayed = await owner.next(left.length, "all messages that are left, to the next owner");
  assert.ok(
    replayed.every((line, index) => line === left[index]),
    "the log was replayed in another order",
  );
  await sendAll(transport.mailboxes, "b", ["after"]);
  assert.deepEqual(await owner.next(1, "a message that came later"), ["b c after"]);
  assert.deepEqual(
    [...log].map((line) => line.split(" ").at(-1)).toSorted((a, b) => Number(a) - Number(b)),
    texts,
  );
}

async function losesOnRestart(context: TestContext): Promise<void> {
  const { transport, broker, deadlineMs } = context;
  await transport.mailboxes.send(planOf("a"));
  await sendAll(transport.mailboxes, "a", ["1"]);
  const former = await TestOwner.of(transport, deadlineMs);
  await former.mails.take(2, "the log");
  assert.ok(broker.restart !== undefined, "the broker offers no restart()");
  await broker.restart();
  await former.losses.next("the loss of the shard");
  await expectClosed(former.shard);
  await context.eventually("the transport is connected", () => transport.connected);
  const owner = await takenAgain(transport, context);
  await owner.next(2, "the log, after the restart");
  assert.deepEqual(await owner.upToNow(transport), ["a plan plan", "a c 1"]);
}

/** A broker that has just started may refuse for a moment. */
async function takenAgain(transport: Transport, context: TestContext): Promise<TestOwner> {
  let owner = new TestOwner(context.deadlineMs);
  await context.eventually("the shard is taken again", () => {
    owner = new TestOwner(context.deadlineMs);
    return owner.take(transport, 0).catch(() => false);
  });
  return owner;
}

/** Nothing can be done with the shard. */
async function expectClosed(shard: Shard): Promise<void> {
  await assertRejects(shard.hasPlan({ shard: 0, id: "a" }), NOT_CONNECTED, "hasPlan on a shard that is lost");
  await assertRejects(shard.read(1), NOT_CONNECTED, "read on a shard that is lost");
  await assertRejects(shard.erase(1), NOT_CONNECTED, "erase on a shard that is lost");
}
