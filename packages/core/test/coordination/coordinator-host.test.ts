import { beforeEach, describe, expect, it } from "vitest";
import { createActor, fromTransition } from "xstate";
import { patientSender } from "../../src/client/flow-sender.ts";
import { encodeActorMessage } from "../../src/codec/actor-message-codec.ts";
import { serializerNamed } from "../../src/codec/serializer.ts";
import { decodeFinalRecord } from "../../src/codec/task-record-codec.ts";
import { flowEffects } from "../../src/coordination/chord-effects.ts";
import { CoordinatorHost, type CoordinatorPorts } from "../../src/coordination/coordinator-host.ts";
import type { ActorMessage } from "../../src/model/actor-message.ts";
import { BrokerUnreachableError } from "../../src/model/errors.ts";
import type { ManualClock } from "../../src/testing/manual-clock.ts";
import type { ConnectionChange, Transport } from "../../src/transport/transport.ts";
import { badEndOf, CHORD, endOf, MAX_AGE_MS, planOf, sealOf } from "../support/chord-scene.ts";
import { FakeMailboxes } from "../support/fake-mailboxes.ts";
import { type Line, rememberingLogger } from "../support/loggers.ts";
import { nextTurn } from "../support/outcomes.ts";
import { connectedMemory } from "../transport/memory/connected-memory.ts";

const LEASE_MS = 15_000;
const ROUND_MS = LEASE_MS / 3;

let transport: Transport;
let clock: ManualClock;
let lines: Line[] = [];
let listeners: ((change: ConnectionChange) => void)[] = [];

beforeEach(async () => {
  ({ transport, clock } = await connectedMemory({ leaseMs: LEASE_MS, shards: 4 }));
  lines = [];
  listeners = [];
  const onChange: Transport["onChange"] = (listener) => {
    listeners.push(listener);
    return () => {};
  };
  Object.assign(transport, { onChange });
});

function hostOf(holder: string, part: Partial<CoordinatorPorts> = {}): CoordinatorHost {
  return new CoordinatorHost({
    transport,
    clock,
    logger: rememberingLogger(lines),
    holder,
    effects: (host) => flowEffects(patientSender(host, holder)),
    maxAgeMs: MAX_AGE_MS,
    ...part,
  });
}

async function startedHost(holder: string): Promise<CoordinatorHost> {
  const host = hostOf(holder);
  await host.start();
  return host;
}

async function quiet(): Promise<void> {
  for (let turn = 0; turn < 30; turn++) await nextTurn();
}

// Time goes on in steps in which everybody can do what falls due.
async function later(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 1_000) {
    clock.advance(Math.min(left, 1_000));
    await quiet();
  }
}

async function send(...messages: readonly ActorMessage[]): Promise<void> {
  for (const message of messages) {
    const body = encodeActorMessage(message, serializerNamed("msgpack"));
    await transport.mailboxes.send({ actor: message.actor, kind: message.type, repeat: false, body });
  }
  await quiet();
}

async function resultOf(id: string): Promise<unknown> {
  const body = await transport.records.read({ kind: "result", id });
  return body && decodeFinalRecord(body);
}

const allOf = (...hosts: readonly CoordinatorHost[]): number[] =>
  hosts.flatMap(({ shards }) => shards).sort((a, b) => a - b);

