// The exact text of every name on the broker: they outlive releases.

import { describe, expect, it } from "vitest";
import { HEADER, Names } from "../src/wire/names.ts";
import { hasOwnSubject } from "../src/wire/task-names.ts";
import { decodeToken, encodeName, encodeToken } from "../src/wire/tokens.ts";

const names = new Names("troupe");

describe("encodeToken", () => {
  it.each([
    ["plain-ID_09", "plain-ID_09"],
    ["a.b", "a=2Eb"],
    ["a=b", "a=3Db"],
    ["*", "=2A"],
    [">", "=3E"],
    ["a b", "a=20b"],
    ["ä", "=C3=A4"],
    ["名", "=E5=90=8D"],
    ["~", "=7E"],
    ["\r\n", "=0D=0A"],
    ["\0", "=00"],
  ])("writes %j as %s, and reads it back", (text, token) => {
    expect(encodeToken(text)).toBe(token);
    expect(decodeToken(token)).toBe(text);
  });

  it("refuses what is empty or too long", () => {
    expect(() => encodeToken("")).toThrow(expect.objectContaining({ code: "TROUPE_BROKER_REFUSED" }));
    expect(encodeToken(".".repeat(128))).toHaveLength(384);
    expect(encodeToken("x".repeat(400))).toHaveLength(400);
    expect(() => encodeToken("x".repeat(401))).toThrow(/needs 401 bytes in an address; at most 400/);
    expect(encodeName("x".repeat(200))).toHaveLength(200);
    expect(() => encodeName(".".repeat(67))).toThrow(/at most 200/);
  });

  it("makes subjects that the broker takes, from the longest names", () => {
    const longest = new Names(".".repeat(66)).taskSubject(".".repeat(66), ".".repeat(133));
    expect(longest.length).toBeLessThan(1024);
  });
});

