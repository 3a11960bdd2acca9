// Conformance of `Mailboxes` as a log: what is sent is delivered in order and stays until it is settled, and an actor has one
// plan at a time.

import { strict as assert } from "node:assert";
import type { MailKind, OutgoingMail } from "../../transport/mailboxes.ts";
import { assertRejects, assertSameBytes, bytesOf, HOSTILE_NAMES, patternOf, textOf } from "./expectations.ts";
import { brief, mailOf, planOf, sendAll, TestOwner } from "./mail-tester.ts";
import type { ConformanceSuite, TestContext } from "./suite.ts";

const KINDS: readonly MailKind[] = ["plan", "seal", "add", "c"];
const WRITERS = 6;
const ROUNDS = 20;
const MOST_SHARDS = 256;
const CLOCK_TOLERANCE_MS = 2_000;
/** Room for what a transport adds to a body. */
const ENVELOPE_BYTES = 1_024;

export function mailboxesConformance(suite: ConformanceSuite): void {
  suite.describe("mailboxes", () => {
    suite.test("are shared out over some shards", async ({ transport: { mailboxes } }) => {
      assert.ok(Number.isInteger(mailboxes.shards) && mailboxes.shards >= 1 && mailboxes.shards <= MOST_SHARDS);
      for (const shard of [-1, 0.5, MOST_SHARDS, Number.NaN]) {
        const mail = mailOf("a", "x", { actor: { shard, id: "a" } });
        const owner = { onMail: () => undefined, onLost: () => undefined };
        await assertRejects(mailboxes.send(mail), ["TROUPE_BROKER_REFUSED"], `sending to shard ${shard}`);
        await assertRejects(mailboxes.take(shard, owner), ["TROUPE_BROKER_REFUSED"], `taking shard ${shard}`);
      }
    });

    suite.test("deliver messages whole", (context) => deliversWhole(context));
    suite.test("deliver in the order in which messages were stored", (context) => keepsOrder(context));
    suite.test("keep what is sent while nobody owns the shard", async ({ transport, deadlineMs }) => {
      await sendAll(transport.mailboxes, "a", ["1", "2"]);
      const owner = await TestOwner.of(transport, deadlineMs);
      assert.deepEqual(await owner.next(2, "what was sent before"), ["a c 1", "a c 2"]);
      await owner.shard.release();
      await sendAll(transport.mailboxes, "a", ["3"]);
      const next = await TestOwner.of(transport, deadlineMs);
      assert.deepEqual(await next.next(3, "what was sent, to the next owner"), ["a c 1", "a c 2", "a c 3"]);
    });

    suite.test("keep one plan of an actor, and store another when that one is gone", (context) =>
      keepsOnePlan(context),
    );
    suite.test("store the plan of one of many senders", (context) => races(context));
    suite.test("know which actors have a plan", (context) => knowsPlans(context));
    suite.test("deliver acknowledged and erased messages to nobody any more", (context) => settles(context));

    suite.test("keep actors apart whatever they are called", async ({ transport, deadlineMs }) => {
      const ids = [...HOSTILE_NAMES, "x".repeat(128), ".".repeat(128)];
      for (const id of ids) assert.equal(await transport.mailboxes.send(planOf(id, id)), "stored", `plan of "${id}"`);
      const owner = await TestOwner.of(transport, deadlineMs);
      assert.deepEqual(
        await owner.next(ids.length, "all plans"),
        ids.map((id) => brief(planOf(id, id))),
      );
      for (const id of ids) assert.ok(await owner.shard.hasPlan({ shard: 0, id }), `plan of "${id}"`);
      for (const id of ["plain", "*.*", "x"]) assert.ok(!(await owner.shard.hasPlan({ shard: 0, id })), `"${id}"`);
    });

    suite.test("keep bodies of all sizes intact, and refuse what is too large", (context) => keepsBodies(context));
  });
}