describe("one host", () => {
  it("has all shards as soon as it is started, and coordinates", async () => {
    const host = await startedHost("a");
    expect(host.shards).toEqual([0, 1, 2, 3]);
    await send(planOf(), endOf(1, "b"), endOf(0, "a"), sealOf(2));
    expect(await resultOf("body")).toMatchObject({ state: "SUCCESS", value: ["a", "b"] });
    await host.stop();
  });

  it("finds what was there before it", async () => {
    await send(planOf(), endOf(1, "b"), endOf(0, "a"));
    const host = await startedHost("a");
    await quiet();
    expect(await resultOf("body")).toMatchObject({ state: "SUCCESS", value: ["a", "b"] });
    await host.stop();
  });

  it("tells the outer group how the inner one came out", async () => {
    const host = await startedHost("a");
    const outer = { shard: 0, id: "outer" };
    await send(planOf({ actor: outer, resultId: "outer-body" }), planOf({ memberOf: { actor: outer, member: 1 } }));
    await send(endOf(0, "x", outer), endOf(0, "a"), endOf(1, "b"));
    expect(await resultOf("outer-body")).toMatchObject({ state: "SUCCESS", value: ["x", ["a", "b"]] });
    await host.stop();
  });

  it("fails an outer chord whose inner one failed, with the inner body's id and all causes (Q11)", async () => {
    const host = await startedHost("a");
    const outer = { shard: 0, id: "outer" };
    await send(planOf({ actor: outer, resultId: "outer-body" }), planOf({ memberOf: { actor: outer, member: 1 } }));
    await send(endOf(0, "x", outer), badEndOf(0, { type: "ValueError", message: "no" }), endOf(1, "b"));
    expect(await resultOf("body")).toMatchObject({ state: "FAILURE", error: { type: "ChordError" } });
    expect(await resultOf("outer-body")).toMatchObject({
      state: "FAILURE",
      error: {
        message: "Dependency body raised ChordError: Dependency task-0 raised ValueError: no",
        cause: { type: "ChordError", cause: { type: "ValueError" } },
      },
    });
    await host.stop();
  });

  it("keeps its leases for as long as it runs", async () => {
    const host = await startedHost("a");
    await later(LEASE_MS * 4);
    expect(await transport.leases.hold("shard-2", "thief")).toBe(false);
    await host.stop();
  });

  it("has one timer when nothing is open, and none when it has stopped", async () => {
    const host = await startedHost("a");
    expect(clock.armed).toBe(1);
    await host.stop();
    expect(clock.armed).toBe(0);
  });

  it("gives up its shards and leases when it stops", async () => {
    const host = await startedHost("a");
    await host.stop();
    expect(host.shards).toEqual([]);
    expect(await transport.leases.hold("shard-2", "next")).toBe(true);
    await send(planOf({ size: 0 }));
    expect(await resultOf("body")).toBeNull();
  });

  it("shows its chords to an inspector", async () => {
    const seen: string[] = [];
    const inspected = createActor(
      fromTransition((state) => state, null),
      {
        inspect: ({ actorRef }) => {
          if ("id" in actorRef) seen.push(String(actorRef.id));
        },
      },
    ).start();
    const host = hostOf("a", { inspected });
    await host.start();
    await send(planOf());
    expect(seen).toContain("chord chord");
    await host.stop();
  });
});

describe("several hosts", () => {
  it("share the shards out evenly, without a pause in which nobody has them", async () => {
    const first = await startedHost("a");
    const second = await startedHost("b");
    await quiet();
    expect(allOf(first, second)).toEqual([0, 1, 2, 3]);
    expect(first.shards).toHaveLength(2);
    expect(second.shards).toHaveLength(2);
    const third = await startedHost("c");
    await quiet();
    expect(allOf(first, second, third)).toEqual([0, 1, 2, 3]);
    expect(Math.max(first.shards.length, second.shards.length, third.shards.length)).toBeLessThanOrEqual(2);
    await Promise.all([first.stop(), second.stop(), third.stop()]);
  });

  it("stay as they are when nobody comes or goes", async () => {
    const hosts = [await startedHost("a"), await startedHost("b")];
    await quiet();
    const before = hosts.map(({ shards }) => [...shards]);
    await later(LEASE_MS * 3);
    expect(hosts.map(({ shards }) => [...shards])).toEqual(before);
    expect(lines.filter(({ level }) => level === "warn" || level === "error")).toEqual([]);
    await Promise.all(hosts.map((host) => host.stop()));
  });

  it("take over at once from one that stops", async () => {
    const first = await startedHost("a");
    const second = await startedHost("b");
    await quiet();
    await send(planOf(), endOf(1, "b"));
    await (first.shards.includes(CHORD.shard) ? first : second).stop();
    await quiet();
    expect(allOf(first, second)).toEqual([0, 1, 2, 3]);
    await send(endOf(0, "a"));
    expect(await resultOf("body")).toMatchObject({ value: ["a", "b"] });
    await Promise.all([first.stop(), second.stop()]);
  });

  it("take over from one that is gone when its leases have ended", async () => {
    const first = await startedHost("a");
    // Another process had the shards, and died.
    for (const shard of [0, 1, 2, 3]) await transport.leases.release(`shard-${shard}`, "a");
    for (const shard of [0, 1, 2, 3]) await transport.leases.hold(`shard-${shard}`, "dead");
    await later(ROUND_MS);
    expect(first.shards).toEqual([]);
    await later(LEASE_MS + ROUND_MS);
    expect(first.shards).toEqual([0, 1, 2, 3]);
    await first.stop();
  });
});

