import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chainOf } from "../../src/canvas/chain.ts";
import { chordOf } from "../../src/canvas/chord.ts";
import { stepsOf } from "../../src/canvas/containers.ts";
import { frozen } from "../../src/canvas/freeze.ts";
import { signatureFromJson } from "../../src/canvas/from-json.ts";
import { groupOf } from "../../src/canvas/group.ts";
import { LazyMembers, materialise } from "../../src/canvas/lazy-members.ts";
import { withLink, withLinkError, withOptions } from "../../src/canvas/link.ts";
import { pipe } from "../../src/canvas/pipe.ts";
import type { SignatureData } from "../../src/canvas/signature-data.ts";
import { stamped } from "../../src/canvas/stamp.ts";
import { InvalidCanvasError } from "../../src/model/errors.ts";
import { chain, chunks, dataOf, errback, group, map, s, si, starmap } from "../support/canvas-data.ts";
import { form } from "../support/forms.ts";
import { thrownBy } from "../support/thrown-by.ts";
import { jsonValues } from "../support/values.ts";

const [a, b, c] = [s("a"), s("b"), s("c")];
const read = (data: unknown): SignatureData => signatureFromJson(JSON.parse(JSON.stringify(data)));

describe("what toJSON() gave", () => {
  it.each<readonly [string, SignatureData]>([
    ["C010 a task", { ...s("TASK", "A1"), kwargs: { K1: "V1" }, options: { taskId: "TASK_ID" } }],
    ["an immutable task", si("a", 1)],
    ["an error callback", errback("E")],
    ["C086 a chain", chainOf([a, b])],
    ["a chain of one", chainOf([a])],
    ["an empty chain", chainOf([])],
    ["a chain of a chord", chainOf([chordOf([a], b)])],
    ["a chord and a chain, piped", pipe(chordOf([a], b), chainOf([b, c]))],
    ["a chain of groups", chainOf([a, groupOf([a, b]), groupOf([b, c])])],
    ["a chain that ended in an empty group", chainOf([a, groupOf([])])],
    ["C062 a group", groupOf(Array.from({ length: 42 }, () => a))],
    ["a group in a group", groupOf([groupOf([a]), groupOf([])])],
    ["a group that was lazy, in a chain", chainOf([a, materialise(groupOf(new LazyMembers([b])))])],
    ["a chord", chordOf([a, b], c)],
    ["a chord without a body", withLink(withOptions(chordOf([a], null), { queue: "q" }), b)],
    ["C263 a chord in a chord", chordOf(chordOf([a], b), chainOf([chainOf([c])]))],
    ["map", map("m", [1])],
    ["starmap", starmap("m", [[1]])],
    ["chunks", withOptions(chunks("m", [[1], [2]], 1), { queue: "q" })],
    ["links", withLinkError(withLink(chainOf([withLink(groupOf([a, b]), c)]), b), errback("E"))],
    ["a header with links", chordOf(withLink(groupOf([a]), b), c)],
    ["stamps", stamped(chainOf([a, b]), { kind: [1, { x: 2 }] })],
    ["immutable canvases", withOptions(groupOf([chainOf([a, b]), chordOf([a], b)]), { immutable: true })],
    ["ids", frozen(chainOf([a, groupOf([a, b]), withLink(c, b)]), () => "id")],
  ])("%s comes back as it was", (_name, data) => {
    expect(read(data)).toEqual(JSON.parse(JSON.stringify(data)));
  });

  it("dates come back as dates", () => {
    const dated = { ...a, options: { expires: new Date(5) } };
    expect(read(dated)).toEqual(dated);
    expect(read({ ...a, options: { expires: "10s" } }).options).toEqual({ expires: "10s" });
  });
});

describe("what people write", () => {
  it("needs no more than the name; what is not given is as by default", () => {
    expect(signatureFromJson({ task: "a" })).toEqual(a);
    expect(signatureFromJson({ task: "a", options: { queue: null, shadow: undefined } })).toEqual(a);
  });

  it("C011 C226 may give one link instead of a list", () => {
    expect(signatureFromJson({ task: "a", options: { link: { task: "b" }, linkError: c } })).toEqual({
      ...a,
      options: { link: [b], linkError: [c] },
    });
  });

  it("gets the form that chain() gives", () => {
    expect(form(read(chain(a, chain(b, group(c)))))).toBe("C[a, b, c]");
    expect(form(read(chain(group(a), b)))).toBe("C[a, b]");
    expect(form(read(chain(a, group(a, b), c)))).toBe("C[a, CH(a, b; c)]");
    expect(form(read(chain(a, group())))).toBe("C[a]");
    expect(form(read(chain(chunks("k", [[1], [2]], 1), a)))).toBe("CH(troupe.starmap, troupe.starmap; a)");
    expect(form(read(dataOf("chord", { kwargs: { header: chain(a, b), body: c } })))).toBe("CH(C[a, b]; c)");
  });

  it("has options and arguments where they act", () => {
    const whole = read({ ...chain(a, b), args: [1], options: { queue: "q", taskId: "id" }, immutable: true });
    expect(stepsOf(whole)).toEqual([
      { ...si("a", 1), options: { queue: "q" } },
      { ...b, options: { taskId: "id" } },
    ]);
  });
});

