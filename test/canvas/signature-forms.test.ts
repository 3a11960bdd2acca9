// Signatures as data: nothing is sent. Signatures are immutable here: where the table changes one, these cases make a new one.

import { chain, chord, group, isSignature, kw, Troupe } from "@troupe/core";
import { describe, expect, it } from "vitest";
import { fixtures } from "../support/canvas/canvas-fixtures.ts";
import { range, times } from "../support/canvas/cases.ts";

const app = new Troupe("forms", { logLevel: "silent" });
const { add, mul, echo, identity, tsum } = fixtures.register(app, { notes: "none", gates: "none" });

describe("a signature", () => {
  it("C006 a clone takes more arguments in front, and keywords; the original stays", () => {
    const original = add.s(2);
    const copy = original.clone({ args: [4], kwargs: { debug: true } });
    expect([copy.args, copy.kwargs]).toEqual([[4, 2], { debug: true }]);
    expect([original.args, original.kwargs]).toEqual([[2], {}]);
  });

  it("C007 set adds options one after the other (to a new signature; queue for countdown)", () => {
    const plain = add.s(2, 2);
    const changed = plain.set({ queue: "other" }).set({ expires: "30s" });
    expect(changed.options).toEqual({ queue: "other", expires: "30s" });
    expect(plain.options).toEqual({});
  });

  it("C009 signatures are equal by what they hold", () => {
    expect(add.s(2, 2).equals(add.signature([2, 2]))).toBe(true);
    expect(add.s(2, 2).equals(add.s(2, 3))).toBe(false);
  });

  it("C010 what a signature is built from reads back", () => {
    const data = {
      task: "TASK",
      args: ["A1"],
      kwargs: { K1: "V1" },
      options: { taskId: "TASK_ID" },
      subtaskType: "" as const,
      immutable: false,
    };
    const built = app.signature(data);
    expect(built).toMatchObject({ task: "TASK", args: ["A1"], kwargs: { K1: "V1" }, type: "task", immutable: false });
    expect(built.options.taskId).toBe("TASK_ID");
    expect(built.id).toBe("TASK_ID");
    expect(JSON.parse(JSON.stringify(built))).toEqual(data);
  });

  it("C011 a callback given alone becomes the first of a list", () => {
    const [b, c] = [mul.s(2), mul.s(3)];
    const linked = app.signature("TASK", [], { link: b }).link(c);
    expect(linkedTo(linked)).toEqual([b.toJSON(), c.toJSON()]);
  });

  it("C012 the same callback is linked once", () => {
    const linked = add.s(1, 1).link(mul.s(2)).link(mul.s(2));
    expect(linkedTo(linked)).toEqual([mul.s(2).toJSON()]);
  });

  it("C013 flattenLinks lists a signature and its callbacks, recursively", () => {
    const d = mul.s(2);
    const b = mul.s(4).link(d);
    const a = add.s(2, 2).link(b);
    expect(a.flattenLinks().map(String)).toEqual([a, b, d].map(String));
  });

  it("C015 an immutable signature keeps its arguments; options can still be set", () => {
    const merged = app
      .signature(add.si(2, 2, kw({ foo: 1 })).toJSON())
      .clone({ args: [4], kwargs: { bar: 2 }, taskId: "3" });
    expect([merged.args, merged.kwargs, merged.options]).toEqual([[2, 2], { foo: 1 }, { taskId: "3" }]);
  });

  it("C016 immutable is a flag, no option", () => {
    const plain = add.s(2, 2);
    const fixed = plain.set({ immutable: true });
    const loose = app.signature({ ...fixed.toJSON(), immutable: false });
    expect([plain.immutable, fixed.immutable, loose.immutable]).toEqual([false, true, false]);
    expect(fixed.options).toEqual({});
  });

  it("C017 what freezing fixes is found in the options (group, root and parent are fixed when it is sent)", () => {
    const frozen = add.s(1, 1).freeze("chosen");
    expect([frozen.id, frozen.options.taskId]).toEqual(["chosen", "chosen"]);
  });

  it("C018 linkError gives the signature, with its errback", () => {
    const signature = app.signature("sig").linkError(app.signature("onError"));
    expect(signature.task).toBe("sig");
    expect(signature.toJSON().options.linkError).toEqual([app.signature("onError").toJSON()]);
  });

  it("C019 freezing twice gives the same id (sending it: signatures.test.ts)", () => {
    const frozen = add.s(1, 1).freeze();
    expect(frozen.freeze().id).toBe(frozen.id);
    expect(add.s(1, 1).id).toBeUndefined();
  });

  it("C022 a clone's callbacks and options are its own (queue for countdown)", () => {
    const a = add.s(1, 1).link(echo.si("x"));
    const b = a.clone({}).link(echo.si("y")).set({ queue: "other" });
    expect([linkedTo(a).length, a.options.queue]).toEqual([1, undefined]);
    expect([linkedTo(b).length, b.options.queue]).toEqual([2, "other"]);
  });
});