describe("a shard that is lost", () => {
  let mailboxes: FakeMailboxes;

  beforeEach(() => {
    mailboxes = new FakeMailboxes(() => transport.now());
    Object.assign(transport, { mailboxes });
  });

  it("is taken again after a pause, with all that was open", async () => {
    const host = await startedHost("a");
    await send(planOf(), endOf(0, "a"));
    mailboxes.lose(CHORD.shard, "a gap");
    await quiet();
    expect(host.shards).toEqual([0, 1, 2]);
    expect(mailboxes.taken.get(CHORD.shard)).toBe(1);
    await later(1_000);
    expect(host.shards).toHaveLength(4);
    await send(endOf(1, "b"));
    expect(await resultOf("body")).toMatchObject({ value: ["a", "b"] });
    await host.stop();
  });

  it("is tried again when it cannot be taken, ever more seldom, and told once", async () => {
    const away = new BrokerUnreachableError("away");
    mailboxes.shards = 1;
    mailboxes.refusals.push(away, away, null, away);
    const host = await startedHost("a");
    expect(host.shards).toEqual([]);
    await later(14_000);
    expect(mailboxes.refusals).toHaveLength(0);
    expect(host.shards).toEqual([]);
    await later(2_000);
    expect(host.shards).toEqual([0]);
    expect(lines.filter(({ level }) => level === "warn")).toHaveLength(1);
    await host.stop();
  });

  it("is tried again at once when the connection is back", async () => {
    mailboxes.shards = 1;
    mailboxes.refusals.push(new BrokerUnreachableError("away"));
    const host = await startedHost("a");
    for (const listen of listeners) listen({ type: "connected", restarted: false });
    await quiet();
    expect(host.shards).toEqual([0]);
    expect(mailboxes.taken.get(0)).toBe(1);
    await host.stop();
  });

  it("is every one of them when the broker was restarted: each is taken again", async () => {
    const host = await startedHost("a");
    for (const listen of listeners) listen({ type: "connected", restarted: true });
    await quiet();
    await later(1_000);
    expect(host.shards).toEqual([0, 1, 2, 3]);
    expect([...mailboxes.taken.values()]).toEqual([2, 2, 2, 2]);
    await host.stop();
  });

  it("is given up when another process has its lease", async () => {
    const host = await startedHost("a");
    await transport.leases.release("shard-1", "a");
    await transport.leases.hold("shard-1", "other");
    await later(ROUND_MS);
    expect(host.shards).toEqual([0, 2, 3]);
    await host.stop();
  });

  it("is kept while its lease cannot be asked for", async () => {
    const host = await startedHost("a");
    const { leases } = transport;
    Object.assign(transport, {
      leases: { ...leases, leaseMs: LEASE_MS, hold: () => Promise.reject(new BrokerUnreachableError("away")) },
    });
    await later(LEASE_MS);
    expect(host.shards).toEqual([0, 1, 2, 3]);
    Object.assign(transport, { leases });
    await host.stop();
  });
});

describe("a stop", () => {
  it("leaves nothing behind of what was open: no timer, no owner", async () => {
    const mailboxes = new FakeMailboxes(() => transport.now());
    Object.assign(transport, { mailboxes });
    const host = await startedHost("a");
    await send(planOf());
    expect(clock.armed).toBe(2);
    await host.stop();
    expect(clock.armed).toBe(0);
    expect(mailboxes.owners.size).toBe(0);
    expect(mailboxes.kinds).toEqual(["plan"]);
  });

  it("waits for what comes to its end now, but not longer than it may", async () => {
    let finish = (): void => {};
    const waiting = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const host = hostOf("a", {
      effects: (of) => ({ ...flowEffects(patientSender(of, "a")), storeGathered: () => waiting }),
    });
    await host.start();
    await send(planOf({ size: 0 }));
    let isStopped = false;
    void host.stop(3_000).then(() => {
      isStopped = true;
    });
    await quiet();
    await later(2_000);
    expect(isStopped).toBe(false);
    await later(1_000);
    expect(isStopped).toBe(true);
    finish();
  });
});