/** Reads data, and what was read: the same, for its form is settled. */
function readTwice(data: unknown): void {
  const once = signatureFromJson(data);
  expect(signatureFromJson(once)).toEqual(once);
}

const isAllowed = (error: unknown): boolean => error === null || error instanceof InvalidCanvasError;

function nested(levels: number): unknown {
  let data: unknown = a;
  for (let level = 0; level < levels; level++) data = { ...group(), kwargs: { tasks: [data] } };
  return data;
}

function deepList(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = [value];
  return value;
}

describe("what is no signature", () => {
  it.each<readonly [string, unknown, RegExp]>([
    ["nothing", null, /^signature cannot be read: it is null, no signature$/],
    ["a list", [], /no signature/],
    ["an instance of a class", new Map(), /no signature/],
    ["no task", {}, /no task/],
    ["a task that is no name", { task: "no name" }, /"task" is "no name"/],
    ["args that are no list", { task: "a", args: {} }, /"args" is .*; it takes a list/],
    ["kwargs that are a list", { task: "a", kwargs: [] }, /"kwargs"/],
    ["a kind that is not known", { task: "a", subtaskType: "tree" }, /"subtaskType" is "tree"; it takes one of/],
    ["a field that is not known", { task: "a", arg: [] }, /unknown field of a signature "arg"; did you mean "args"/],
    ["an inherited field", JSON.parse('{"task": "a", "__proto__": {"args": [1]}}'), /unknown field/],
    [
      "an option that is not known",
      { task: "a", options: { queu: "q" } },
      /signature\.options cannot be read: .*"queue"/,
    ],
    ["an option with a wrong value", { task: "a", options: { queue: "a b" } }, /queue name/],
    ["kwargs among the options", { task: "a", options: { kwargs: {} } }, /unknown option/],
    ["stamps that are no list", { task: "a", options: { stampedHeaders: "x" } }, /list of strings/],
    ["a date that is none", { task: "a", options: { expires: "2026-13-01T00:00" } }, /"expires"/],
    ["a chain without steps", { task: "a", subtaskType: "chain" }, /signature\.kwargs\.tasks .*a list of signatures/],
    [
      "a step that is none",
      chain(a, dataOf("chord", { kwargs: { header: [1] } })),
      /kwargs\.tasks\[1\]\.kwargs\.header\[0\]/,
    ],
    ["a chord without a header", { task: "a", subtaskType: "chord" }, /kwargs\.header/],
    [
      "a link that is none",
      { task: "a", options: { link: [a, 1] } },
      /signature\.options\.link\[1\] .* 1, no signature/,
    ],
    ["a map of nothing", dataOf("map", { kwargs: { it: [] } }), /kwargs\.task/],
    ["a map over nothing", dataOf("map", { kwargs: { task: a, it: 1 } }), /kwargs\.it/],
    ["chunks of no size", chunks("a", [], 0), /kwargs\.n .*integer from 1/],
    ["an id of an empty chain", { ...chain(), options: { taskId: "id" } }, /empty chain/],
    ["too many levels", nested(100), /nested deeper than 100 levels/],
    ["arguments with too many levels", s("a", deepList(200)), /values are nested deeper than 100 levels/],
    ["keywords with too many levels", { task: "a", kwargs: { x: deepList(200) } }, /signature\.kwargs .*values/],
    ["too many signatures", group(...Array.from({ length: 110_000 }, () => a)), /more than 110000 signatures/],
    [
      "too many arguments",
      s(
        "a",
        Array.from({ length: 1_000_001 }, () => 1),
      ),
      /more than 1000000 values/,
    ],
  ])("%s is refused", (_name, data, message) => {
    expect(() => signatureFromJson(data)).toThrow(InvalidCanvasError);
    expect(() => signatureFromJson(data)).toThrow(message);
  });

  it("takes what is just within the limits", () => {
    expect(() => signatureFromJson(nested(99))).not.toThrow();
    expect(() => signatureFromJson(group(...Array.from({ length: 99_999 }, () => a)))).not.toThrow();
    expect(() => signatureFromJson(s("a", deepList(90)))).not.toThrow();
  });

  it("gives a signature or an InvalidCanvasError for any data, and changes no prototype", () => {
    const part = fc.oneof(jsonValues, fc.constantFrom("", "chain", "group", "chord", "map", "chunks", "a", a, [a], 1));
    const data = fc.oneof(
      jsonValues,
      fc.record(
        {
          task: part,
          args: part,
          kwargs: fc.oneof(part, fc.record({ tasks: part, header: part, body: part, task: part, it: part, n: part })),
          options: fc.oneof(part, fc.record({ link: part, linkError: part, taskId: part, stampedHeaders: part })),
          subtaskType: part,
          immutable: part,
        },
        { requiredKeys: [] },
      ),
    );
    fc.assert(
      fc.property(data, (value) => {
        expect(thrownBy(() => readTwice(value))).toSatisfy(isAllowed);
      }),
    );
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});
