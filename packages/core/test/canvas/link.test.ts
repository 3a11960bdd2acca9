import { expect, it } from "vitest";
import { chainOf } from "../../src/canvas/chain.ts";
import { chordOf } from "../../src/canvas/chord.ts";
import { bodyOf, headerOf, stepsOf } from "../../src/canvas/containers.ts";
import { groupOf } from "../../src/canvas/group.ts";
import { flattenLinks, withLink, withLinkError, withOptions } from "../../src/canvas/link.ts";
import type { SignatureData } from "../../src/canvas/signature-data.ts";
import { InvalidCanvasError } from "../../src/model/errors.ts";
import { errback, map, s, si } from "../support/canvas-data.ts";
import { listOf } from "../support/forms.ts";

const [a, b, c] = [s("a"), s("b"), s("c")];
const [L, E] = [s("L"), errback("E")];
const linkErrors = (parts: readonly SignatureData[]): unknown[] => parts.map(({ options }) => options.linkError);

it("C012 C018 links to a task, the same once", () => {
  expect(withLink(withLink(a, L), s("L")).options).toEqual({ link: [L] });
  expect(withLinkError(withLinkError(a, E), errback("E")).options).toEqual({ linkError: [E] });
  expect(withLink(withLink(a, L), { ...L, immutable: true }).options.link).toHaveLength(2);
  expect(a.options).toEqual({});
});

it("C069 a callback of a group stays with the group, for it comes after all members (Q22)", () => {
  const group = withLink(groupOf([a, b]), L);
  expect(group.options).toEqual({ link: [L] });
  expect(listOf(group)).toEqual([a, b]);
});

it("C102 C149 a callback goes to the exit of a chain (Q27)", () => {
  expect(stepsOf(withLink(chainOf([a, groupOf([b, c])]), L)).at(-1)?.options).toEqual({ link: [L] });
  const [, chord] = stepsOf(withLink(chainOf([a, groupOf([b, c]), s("sum")]), L));
  expect(chord && bodyOf(chord)?.options).toEqual({ link: [L] });
  expect(() => withLink(chainOf([]), L)).toThrow(InvalidCanvasError);
});

it("C141 both go to the body of a chord, neither to the chord or its header", () => {
  const chord = withLinkError(withLink(chordOf([a, b], c), L), E);
  expect(bodyOf(chord)?.options).toEqual({ link: [L], linkError: [E] });
  expect(chord.options).toEqual({});
  expect(listOf(headerOf(chord))).toEqual([a, b]);
});

it("an error callback goes to every step of a chain and to the bodies of its chords", () => {
  const [first, chord, last] = stepsOf(withLinkError(chainOf([a, chordOf([b], c), chordOf([a], b)]), E));
  expect(linkErrors([first ?? a, (chord && bodyOf(chord)) ?? a, (last && bodyOf(last)) ?? a])).toEqual([[E], [E], [E]]);
  expect(chord && listOf(headerOf(chord))).toEqual([b]);
});

it("an error callback goes to every member of a group, to what is in it too", () => {
  const [first, chain, group] = listOf(withLinkError(groupOf([a, chainOf([b, c]), groupOf([a])]), E));
  expect(linkErrors([first ?? a, ...(chain ? stepsOf(chain) : []), ...(group ? listOf(group) : [])])).toEqual(
    Array.from({ length: 4 }, () => [E]),
  );
});

it("C172 under the flag an error callback goes to headers too, within chains as well", () => {
  const chain = withLinkError(chainOf([a, groupOf([b, c]), s("sum")]), E, { onHeader: true });
  const chord = stepsOf(chain).at(-1) ?? a;
  expect(linkErrors([...listOf(headerOf(chord)), bodyOf(chord) ?? a])).toEqual([[E], [E], [E]]);
});

it("Q26 without the flag it does not go to chords in a header", () => {
  const outer = withLinkError(chordOf([chordOf([a], b)], c), E);
  expect(headerOf(outer)).toEqual(groupOf([chordOf([a], b)]));
});

it("a chord keeps for its body what it has not got yet", () => {
  expect(withLinkError(withLink(chordOf([a], null), L), E).options).toEqual({ link: [L], linkError: [E] });
});

it("C007 options are added one after the other", () => {
  const changed = withOptions(withOptions(a, { queue: "other" }), { expires: "30s" });
  expect(changed.options).toEqual({ queue: "other", expires: "30s" });
});

it("C016 immutable is a flag, no option", () => {
  const fixed = withOptions(a, { immutable: true });
  expect([fixed.immutable, fixed.options]).toEqual([true, {}]);
  expect(withOptions(fixed, { immutable: false })).toEqual(a);
  expect(withOptions(E, { immutable: true })).toEqual({ ...E, immutable: true });
  expect(withOptions(fixed, { immutable: undefined, queue: "q" }).immutable).toBe(true);
});

it("C055 immutable goes to what starts: members, header members, the first step; never to a body", () => {
  const immutable = { immutable: true };
  const fixed = si("a");
  expect(listOf(withOptions(groupOf([a, chainOf([a, b])]), immutable))).toEqual([
    fixed,
    { ...chainOf([fixed, b]), immutable: true },
  ]);
  expect(withOptions(chordOf([a], b), immutable)).toEqual({ ...chordOf([fixed], b), immutable: true });
  expect(stepsOf(withOptions(chainOf([a, b]), immutable))).toEqual([fixed, b]);
  expect(withOptions(map("m", [1]), { immutable: false })).toEqual(map("m", [1]));
});

it("C013 flattenLinks lists a signature and what is linked to it, recursively", () => {
  const d = s("d");
  const linked = withLink(b, d);
  const whole = withLink(a, linked);
  expect(flattenLinks(whole)).toEqual([whole, linked, d]);
  expect(flattenLinks(withLinkError(whole, E))).toHaveLength(4);
  expect(flattenLinks(withLink(chainOf([a, chordOf([b], c)]), L)).at(-1)).toEqual(L);
  expect(flattenLinks(withLink(groupOf([a]), L)).at(-1)).toEqual(L);
});