describe("Names", () => {
  it("names streams and consumers", () => {
    const { tasks, results, dead, leases, actors, epochs, delayed, revoked, pauses } = names;
    expect([tasks, results, dead, leases, actors, epochs, delayed, revoked, pauses]).toEqual([
      "troupe_TASKS",
      "troupe_RESULTS",
      "troupe_DEAD",
      "KV_troupe_lease",
      "troupe_ACTORS",
      "troupe_EPOCHS",
      "troupe_DELAYED",
      "KV_troupe_revoked",
      "KV_troupe_paused",
    ]);
    expect(names.queueConsumer("mail.out")).toBe("q-mail=2Eout-0");
    expect(names.queueConsumer("mail.out", 9)).toBe("q-mail=2Eout-9");
    expect(names.priorityOfConsumer("q-mail=2Eout-9", "mail.out")).toBe(9);
    expect(names.priorityOfConsumer("q-mail=2Eout-9", "mail")).toBeNull();
    expect(names.priorityOfConsumer("q-mail-9-0", "mail")).toBeNull();
    expect(names.prioritySubject("mail.out")).toBe("troupe.priority.mail=2Eout");
    expect(new Names("a.b").tasks).toBe("a=2Eb_TASKS");
  });

  it("addresses tasks", () => {
    expect(names.taskSubject("mail", null)).toBe("troupe.task.mail.0.-");
    expect(names.taskSubject("mail.out", "id.1-0")).toBe("troupe.task.mail=2Eout.0.id=2E1-0");
    expect(names.queueFilter("mail.out")).toBe("troupe.task.mail=2Eout.0.*");
    expect(names.taskSubject("mail", null, 7)).toBe("troupe.task.mail.7.-");
    expect(names.queueFilter("mail", 7)).toBe("troupe.task.mail.7.*");
    expect(names.allTasks()).toBe("troupe.task.>");
    expect(names.messageId("mail.out", "id-0")).toBe("mail=2Eout.id-0");
  });

  it("tells exclusive subjects from shared ones", () => {
    expect(hasOwnSubject(names.taskSubject("q", "-"))).toBe(false); // no key of a task is a mere hyphen
    expect(hasOwnSubject(names.taskSubject("q", null))).toBe(false);
    expect(hasOwnSubject(names.taskSubject("q", "x-"))).toBe(true);
    expect(hasOwnSubject(names.taskSubject("q", "x-0"))).toBe(true);
  });

  it("puts queues with a stream of their own elsewhere", () => {
    const own = new Names("troupe", new Set(["mail.out"]));
    expect(own.taskSubject("mail.out", null, 7)).toBe("troupe.own.mail=2Eout.7.-");
    expect(own.queueFilter("mail.out")).toBe("troupe.own.mail=2Eout.0.*");
    expect(own.ownTasks("mail.out")).toBe("troupe.own.mail=2Eout.>");
    expect(own.ownTasks(null)).toBe("troupe.own.>");
    expect(own.sharedTasksOf("mail.out")).toBe("troupe.task.mail=2Eout.>");
    expect(own.streamOf("mail.out")).toBe("troupe_TASKS_mail=2Eout");
    expect(own.queueOfStream("troupe_TASKS_mail=2Eout")).toBe("mail.out");
    for (const other of ["troupe_TASKS", "troupe_TASKS_", "other_TASKS_q"]) expect(own.queueOfStream(other)).toBeNull();
    expect([own.streamOf("mail"), own.taskSubject("mail", null)]).toEqual(["troupe_TASKS", "troupe.task.mail.0.-"]);
    expect(own.taskAddress("troupe.own.mail=2Eout.7.a-1", null)).toEqual({
      id: "a",
      gen: 1,
      priority: 7,
      exclusiveSubject: "troupe.own.mail=2Eout.7.a-1",
    });
    expect(own.serverMark("S", "mail.out")).toBe("troupe.state.~server-S~mail=2Eout");
    expect(own.topicSubject(["own", "q"])).toBe("troupe.~own.q");
  });

  it("reads the addresses of tasks", () => {
    const shared = names.taskSubject("mail.out", null);
    expect(names.taskAddress(shared, names.messageId("mail.out", "a.b-12"))).toEqual({
      id: "a.b",
      gen: 12,
      priority: 0,
      exclusiveSubject: "troupe.task.mail=2Eout.0.a=2Eb-12",
    });
    const exclusive = names.taskSubject("q", "a-b-3");
    expect(names.taskAddress(exclusive, null)).toEqual({ id: "a-b", gen: 3, priority: 0, exclusiveSubject: exclusive });
    expect(names.taskAddress(shared, null)).toBeNull();
    expect(names.taskAddress("troupe.task.q.0.nonsense", null)).toBeNull();
    expect(names.taskAddress("other.task.q.0.a-0", null)).toBeNull();
  });

  it("addresses records", () => {
    expect(names.recordSubject({ kind: "result", id: "a.b" })).toBe("troupe.result.a=2Eb");
    expect(names.recordSubject({ kind: "state", id: "x" })).toBe("troupe.state.x");
    expect(names.recordSubject({ kind: "decision", id: "x", gen: 2 })).toBe("troupe.decision.x.2");
    expect(names.recordSubject({ kind: "claim", id: "x", gen: 0 })).toBe("troupe.claim.x.0");
    expect(names.recordSubject({ kind: "group", id: "x", gen: 3 })).toBe("troupe.group.x.3");
    expect(names.recordSubject({ kind: "unique", id: "x", gen: 0 })).toBe("troupe.unique.x.0");
    expect(names.allRecords()).toEqual([
      "troupe.result.*",
      "troupe.decision.*.*",
      "troupe.claim.*.*",
      "troupe.state.*",
      "troupe.group.*.*",
      "troupe.unique.*.*",
    ]);
    expect(names.serverMark("NABC")).toBe("troupe.state.~server-NABC");
  });

  it("tells the queues of consumers and subjects", () => {
    expect(names.queueOfConsumer(names.queueConsumer("mail.out", 9))).toBe("mail.out");
    expect(names.queueOfConsumer(names.queueConsumer("q-1-0"))).toBe("q-1-0");
    expect(names.queueOfConsumer("d-1")).toBeNull();
    expect(names.sharedTasks()).toBe("troupe.task.*.*.-");
    expect(names.queueOfSubject(names.taskSubject("mail.out", null, 3))).toBe("mail.out");
  });

  it("addresses paused queues", () => {
    expect(names.pauseSubject("mail.out")).toBe("$KV.troupe_paused.mail=2Eout");
    expect(names.pausedQueue(names.pauseSubject("mail.out"))).toBe("mail.out");
    expect(names.allPauses()).toBe("$KV.troupe_paused.*");
  });

  it("addresses revocations", () => {
    const key = { kind: "task", id: "a.b" } as const;
    expect(names.revokedSubject(key)).toBe("$KV.troupe_revoked.task.a=2Eb");
    expect(names.revocationKey(names.revokedSubject(key))).toEqual(key);
    expect(names.revocationKey("$KV.troupe_revoked.future.a")).toBeNull();
    expect(names.revokedFilter("stamps")).toBe("$KV.troupe_revoked.stamps.*");
    expect(names.revokedFilter(null)).toBe("$KV.troupe_revoked.*.*");
    expect(names.watchConsumer("u-1")).toBe("w-u-1");
  });

  it("addresses dead letters, leases and topics", () => {
    expect(names.deadSubject("q")).toBe("troupe.dead.q");
    expect(names.deadQueue("troupe.dead.q")).toBe("q");
    expect(names.deadQueue(names.deadSubject("a.b c"))).toBe("a.b c");
    for (const foreign of ["troupe.dead", "troupe.task.q", "troupe.dead.q.x"])
      expect(names.deadQueue(foreign)).toBeNull();
    expect(names.leaseSubject("shard.1")).toBe("$KV.troupe_lease.shard=2E1");
    expect(names.clockSubject("abc")).toBe("$KV.troupe_lease.~clock-abc");
    expect(names.topicSubject(["control", "node", "w1@host"])).toBe("troupe.control.node.w1=40host");
    expect(names.topicSubject(["result", "x"])).toBe("troupe.~result.x"); // never stored
  });

  it("addresses events", () => {
    expect(names.events).toBe("troupe_EVENTS");
    expect(names.eventSubject({ group: "task", name: "failed" })).toBe("troupe.event.task.failed");
    expect(names.eventSubject({ group: "a.b", name: ">" })).toBe("troupe.event.a=2Eb.=3E");
    expect(names.eventFilter({ group: "task", name: null })).toBe("troupe.event.task.*");
    expect(names.eventFilter({ group: null, name: "failed" })).toBe("troupe.event.*.failed");
    expect(names.allEvents()).toBe("troupe.event.*.*");
    expect(names.eventConsumer("billing")).toBe("e-billing");
    expect(names.topicSubject(["event", "task", "failed"])).toBe("troupe.~event.task.failed");
  });

  it("addresses messages of actors", () => {
    const actor = { shard: 11, id: "a.b" };
    for (const kind of ["plan", "seal", "add", "c"] as const) {
      const subject = `troupe.actor.11.chord.a=2Eb.${kind}`;
      expect(names.mailSubject(actor, kind)).toBe(subject);
      expect(names.mailAddress(subject)).toEqual({ actor, kind });
    }
    expect(names.mailAddress("troupe.actor.11.other.a.plan")).toBeNull();
    expect(names.mailAddress("troupe.actor.11.chord.a.other")).toBeNull();
    expect(names.mailAddress("troupe.actor.11.chord.plan")).toBeNull();
    expect(names.allMail()).toBe("troupe.actor.>");
    for (const shard of [-1, 256, 0.5, Number.NaN]) {
      expect(() => names.mailSubject({ shard, id: "a" }, "c")).toThrow(
        expect.objectContaining({ code: "TROUPE_BROKER_REFUSED", message: expect.stringMatching(/from 0 to 255/) }),
      );
    }
  });

  it("names what belongs to a shard", () => {
    expect(names.shardFilter(3)).toBe("troupe.actor.3.>");
    expect(names.shardConsumer(3, 12)).toBe("s3-e12");
    expect(names.epochOfConsumer("s3-e12", 3)).toBe(12);
    for (const name of ["s30-e12", "s3-e12x", "q-s3-e1-0", "s3-e"]) expect(names.epochOfConsumer(name, 3)).toBeNull();
    expect(names.epochSubject(3, 12)).toBe("troupe.epoch.3.12");
    expect(names.epochFilter(3)).toBe("troupe.epoch.3.*");
    expect(names.allEpochs()).toBe("troupe.epoch.*.*");
  });

  it("addresses delayed tasks", () => {
    expect(names.delaySubject(170_000_000, "a.b-0")).toBe("troupe.delay.170000000.a=2Eb-0");
    expect(names.delayedKey("a.b-0")).toBe("troupe.delay.*.a=2Eb-0");
    expect(names.bucketFilter(170_000_000)).toBe("troupe.delay.170000000.*");
    expect(names.allDelayed()).toBe("troupe.delay.*.*");
    expect(names.delayAddress("troupe.delay.170000000.a=2Eb-0")).toEqual({ bucket: 170_000_000, key: "a.b-0" });
    for (const subject of ["troupe.delay.170000000", "troupe.delay.x.a-0", "troupe.delay.-1.a-0", ""]) {
      expect(names.delayAddress(subject)).toBeNull();
    }
    expect(names.bucketConsumer(170_000_000)).toBe("d-170000000");
    expect(names.bucketOfConsumer("d-170000000")).toBe(170_000_000);
    for (const name of ["d-", "d-x", "q-1-0", "dd170000000"]) expect(names.bucketOfConsumer(name)).toBeNull();
  });

  it("names headers", () => {
    expect(HEADER).toEqual({
      contentType: "Content-Type",
      detail: "Troupe-Detail",
      due: "Troupe-Due",
      error: "Troupe-Error",
      expectedLastSubjectSequence: "Nats-Expected-Last-Subject-Sequence",
      expectedStream: "Nats-Expected-Stream",
      messageId: "Nats-Msg-Id",
      priority: "Troupe-Priority",
      queue: "Troupe-Queue",
      reason: "Troupe-Reason",
      repeat: "Troupe-Repeat",
      stack: "Troupe-Stack",
    });
  });
});
