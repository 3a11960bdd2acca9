// Groups that are saved here and restored elsewhere.

import { expect, it } from "vitest";
import { type AnyResult, AsyncResult, GroupResult } from "../../src/client/async-result.ts";
import { restoreGroup } from "../../src/client/restore-group.ts";
import { serializerNamed } from "../../src/codec/serializer.ts";
import { ResultScene } from "../support/result-scene.ts";

const MSGPACK = serializerNamed("msgpack");

it("restores an empty group (C247)", async () => {
  const scene = await ResultScene.open();
  await scene.group("g", []).save();
  const restored = await restoreGroup("g", scene.ports);
  expect(restored).toBeInstanceOf(GroupResult);
  expect(restored?.results).toEqual([]);
});

it("gives null for an id that nobody saved", async () => {
  const scene = await ResultScene.open();
  expect(await restoreGroup("g", scene.ports)).toBeNull();
});

it("restores members, nested groups, parents, and what follows", async () => {
  const scene = await ResultScene.open();
  const inner = scene.group("inner", [scene.task("x"), scene.task("y", scene.task("before-y"))], scene.task("b"));
  const members: AnyResult[] = [scene.task("a"), inner];
  const group = new GroupResult("g", members, scene.ports, { parent: scene.task("p"), next: "body" });
  await group.save();
  const restored = await restoreGroup("g", scene.ports);
  expect(restored?.equals(group)).toBe(true);
  expect(restored?.asTuple()).toEqual(group.asTuple());
  const graph = await restored?.graph({ intermediate: true });
  expect([...(graph ?? [])].map(({ id }) => id)).toEqual(["g", "a", "b", "body", "inner", "x", "before-y", "y"]);
});

it("restores handles that wait for results of tasks called elsewhere", async () => {
  const scene = await ResultScene.open();
  scene.store({ id: "a", value: 1 });
  scene.store({ id: "b", value: 2 });
  await scene.group("g", [scene.task("a"), scene.task("b")]).save();
  expect(await (await restoreGroup<[number, number]>("g", scene.ports))?.get()).toEqual([1, 2]);
});

it("is saved again under the same id", async () => {
  const scene = await ResultScene.open();
  await scene.group("g", [scene.task("a")]).save();
  await scene.group("g", [scene.task("b")]).save();
  expect((await restoreGroup("g", scene.ports))?.asTuple()[1]).toEqual([[["b", null], null]]);
});

it("stores 100,000 members in parts that the broker takes, the first part last", async () => {
  const scene = await ResultScene.open();
  const ids = Array.from({ length: 100_000 }, (_, i) => `3fa85f64-5717-4562-b3fc-${String(i).padStart(12, "0")}`);
  const members = ids.map((id) => new AsyncResult(id, scene.ports));
  await scene.group("g", members).save();
  const bodies = [...scene.transport.stored.values()];
  expect(bodies.length).toBeGreaterThan(3);
  expect(Math.max(...bodies.map(({ length }) => length))).toBeLessThanOrEqual(scene.transport.maxMessageBytes);
  expect(scene.transport.callsOf("replace").at(-1)).toBe("replace group g 0");
  const restored = await restoreGroup("g", scene.ports);
  expect([...(restored ?? [])].map(({ id }) => id)).toEqual(ids);
});

it("is unknown when one of its parts is gone", async () => {
  const scene = await ResultScene.open();
  scene.transport.maxMessageBytes = 200;
  await scene
    .group(
      "g",
      ["a".repeat(100), "b".repeat(100)].map((id) => scene.task(id)),
    )
    .save();
  scene.transport.stored.delete("group g 1");
  expect(await restoreGroup("g", scene.ports)).toBeNull();
});

it("is refused when it is too large for a thousand parts", async () => {
  const scene = await ResultScene.open();
  scene.transport.maxMessageBytes = 65;
  const members = Array.from({ length: 40 }, (_, i) => scene.task(`${i}`.padStart(60, "t")));
  await expect(scene.group("g", members).save()).rejects.toMatchObject({ code: "TROUPE_PAYLOAD_TOO_LARGE" });
});

it("restores a member with 500 steps before it", async () => {
  const scene = await ResultScene.open();
  const chain = Array.from({ length: 500 }).reduce<AnyResult | null>(
    (parent, _, i) => scene.task(`t${i}`, parent),
    null,
  );
  if (!chain) throw new Error("no chain");
  await scene.group("g", [chain]).save();
  expect([...((await restoreGroup("g", scene.ports)) ?? [])][0]?.asList()).toHaveLength(500);
});

it.each([
  ["no bytes", { v: 1, parts: 1 }],
  ["bytes that are no group", { v: 1, parts: 1, bytes: MSGPACK.encode({ v: 1, group: { group: "g", members: [7] } }) }],
  ["a task", { v: 1, parts: 1, bytes: MSGPACK.encode({ v: 1, group: "task-1" }) }],
  [
    "an id that is not allowed",
    { v: 1, parts: 1, bytes: MSGPACK.encode({ v: 1, group: { group: "*", members: [] } }) },
  ],
  ["too many parts", { v: 1, parts: 1e9, bytes: new Uint8Array() }],
])("refuses a stored group of %s", async (_what, wire) => {
  const scene = await ResultScene.open();
  scene.transport.stored.set("group g 0", MSGPACK.encode(wire));
  await expect(restoreGroup("g", scene.ports)).rejects.toMatchObject({ code: "TROUPE_INVALID_MESSAGE" });
});
