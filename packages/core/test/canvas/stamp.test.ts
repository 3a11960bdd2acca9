import { describe, expect, it } from "vitest";
import { chainOf } from "../../src/canvas/chain.ts";
import { chordOf } from "../../src/canvas/chord.ts";
import { bodyOf, headerOf, stepsOf } from "../../src/canvas/containers.ts";
import { groupOf } from "../../src/canvas/group.ts";
import { LazyMembers, materialise } from "../../src/canvas/lazy-members.ts";
import { withLink, withLinkError } from "../../src/canvas/link.ts";
import type { SignatureData } from "../../src/canvas/signature-data.ts";
import { type Stamps, type StampVisitor, stamped } from "../../src/canvas/stamp.ts";
import { InvalidArgumentError } from "../../src/model/errors.ts";
import { errback, map, s } from "../support/canvas-data.ts";
import { listOf } from "../support/forms.ts";

const [a, b, c] = [s("a"), s("b"), s("c")];
const HOOKS = [
  "onSignature",
  "onGroupStart",
  "onGroupEnd",
  "onChainStart",
  "onChainEnd",
  "onChordHeaderStart",
  "onChordHeaderEnd",
  "onChordBody",
  "onCallback",
  "onErrback",
] as const;

/** A visitor that says `say(hook)` in every hook, and notes the hooks with the names of what they were asked about. */
function visitor(say: (hook: string) => Stamps | null = () => null, skipped: readonly string[] = []) {
  const asked: string[] = [];
  const hook = (name: string) => (signature: SignatureData) => {
    asked.push(`${name} ${signature.task}`);
    return say(name);
  };
  const hooks = Object.fromEntries(HOOKS.filter((name) => !skipped.includes(name)).map((name) => [name, hook(name)]));
  const all: StampVisitor = { onSignature: hook("onSignature"), ...hooks };
  return { visitor: all, asked };
}

describe("stamps of a task", () => {
  it("C216 C224 are options under their own names, and keep their types", () => {
    const seen: SignatureData[] = [];
    const given = stamped(a, {
      onSignature: (signature) => {
        seen.push(signature);
        return { header: "value", number: 42, list: [4, 2] };
      },
    });
    expect(seen[0]).toBe(a);
    expect(given.options).toEqual({
      header: "value",
      number: 42,
      list: [4, 2],
      stampedHeaders: ["header", "number", "list"],
    });
    expect(a.options).toEqual({});
  });

  it("C217 are added to those that are there; the newest value wins", () => {
    const twice = stamped(stamped(a, { one: 1, two: 2 }), { two: "new", three: 3 });
    expect(twice.options).toEqual({ one: 1, two: "new", three: 3, stampedHeaders: ["one", "two", "three"] });
  });

  it("C218 are collected on demand, in the order of time (Q42)", () => {
    const collected = stamped(stamped(a, { groups: ["stamp2"] }), { groups: "stamp1" }, { append: true });
    expect(collected.options).toEqual({ groups: ["stamp2", "stamp1"], stampedHeaders: ["groups"] });
    expect(stamped(collected, { groups: [1, 2] }).options["groups"]).toEqual([1, 2]);
    expect(stamped(a, { x: 1 }, { append: true }).options["x"]).toBe(1);
  });

  it("are only those that stampedHeaders lists, where it is given; the others are options", () => {
    const given = stamped(a, { onSignature: () => ({ mine: 1, queue: "q", stampedHeaders: ["mine", "absent"] }) });
    expect(given.options).toEqual({ mine: 1, queue: "q", stampedHeaders: ["mine"] });
  });

  it("cannot have the name of an option", () => {
    for (const name of ["queue", "priority", "taskId", "groupId", "__proto__"]) {
      const stamps: Stamps = JSON.parse(`{"${name}": "x"}`);
      expect(() => stamped(a, stamps)).toThrow(InvalidArgumentError);
      expect(() => stamped(a, { ...stamps, stampedHeaders: [name] })).toThrow(`cannot be called "${name}"`);
    }
  });
});

