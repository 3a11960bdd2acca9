import { expect, it } from "vitest";
import { chainOf } from "../../src/canvas/chain.ts";
import { chordOf } from "../../src/canvas/chord.ts";
import { stepsOf } from "../../src/canvas/containers.ts";
import { chunksAsGroup, groupOf, skewed } from "../../src/canvas/group.ts";
import { LazyMembers, materialise } from "../../src/canvas/lazy-members.ts";
import { withLink, withLinkError, withOptions } from "../../src/canvas/link.ts";
import type { SignatureData } from "../../src/canvas/signature-data.ts";
import { chunksSignature } from "../../src/canvas/task-signature.ts";
import { InvalidArgumentError } from "../../src/model/errors.ts";
import { errback, s } from "../support/canvas-data.ts";
import { form, listOf } from "../support/forms.ts";

const countdowns = (group: SignatureData): unknown[] => listOf(group).map(({ options }) => options["countdown"]);
const times = (count: number, member: SignatureData): SignatureData[] => Array.from({ length: count }, () => member);

it("C061 one member makes a group of one; one group alone is that group", () => {
  expect(form(groupOf([s("a")]))).toBe("G[a]");
  expect(form(groupOf([groupOf([s("a"), s("b")])]))).toBe("G[a, b]");
  expect(form(groupOf([groupOf([s("a")]), s("b")]))).toBe("G[G[a], b]");
  expect(form(groupOf([]))).toBe("G[]");
});

it("does not look at members that are produced later", () => {
  const lazy = new LazyMembers({
    [Symbol.iterator]: () => {
      throw new Error("looked at");
    },
  });
  expect(() => withOptions(skewed(groupOf(lazy)), { queue: "slow" })).not.toThrow();
});

it("C039 skew counts up to stop, and repeats it", () => {
  const twelve = skewed(groupOf(times(12, s("a"))), { start: "1s", stop: "10s" });
  expect(countdowns(twelve)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10, 10].map((seconds) => seconds * 1_000));
  expect(countdowns(skewed(groupOf(times(4, s("a"))), { start: 500, step: 500 }))).toEqual([500, 1_000, 1_500, 2_000]);
  expect(countdowns(skewed(groupOf(times(3, s("a")))))).toEqual([1_000, 2_000, 3_000]);
});

it("skew delays what starts in a member, and members that are produced later", () => {
  const [first, second] = listOf(skewed(groupOf([chainOf([s("a"), s("b")]), chordOf([s("c")], s("d"))])));
  expect(first && stepsOf(first).map(({ options }) => options)).toEqual([{ countdown: 1_000 }, {}]);
  expect(second).toEqual(chordOf([{ ...s("c"), options: { countdown: 2_000 } }], s("d")));
  expect(countdowns(materialise(skewed(groupOf(new LazyMembers(times(2, s("a")))))))).toEqual([1_000, 2_000]);
});

it("skew takes durations only", () => {
  expect(() => skewed(groupOf([]), { start: -1 })).toThrow(InvalidArgumentError);
});

it("C037 C038 chunks are a group of starmaps, the last one may be shorter", () => {
  const chunks = chunksSignature(
    s("add"),
    [
      [0, 0],
      [1, 1],
      [2, 2],
      [3, 3],
    ],
    3,
  );
  const group = chunksAsGroup(chunks);
  expect(listOf(group).map(({ subtaskType, kwargs }) => [subtaskType, kwargs["it"]])).toEqual([
    [
      "starmap",
      [
        [0, 0],
        [1, 1],
        [2, 2],
      ],
    ],
    ["starmap", [[3, 3]]],
  ]);
  expect(listOf(group).every(({ immutable }) => immutable)).toBe(true);
  expect(listOf(chunksAsGroup(chunksSignature(s("add"), [], 3)))).toEqual([]);
  expect(countdowns(skewed(chunks))).toEqual([1_000, 2_000]);
});

it("options of chunks go where those of their group go", () => {
  const chunks = withOptions(
    chunksSignature(
      s("add"),
      [
        [1, 1],
        [2, 2],
      ],
      1,
    ),
    { queue: "slow", taskId: "G" },
  );
  const group = chunksAsGroup(withLinkError(withLink(chunks, s("L")), errback("E")));
  expect(group.options).toEqual({ taskId: "G", link: [s("L")] });
  for (const { options } of listOf(group)) expect(options).toEqual({ queue: "slow", linkError: [errback("E")] });
});