async function deliversWhole(context: TestContext): Promise<void> {
  const { transport, deadlineMs } = context;
  const sentAt = transport.now();
  const before = KINDS.map((kind): OutgoingMail => mailOf("a", `${kind} before`, { kind }));
  const after = KINDS.map((kind): OutgoingMail => mailOf("b.c", `${kind} after`, { kind, repeat: true }));
  for (const mail of before) assert.equal(await transport.mailboxes.send(mail), "stored");
  const owner = await TestOwner.of(await context.sibling(), deadlineMs);
  for (const mail of after) assert.equal(await transport.mailboxes.send(mail), "stored");
  const mails = await owner.mails.take(before.length + after.length, "all messages");
  assert.deepEqual(
    mails.map(({ actor, kind, repeat, replayed, body }) => ({ actor, kind, repeat, replayed, body: textOf(body) })),
    [
      ...before.map((mail) => ({ ...mail, replayed: true, body: textOf(mail.body) })),
      ...after.map((mail) => ({ ...mail, replayed: false, body: textOf(mail.body) })),
    ],
  );
  for (const { at } of mails) {
    assert.ok(Math.abs(at - sentAt) < CLOCK_TOLERANCE_MS + deadlineMs, `stored ${at - sentAt} ms after it was sent`);
  }
  const again = await TestOwner.of(transport, deadlineMs);
  assert.deepEqual(
    (await again.mails.take(mails.length, "all messages, to the next owner")).map(({ seq, at }) => [seq, at]),
    mails.map(({ seq, at }) => [seq, at]),
    "a message keeps its place and its time",
  );
}

async function keepsOrder(context: TestContext): Promise<void> {
  const { transport, deadlineMs } = context;
  const sibling = await context.sibling();
  const texts = Array.from({ length: 200 }, (_, index) => `${index}`);
  const owner = await TestOwner.of(sibling, deadlineMs);
  for (const [index, text] of texts.entries()) {
    await (index % 3 === 0 ? sibling : transport).mailboxes.send(mailOf(`a${index % 7}`, text));
  }
  const mails = await owner.mails.take(texts.length, "all messages");
  assert.deepEqual(
    mails.map(({ body }) => textOf(body)),
    texts,
  );
  assert.ok(
    mails.every(({ seq }, index) => seq > (mails[index - 1]?.seq ?? 0)),
    "sequences do not ascend",
  );
}

async function keepsOnePlan(context: TestContext): Promise<void> {
  const { transport, deadlineMs } = context;
  const { mailboxes } = transport;
  const sibling = await context.sibling();
  assert.equal(await mailboxes.send(planOf("a", "first")), "stored");
  assert.equal(await mailboxes.send(planOf("a", "second")), "exists");
  assert.equal(await sibling.mailboxes.send({ ...planOf("a", "third"), repeat: true }), "exists");
  assert.equal(await mailboxes.send(planOf("b")), "stored", "another actor's");
  const owner = await TestOwner.of(transport, deadlineMs);
  const [plan, other] = await owner.mails.take(2, "both plans");
  assert.ok(plan !== undefined && other !== undefined);
  assert.equal(await mailboxes.send(planOf("a", "fourth")), "exists", "while it is with the owner");
  await owner.shard.erase(plan.seq);
  assert.equal(await mailboxes.send(planOf("a", "fifth")), "stored", "after it was erased");
  owner.shard.ack(other);
  await context.eventually(
    "a plan is stored after the one before was acknowledged",
    async () => (await mailboxes.send(planOf("b", "again"))) === "stored",
  );
  assert.deepEqual(await owner.upToNow(transport), ["a plan first", "b plan plan", "a plan fifth", "b plan again"]);
}

