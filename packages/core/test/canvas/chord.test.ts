import { expect, it } from "vitest";
import { chainOf } from "../../src/canvas/chain.ts";
import { chordOf } from "../../src/canvas/chord.ts";
import { bodyOf, headerOf } from "../../src/canvas/containers.ts";
import { groupOf } from "../../src/canvas/group.ts";
import { LazyMembers } from "../../src/canvas/lazy-members.ts";
import { withLink } from "../../src/canvas/link.ts";
import { pipe } from "../../src/canvas/pipe.ts";
import { chunks, s } from "../support/canvas-data.ts";
import { form, listOf } from "../support/forms.ts";

const [a, b, t] = [s("a"), s("b"), s("t")];

it("takes a list, a group, or one signature as header; a chain is one member (Q30)", () => {
  expect(form(chordOf([a, b], t))).toBe("CH(a, b; t)");
  expect(form(chordOf(groupOf([a, b]), t))).toBe("CH(a, b; t)");
  expect(form(chordOf([groupOf([a, b])], t))).toBe("CH(a, b; t)");
  expect(form(chordOf(a, t))).toBe("CH(a; t)");
  expect(form(chordOf(chainOf([a, b]), t))).toBe("CH(C[a, b]; t)");
  expect(form(chordOf([chainOf([a, b])], t))).toBe("CH(C[a, b]; t)");
  expect(form(chordOf(chunks("k", [[1], [2]], 1), t))).toBe("CH(troupe.starmap, troupe.starmap; t)");
  expect(form(chordOf([], t))).toBe("CH(; t)");
});

it("has the shape of plain data: a list and a body", () => {
  expect(chordOf(groupOf([a, b]), t).kwargs).toEqual({ header: [a, b], body: t });
  expect(chordOf([a], null).kwargs).toEqual({ header: [a] });
  expect(bodyOf(chordOf([a], null))).toBeNull();
});

it("keeps the links of a group that becomes its header", () => {
  const chord = pipe(withLink(groupOf([a, b]), s("L")), t);
  expect(headerOf(chord).options).toEqual({ link: [s("L")] });
  expect(listOf(headerOf(chord))).toEqual([a, b]);
});

it("does not look at a header that is produced later", () => {
  const lazy = new LazyMembers([a]);
  expect(chordOf(lazy, t).kwargs["header"]).toBe(lazy);
  expect(chordOf(groupOf(lazy), t).kwargs["header"]).toBe(lazy);
});
