import { expect, it } from "vitest";
import { chainOf } from "../../src/canvas/chain.ts";
import { chordOf } from "../../src/canvas/chord.ts";
import { groupOf } from "../../src/canvas/group.ts";
import { LazyMembers, materialise } from "../../src/canvas/lazy-members.ts";
import { withLink } from "../../src/canvas/link.ts";
import type { SignatureData } from "../../src/canvas/signature-data.ts";
import { InvalidCanvasError } from "../../src/model/errors.ts";
import { s } from "../support/canvas-data.ts";
import { form } from "../support/forms.ts";

async function* later(...members: readonly SignatureData[]): AsyncGenerator<SignatureData> {
  yield* members;
}

const renamed = (member: SignatureData, index: number): SignatureData => ({
  ...member,
  task: `${member.task}${index}`,
});

it("changes members as they are produced, one after the other", async () => {
  const produced: string[] = [];
  const source = {
    *[Symbol.iterator]() {
      for (const name of ["a", "b"]) {
        produced.push(name);
        yield s(name);
      }
    },
  };
  const members = new LazyMembers(source).map(renamed).map(renamed);
  const reader = members[Symbol.asyncIterator]();
  expect(produced).toEqual([]);
  expect((await reader.next()).value).toEqual(s("a00"));
  expect(produced).toEqual(["a"]);
  expect(members.list().map(({ task }) => task)).toEqual(["a00", "b11"]);
});

it("awaits asynchronous ones, and cannot list them", async () => {
  const members = new LazyMembers(later(s("a"), s("b"))).map(renamed);
  expect([members.isAsync, new LazyMembers([]).isAsync]).toEqual([true, false]);
  expect(() => members.list()).toThrow(InvalidCanvasError);
  expect(() => materialise(chainOf([s("a"), groupOf(members)]))).toThrow("collect its members in an array");
  const names: string[] = [];
  for await (const { task } of members) names.push(task);
  expect(names).toEqual(["a0", "b1"]);
});

it("is listed wherever it is: in groups, headers, bodies, chains and links", () => {
  const lazy = (...names: readonly string[]): SignatureData => groupOf(new LazyMembers(names.map((name) => s(name))));
  const whole = chainOf([s("a"), lazy("b"), groupOf([lazy("c"), s("d")]), chordOf(lazy("e"), lazy("f"))]);
  const data = materialise(withLink(whole, lazy("g")));
  expect(form(data)).toBe("C[a, CH(b; G[G[c], d]), CH(e; G[f])]");
  expect(JSON.parse(JSON.stringify(data))).toEqual(data);
  expect(JSON.stringify(data)).toContain('"link":[{"task":"troupe.group"');
});

it("leaves what is not lazy as it is", () => {
  const data = withLink(chainOf([s("a"), groupOf([s("b"), s("c")]), chordOf([s("d")], null)]), s("e"));
  expect(materialise(data)).toEqual(data);
});