describe("what a visitor is asked", () => {
  it("goes from the outside to the inside: start, links, members, end", () => {
    const group = withLink(groupOf([chainOf([a, b]), withLinkError(c, errback("E"))]), s("L"));
    const { visitor: all, asked } = visitor();
    stamped(group, all);
    expect(asked).toEqual([
      "onGroupStart troupe.group",
      "onCallback L",
      "onSignature L",
      "onChainStart troupe.chain",
      "onSignature a",
      "onSignature b",
      "onChainEnd troupe.chain",
      "onErrback E",
      "onSignature E",
      "onSignature c",
      "onGroupEnd troupe.group",
    ]);
  });

  it("is asked about the header of a chord, then about its body", () => {
    const { visitor: all, asked } = visitor();
    stamped(chordOf([a, b], c), all);
    expect(asked).toEqual([
      "onChordHeaderStart troupe.chord",
      "onSignature a",
      "onSignature b",
      "onChordHeaderEnd troupe.chord",
      "onChordBody troupe.chord",
      "onSignature c",
    ]);
  });

  it("is asked about the header as a group, unless it wants to know of headers", () => {
    const { visitor: some, asked } = visitor(() => null, ["onChordHeaderStart", "onChordHeaderEnd"]);
    stamped(chordOf([a], c), some);
    expect(asked).toEqual([
      "onGroupStart troupe.group",
      "onSignature a",
      "onGroupEnd troupe.group",
      "onChordBody troupe.chord",
      "onSignature c",
    ]);
  });

  it("is called as its own method, with the stamps of what is around", () => {
    class Depth implements StampVisitor {
      readonly seen: unknown[] = [];
      onGroupStart(): Stamps {
        return { group: "G" };
      }
      onSignature(_signature: SignatureData, stamps: Stamps): null {
        this.seen.push(stamps["group"]);
        return null;
      }
    }
    const depth = new Depth();
    stamped(groupOf([a, b]), depth);
    expect(depth.seen).toEqual(["G", "G"]);
  });
});

describe("stamps of a canvas", () => {
  it("C221 C229 stand on all tasks, with what every hook around them said; containers have none (Q49)", () => {
    const { visitor: all } = visitor((hook) => ({ [hook]: hook }));
    const whole = stamped(chainOf([a, chordOf([b], groupOf([c, map("m", [1])]))]), all);
    const [first, chord] = stepsOf(whole);
    const body = chord ? bodyOf(chord) : null;
    const names = (data: SignatureData | null | undefined): readonly string[] => [
      ...(data?.options.stampedHeaders ?? []),
    ];
    const inChord = ["onChainStart", "onChordHeaderStart"];
    expect(names(first)).toEqual(["onChainStart", "onSignature"]);
    expect(chord && listOf(headerOf(chord)).map(names)).toEqual([[...inChord, "onSignature"]]);
    expect(body && listOf(body).map(names)).toEqual(
      Array.from({ length: 2 }, () => [...inChord, "onChordBody", "onGroupStart", "onSignature"]),
    );
    expect([whole, chord, body].map((container) => container?.options)).toEqual([{}, {}, {}]);
    expect(first?.options["onSignature"]).toBe("onSignature");
  });

  it("C225 C226 stand on callbacks too, but not those of the task that they hang on", () => {
    const own = stamped(a, { own: 1 });
    const { visitor: all } = visitor((hook) => ({ [hook]: 1 }));
    const whole = stamped(withLinkError(withLink(withLink(own, b), c), errback("E")), all);
    const namesOf = (links: readonly SignatureData[] | undefined): unknown =>
      links?.map(({ options }) => options.stampedHeaders);
    expect(whole.options.stampedHeaders).toEqual(["own", "onSignature"]);
    expect(namesOf(whole.options.link)).toEqual([
      ["onCallback", "onSignature"],
      ["onCallback", "onSignature"],
    ]);
    expect(namesOf(whole.options.linkError)).toEqual([["onErrback", "onSignature"]]);
  });

  it("C219 do not stand on callbacks that are linked afterwards", () => {
    const linked = withLink(stamped(chainOf([a, b]), { header: "value" }), c);
    expect(stepsOf(linked).at(-1)?.options).toEqual({ header: "value", stampedHeaders: ["header"], link: [c] });
  });

  it("stand on members that are produced later, without producing them", () => {
    const asked: string[] = [];
    const members = groupOf(new LazyMembers([a, b]));
    const lazy = stamped(members, {
      onSignature: ({ task }) => {
        asked.push(task);
        return { task };
      },
    });
    expect(asked).toEqual([]);
    expect(listOf(materialise(lazy)).map(({ options }) => options["task"])).toEqual(["a", "b"]);
  });

  it("stand on links of a header and of a chord that has no body yet", () => {
    const header = withLink(groupOf([a]), b);
    const chord = stamped(withLink(chordOf(header, null), c), { x: 1 });
    expect(headerOf(chord).options.link).toEqual([stamped(b, { x: 1 })]);
    expect(chord.options.link).toEqual([stamped(c, { x: 1 })]);
  });
});
