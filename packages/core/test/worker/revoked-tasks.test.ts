// What one worker knows of what is revoked, without a broker.

import { expect, it } from "vitest";
import { encodeRevocation } from "../../src/codec/revocation-codec.ts";
import { BrokerTimeoutError } from "../../src/model/errors.ts";
import type { Revocation, StampConditions } from "../../src/model/revocation.ts";
import type { CanvasPart } from "../../src/model/task-message.ts";
import { eventually } from "../../src/testing/test-probe.ts";
import { RevokedTasks } from "../../src/worker/revoked-tasks.ts";
import { StubHost } from "../support/hosts.ts";
import { messageOf } from "../support/messages.ts";
import { nextTurn } from "../support/outcomes.ts";

const MINUTE = 60_000;
const PLAIN: Revocation = { terminate: false, reason: null, stamps: null };

class Scene {
  readonly host = new StubHost();
  readonly heard: (readonly [string | null, Revocation])[] = [];
  readonly revoked: RevokedTasks;

  constructor(maxKept = 3) {
    this.revoked = new RevokedTasks(this.host, (...revocation) => this.heard.push(revocation), maxKept);
  }

  static async open(maxKept?: number): Promise<Scene> {
    const scene = new Scene(maxKept);
    await scene.revoked.start();
    scene.calls.length = 0;
    return scene;
  }

  get calls(): string[] {
    return this.host.transport.calls;
  }

  async revoke(...ids: readonly string[]): Promise<void> {
    for (const id of ids) await this.host.transport.revocations.put({ kind: "task", id }, encodeRevocation(PLAIN));
    this.calls.length = 0;
  }

  async revokeStamped(stamps: StampConditions, id = "s"): Promise<void> {
    const body = encodeRevocation({ ...PLAIN, stamps });
    await this.host.transport.revocations.put({ kind: "stamps", id }, body);
    this.calls.length = 0;
  }

  of(id: string, stamps?: Readonly<Record<string, unknown>>): Revocation | null | Promise<Revocation | null> {
    return this.revoked.of(messageOf({ id, canvas: stamps ? canvasWith(stamps) : null }));
  }
}

function canvasWith(stamps: Readonly<Record<string, unknown>>): CanvasPart {
  return { chain: [], link: [], linkError: [], memberOf: null, group: null, each: "once", nesting: 0, stamps };
}

it("answers at once and asks nobody while nothing is revoked", async () => {
  const scene = await Scene.open();
  expect(scene.of("a", { customer: "c-1" })).toBeNull();
  expect(scene.calls).toEqual([]);
});

it("knows what was revoked before it began, and what is revoked since", async () => {
  const scene = new Scene();
  await scene.revoke("a");
  await scene.revoked.start();
  await scene.revoke("b");
  expect([scene.of("a"), scene.of("b"), scene.of("c")]).toEqual([PLAIN, PLAIN, null]);
  expect(scene.heard.map(([id]) => id)).toEqual(["a", "b"]);
  expect(scene.revoked.list(10)).toEqual(["a", "b"]);
});

it("knows tasks by their stamps", async () => {
  const scene = await Scene.open();
  await scene.revokeStamped({ customer: ["c-1", "c-2"] });
  expect(scene.of("a", { customer: "c-2" })).toMatchObject({ stamps: { customer: ["c-1", "c-2"] } });
  expect([scene.of("a", { customer: "c-3" }), scene.of("a")]).toEqual([null, null]);
  expect(scene.heard).toMatchObject([[null, { stamps: { customer: ["c-1", "c-2"] } }]]);
  expect(scene.revoked.list(10)).toEqual(["customer=c-1|c-2"]);
});

it("forgets what has ended", async () => {
  const scene = await Scene.open();
  await scene.revoke("a");
  await scene.revokeStamped({ customer: ["c-1"] });
  scene.host.transport.time += scene.host.transport.revokeExpiresMs;
  expect([scene.of("a"), scene.of("b", { customer: "c-1" })]).toEqual([null, null]);
  expect(scene.revoked.list(10)).toEqual([]);
});

it("asks the broker about each task while something may have been missed", async () => {
  const scene = await Scene.open();
  await scene.revoke("a");
  const { transport } = scene.host;
  transport.watchIsCurrent = false;
  transport.watchers.clear();
  await scene.revoke("b");
  await scene.revokeStamped({ customer: ["c-1"] });
  expect(scene.of("a")).toEqual(PLAIN);
  transport.answer("findRevoked", new BrokerTimeoutError("late"));
  const asked = scene.of("b");
  await nextTurn();
  scene.host.clock.advance(MINUTE);
  expect(await asked).toEqual(PLAIN);
  expect(await scene.of("c", { customer: "c-1" })).toMatchObject({ stamps: { customer: ["c-1"] } });
  expect(await scene.of("d", { customer: "c-2" })).toBeNull();
  transport.watchIsCurrent = true;
  expect(scene.of("d")).toBeNull();
});

it("looks tasks up where more are revoked than it may keep, and keeps them again when fewer are", async () => {
  const scene = await Scene.open();
  await scene.revoke("a", "b", "c");
  expect(scene.of("x")).toBeNull();
  await scene.revoke("d");
  expect(scene.revoked.list(10)).toEqual([]);
  expect(await Promise.all(["a", "d", "x"].map(async (id) => scene.of(id)))).toEqual([PLAIN, PLAIN, null]);
  await scene.revoke("e");
  expect(scene.heard.map(([id]) => id)).toEqual(["a", "b", "c", "d", "e"]);
  scene.host.clock.advance(MINUTE);
  await nextTurn();
  expect(scene.calls).toEqual(["countRevoked"]);
  for (const id of ["a", "b"]) scene.host.transport.revoked.delete(`task ${id}`);
  scene.host.clock.advance(MINUTE);
  await eventually("they are kept again", () => scene.revoked.list(10).length === 3);
  expect([scene.of("a"), scene.of("c")]).toEqual([null, PLAIN]);
  expect(scene.host.transport.watchers.size).toBe(1);
});

it("begins by looking up where too many are revoked already, and knows all stamps", async () => {
  const scene = new Scene(1);
  await scene.revoke("a", "b");
  await scene.revokeStamped({ customer: ["c-1"] });
  await scene.revoked.start();
  expect(scene.calls).toEqual(["countRevoked", "watch now"]);
  expect(await scene.of("b")).toEqual(PLAIN);
  expect(scene.of("x", { customer: "c-1" })).toMatchObject({ stamps: { customer: ["c-1"] } });
});

it("goes on counting when the broker does not answer", async () => {
  const scene = await Scene.open(0);
  await scene.revoke("a");
  scene.host.transport.answer("countRevoked", new BrokerTimeoutError("late"));
  scene.host.clock.advance(MINUTE);
  await eventually("the warning", () => scene.host.lines.some(({ level }) => level === "warn"));
  expect(scene.host.clock.armed).toBe(1);
});

it("ignores what it cannot read, with a warning", async () => {
  const scene = await Scene.open();
  await scene.host.transport.revocations.put({ kind: "task", id: "a" }, Buffer.from("garbage"));
  expect(scene.of("a")).toBeNull();
  expect(scene.host.lines.map(({ level }) => level)).toEqual(["warn"]);
});

it("hears nothing more when it is stopped", async () => {
  const scene = await Scene.open(0);
  await scene.revoke("a");
  scene.revoked.stop();
  await scene.revoke("b");
  expect(scene.heard.map(([id]) => id)).toEqual(["a"]);
  expect([scene.host.clock.armed, scene.host.transport.watchers.size]).toEqual([0, 0]);
});
