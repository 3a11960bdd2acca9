import { expect, it } from "vitest";
import { AwaitedMembers, ProducedMembers } from "../../src/canvas/produced-members.ts";
import { InvalidCanvasError } from "../../src/model/errors.ts";
import { s } from "../support/canvas-data.ts";

const members = ["a", "b", "c"].map((name) => s(name));

function* produced(log: string[], ...given: readonly unknown[]): Generator {
  try {
    yield* given;
  } finally {
    log.push("closed");
  }
}

async function* awaited(log: string[], ...given: readonly unknown[]): AsyncGenerator {
  yield* produced(log, ...given);
}

const kinds = {
  "an iterable": (log: string[], ...given: readonly unknown[]) => new ProducedMembers(produced(log, ...given)),
  "an async iterable": (log: string[], ...given: readonly unknown[]) => new AwaitedMembers(awaited(log, ...given)),
};

/** Reads up to the member of this name. */
async function read(from: ProducedMembers | AwaitedMembers, last: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { task } of from) {
    names.push(task);
    if (task === last) break;
  }
  return names;
}

it.each(Object.entries(kinds))("from %s that is read to its end can be read again", async (_, from) => {
  const log: string[] = [];
  const all = from(log, ...members);
  expect([await read(all, ""), log]).toEqual([["a", "b", "c"], ["closed"]]);
  expect([await read(all, "b"), await read(all, "")]).toEqual([
    ["a", "b"],
    ["a", "b", "c"],
  ]);
});

it.each(Object.entries(kinds))("from %s close it when they are not read to the end, and say so", async (_, from) => {
  const log: string[] = [];
  const all = from(log, ...members);
  expect([await read(all, "b"), log]).toEqual([["a", "b"], ["closed"]]);
  await expect(read(all, "")).rejects.toThrow(InvalidCanvasError);
  await expect(read(all, "")).rejects.toThrow("make the group anew");
});

it.each(Object.entries(kinds))("from %s close it when one is no signature, the first too", async (_, from) => {
  for (const given of [[5], [members[0], 5, members[1]]]) {
    const log: string[] = [];
    const all = from(log, ...given);
    await expect(read(all, "")).rejects.toThrow(TypeError);
    expect(log).toEqual(["closed"]);
  }
  const early: string[] = [];
  const late: string[] = [];
  expect(() => new ProducedMembers(produced(early, 5)).first).toThrow(TypeError);
  await expect(new AwaitedMembers(awaited(late, 5)).first()).rejects.toThrow(TypeError);
  expect([early, late]).toEqual([["closed"], ["closed"]]);
});

it("goes on where it was in what cannot be closed", async () => {
  const all = new ProducedMembers(new Set(members));
  expect([await read(all, "a"), await read(all, "")]).toEqual([["a"], ["a", "b", "c"]]);
});