async function races(context: TestContext): Promise<void> {
  const { transport, deadlineMs } = context;
  const sibling = await context.sibling();
  const owner = await TestOwner.of(transport, deadlineMs);
  const winners: string[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const outcomes = await Promise.all(
      Array.from({ length: WRITERS }, (_, writer) =>
        (writer % 2 === 0 ? transport : sibling).mailboxes.send(planOf(`a${round}`, `writer ${writer}`)),
      ),
    );
    const stored = outcomes.flatMap((outcome, writer) => (outcome === "stored" ? [`writer ${writer}`] : []));
    assert.equal(stored.length, 1, `round ${round}: stored by ${stored.join(" and ") || "nobody"}`);
    winners.push(`a${round} plan ${stored[0]}`);
  }
  assert.deepEqual(await owner.upToNow(transport), winners);
}

async function knowsPlans(context: TestContext): Promise<void> {
  const { transport, deadlineMs } = context;
  const sibling = await context.sibling();
  const owner = await TestOwner.of(transport, deadlineMs);
  const has = (id: string): Promise<boolean> => owner.shard.hasPlan({ shard: 0, id });
  for (const kind of ["seal", "add", "c"] as const) await sibling.mailboxes.send(mailOf("a", kind, { kind }));
  assert.equal(await has("a"), false, "of other messages only");
  await sibling.mailboxes.send(planOf("a"));
  assert.equal(await has("a"), true, "as soon as it is stored");
  assert.equal(await has("b"), false, "of another actor");
  const mails = await owner.mails.take(4, "all messages");
  await owner.shard.erase(mails[3]?.seq ?? 0);
  assert.equal(await has("a"), false, "as soon as it is erased");
}

async function settles(context: TestContext): Promise<void> {
  const { transport, deadlineMs } = context;
  await sendAll(transport.mailboxes, "a", ["acked", "erased", "kept", "acked too", "erased too"]);
  const owner = await TestOwner.of(transport, deadlineMs);
  const mails = await owner.mails.take(5, "all messages");
  const [acked, erased, kept, ackedToo, erasedToo] = mails;
  assert.ok(acked && erased && kept && ackedToo && erasedToo);
  for (const mail of mails) assert.equal(textOf(await owner.shard.read(mail.seq)), textOf(mail.body));
  // An owner may have let go of a body that it does not need.
  for (const mail of [acked, ackedToo, ackedToo]) owner.shard.ack({ ...mail, body: bytesOf("") });
  for (const { seq } of [erased, erasedToo, erased]) await owner.shard.erase(seq);
  assert.equal(await owner.shard.read(erased.seq), null);
  for (const { seq } of [acked, ackedToo]) {
    await context.eventually("the acknowledged message is gone", async () => (await owner.shard.read(seq)) === null);
  }
  await owner.shard.erase(acked.seq);
  const next = await TestOwner.of(await context.sibling(), deadlineMs);
  assert.deepEqual(await next.upToNow(transport), ["a c kept"]);
  assert.equal(next.mails.items[0]?.seq, kept.seq);
}

async function keepsBodies({ transport, deadlineMs }: TestContext): Promise<void> {
  const owner = await TestOwner.of(transport, deadlineMs);
  for (const size of [0, 1, 65_536, transport.maxMessageBytes - ENVELOPE_BYTES]) {
    const body = patternOf(size);
    await transport.mailboxes.send(mailOf("a", "", { body }));
    const mail = await owner.mails.next(`delivery of ${size} bytes`);
    assertSameBytes(mail.body, body, `body of ${size} bytes`);
    mail.body.fill(0);
    assertSameBytes(await owner.shard.read(mail.seq), body, `body of ${size} bytes, read again`);
  }
  const body = new Uint8Array(transport.maxMessageBytes + 1);
  for (const kind of KINDS) {
    const sending = transport.mailboxes.send(mailOf("b", "", { kind, body }));
    await assertRejects(sending, ["TROUPE_PAYLOAD_TOO_LARGE"], `a ${kind} that is too large`);
  }
  assert.equal(await owner.shard.hasPlan({ shard: 0, id: "b" }), false);
  const reused = bytesOf("as it was");
  await transport.mailboxes.send(mailOf("c", "", { body: reused }));
  reused.fill(0);
  assert.deepEqual((await owner.upToNow(transport)).at(-1), "c c as it was");
}
