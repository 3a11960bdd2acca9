// The list keeps its order whatever is removed.

import { expect, it } from "vitest";
import { type Linked, LinkedList } from "../../../src/transport/memory/linked-list.ts";

interface Entry extends Linked<Entry> {
  readonly name: string;
}

const entryOf = (name: string): Entry => ({ name, previous: null, next: null });

function namesIn(list: LinkedList<Entry>): string[] {
  const names: string[] = [];
  for (let entry = list.first; entry !== null; entry = entry.next) names.push(entry.name);
  return names;
}

it("keeps entries in the order in which they were appended", () => {
  const list = new LinkedList<Entry>();
  expect([list.first, list.last, list.size]).toEqual([null, null, 0]);
  for (const name of ["a", "b", "c"]) list.append(entryOf(name));
  expect(namesIn(list)).toEqual(["a", "b", "c"]);
  expect([list.first?.name, list.last?.name, list.size]).toEqual(["a", "c", 3]);
});

it.each([
  ["first", 0, ["b", "c"]],
  ["middle", 1, ["a", "c"]],
  ["last", 2, ["a", "b"]],
])("removes the %s entry", (_, index, rest) => {
  const list = new LinkedList<Entry>();
  const entries = ["a", "b", "c"].map(entryOf);
  for (const entry of entries) list.append(entry);
  const removed = entries[index] ?? entryOf("none");
  list.remove(removed);
  expect(namesIn(list)).toEqual(rest);
  expect(list.last?.name).toBe(rest.at(-1));
  expect(removed).toMatchObject({ previous: null, next: null });
  list.append(removed);
  expect(namesIn(list)).toEqual([...rest, removed.name]);
});

it("is empty when its only entry was removed", () => {
  const list = new LinkedList<Entry>();
  const entry = entryOf("a");
  list.append(entry);
  list.remove(entry);
  expect([list.first, list.last, list.size]).toEqual([null, null, 0]);
});