describe("a canvas", () => {
  it("C060 an empty group prints as such", () => {
    expect(String(group([]))).toBe("group(<empty>)");
  });

  it("C061 a list of one and one member both make a group of one", () => {
    for (const one of [group([add.s(1, 1)]), group(add.s(1, 1))]) {
      expect([one.type, membersOf(one).length]).toEqual(["group", 1]);
    }
  });

  it("C062 a group of 42 comes back from JSON, its members as signatures", () => {
    const original = group(times(42, (i) => add.s(i, i)));
    const back = app.signature(JSON.parse(JSON.stringify(original)));
    expect([back.type, membersOf(back).length, back.equals(original)]).toEqual(["group", 42, true]);
  });

  it("C080 freezing a chain fixes the id of its last step", () => {
    const steps = add.s(4).pipe(add.s(2).set({ taskId: "42" }));
    expect([steps.id, steps.freeze("42").id]).toEqual([undefined, "42"]);
  });

  it("C085 a chain takes plain data for a step", () => {
    const data = JSON.parse(JSON.stringify(add.s(8)));
    expect(String(chain(add.s(5, 5), data))).toBe("canvas.add(5, 5) | add(8)");
  });

  it("C086 a chain stays one when it is cloned and when it travels", () => {
    const steps = add.s(2, 2).pipe(add.s(2));
    expect(steps.clone({}).type).toBe("chain");
    expect(app.signature(JSON.parse(JSON.stringify(steps))).type).toBe("chain");
  });

  it("C087 a chain prints its steps, the repeated prefix left out", () => {
    expect(String(add.s(2, 2).pipe(add.s(2)))).toBe("canvas.add(2, 2) | add(2)");
  });

  it("C088 a clone of a chain of ten is equal (subclasses have no counterpart)", () => {
    const steps = chain(range(10).map((i) => add.s(i)));
    const copy = steps.clone({});
    expect([copy.type, copy.equals(steps)]).toEqual(["chain", true]);
  });

  it("C089 a chain within a chain keeps its callbacks where they belong", () => {
    const [a, b, d] = [add.s(1, 1), add.s(2), add.s(3)];
    const inner = chain(a, b).link(echo.s("L")).linkError(echo.si("E"));
    const before = JSON.stringify(inner);
    const flat = chain(inner, d).toJSON();
    expect(flat.options).toEqual({});
    const linkError = [echo.si("E").toJSON()];
    expect(flat.kwargs["tasks"]).toMatchObject([
      { ...a.toJSON(), options: { linkError } },
      { ...b.toJSON(), options: { link: [echo.s("L").toJSON()], linkError } },
      d.toJSON(),
    ]);
    expect(JSON.stringify(inner)).toBe(before);
  });

  it("C143 a chord can be cloned, with a body and without", () => {
    const whole = chord([add.s(1, 1)], tsum.s());
    expect(whole.clone({}).equals(whole)).toBe(true);
    const open = app.signature(chord([add.s(1, 1)]).toJSON());
    expect(open.clone({}).equals(open)).toBe(true);
    expect(whole.equals(open)).toBe(false);
  });

  it("C145 freezing a chain that ends after a chord fixes its id", () => {
    const steps = chain(chord(group(add.si(1, 1), add.si(2, 2)), add.s([10])), identity.s()).freeze();
    expect(steps.freeze().id).toBe(steps.id);
    expect(steps.id).toMatch(/\S/);
  });
});

/** Callbacks of a signature, as data. */
function linkedTo(signature: { toJSON(): { readonly options: { readonly link?: readonly unknown[] | undefined } } }) {
  return signature.toJSON().options.link ?? [];
}

/** Members of a group, each rebuilt. */
function membersOf(of: { toJSON(): { readonly kwargs: Readonly<Record<string, unknown>> } }) {
  const { tasks } = of.toJSON().kwargs;
  if (!Array.isArray(tasks)) throw new Error("it has no members");
  return tasks.map((data) => app.signature(data)).filter((member) => isSignature(member));
}
