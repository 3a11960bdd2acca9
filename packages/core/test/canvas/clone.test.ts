import { expect, it } from "vitest";
import { chainOf } from "../../src/canvas/chain.ts";
import { chordOf } from "../../src/canvas/chord.ts";
import { cloned } from "../../src/canvas/clone.ts";
import { stepsOf } from "../../src/canvas/containers.ts";
import { groupOf } from "../../src/canvas/group.ts";
import { withLink } from "../../src/canvas/link.ts";
import { errback, s, si } from "../support/canvas-data.ts";

it("C006 puts arguments in front and adds keywords; the original stays", () => {
  const original = s("add", 2);
  expect(cloned(original, { args: [4], kwargs: { debug: true } })).toEqual({
    ...s("add", 4, 2),
    kwargs: { debug: true },
  });
  expect(original).toEqual(s("add", 2));
  expect(cloned(si("add", 2), { args: [4] })).toEqual(si("add", 2));
});

it("C022 has callbacks and options of its own", () => {
  const a = withLink(s("a"), s("x"));
  const b = withLink(cloned(a, { options: { queue: "q" } }), s("y"));
  expect(a.options).toEqual({ link: [s("x")] });
  expect(b.options).toEqual({ link: [s("x"), s("y")], queue: "q" });
});

it("C088 C143 is equal without changes, with a body and without", () => {
  const canvases = [chainOf([s("a"), s("b")]), groupOf([s("a")]), chordOf([s("a")], s("b")), chordOf([s("a")], null)];
  for (const canvas of canvases) {
    expect(cloned(canvas)).toEqual(canvas);
    expect(cloned(canvas)).not.toBe(canvas);
  }
});

it("gives arguments and options of a canvas to its tasks, links to a group too", () => {
  const [first, second] = stepsOf(cloned(chainOf([s("a"), s("b")]), { args: [1], options: { taskId: "id" } }));
  expect([first, second]).toEqual([s("a", 1), { ...s("b"), options: { taskId: "id" } }]);
  expect(cloned(groupOf([s("a")]), { options: { link: [s("L")] } })).toEqual(withLink(groupOf([s("a")]), s("L")));
  expect(cloned(chordOf([s("a")], s("b")), { options: { linkError: [errback("E")], onHeader: true } })).toEqual(
    chordOf([{ ...s("a"), options: { linkError: [errback("E")] } }], {
      ...s("b"),
      options: { linkError: [errback("E")] },
    }),
  );
});
