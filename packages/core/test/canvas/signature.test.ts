import { expect, it } from "vitest";
import { composeCall } from "../../src/canvas/compose.ts";
import { UntypedSignature } from "../../src/canvas/signature.ts";
import { InvalidArgumentError, InvalidCanvasError } from "../../src/model/errors.ts";
import { kw } from "../../src/model/kw.ts";
import { signatureBrand } from "../../src/model/signature-brand.ts";
import { StubSignatureApp } from "../support/stub-signature-app.ts";

const app = () => new StubSignatureApp();
const call = (name: string, args: readonly unknown[] = [], options = {}, owner: StubSignatureApp | null = app()) =>
  composeCall(name, args, options, owner);
const add = (...args: readonly unknown[]): UntypedSignature => call("proj.add", args);

it("C010: reads back what it was made of", () => {
  const data = {
    task: "TASK",
    args: ["A1"],
    kwargs: { K1: "V1" },
    options: { taskId: "TASK_ID" },
    subtaskType: "",
    immutable: false,
  } as const;
  const signature = new UntypedSignature(data, null);
  const { task, args, kwargs, options, subtaskType, immutable } = signature;
  expect({ task, args, kwargs, options, subtaskType, immutable }).toEqual(data);
  expect([signature.id, signature.type, add().id]).toEqual(["TASK_ID", "task", undefined]);
  expect(signature.toJSON()).toEqual(data);
});

it("takes keywords from kw and from the option, which wins", () => {
  const signature = call("proj.add", [2, kw({ debug: true, level: 1 })], { kwargs: { level: 2 }, queue: "lopri" });
  expect(signature.args).toEqual([2]);
  expect(signature.kwargs).toEqual({ debug: true, level: 2 });
  expect(signature.options).toEqual({ queue: "lopri" });
});

it("C007: changes by making another, and stays as it is", () => {
  const signature = add(2, 2);
  const set = signature.set({ queue: "lopri" }).set({ expires: "30s" });
  expect(set.options).toEqual({ queue: "lopri", expires: "30s" });
  expect(signature.options).toEqual({});
  expect(Object.isFrozen(signature)).toBe(true);
});

it("C016: is immutable by a flag, not by an option", () => {
  const signature = add(2, 2);
  const set = signature.set({ immutable: true });
  expect([signature.immutable, set.immutable, set.set({ immutable: false }).immutable]).toEqual([false, true, false]);
  expect(set.options).toEqual({});
});

it.each([
  [{ qeue: "lopri" }, InvalidArgumentError],
  [{ queue: 5 }, InvalidArgumentError],
  [{ kwargs: { x: 1 } }, InvalidArgumentError],
  [{ link: "proj.add" }, InvalidArgumentError],
  [{ timeLimit: "10 s" }, InvalidArgumentError],
])("refuses the options %j", (options, error) => {
  expect(() => add(1).set(options as object)).toThrow(error);
});

it("C006: is cloned with arguments before its own, and keywords and options over its own", () => {
  const signature = add(2, kw({ level: 1 }));
  const copy = signature.clone({ args: [4], kwargs: { debug: true, level: 2 }, queue: "lopri" });
  expect([copy.args, copy.kwargs, copy.options]).toEqual([[4, 2], { debug: true, level: 2 }, { queue: "lopri" }]);
  expect([signature.args, signature.kwargs, signature.options]).toEqual([[2], { level: 1 }, {}]);
  expect(signature.clone().equals(signature)).toBe(true);
});

it("C009: equals what says the same, plain data and signatures as arguments too", () => {
  expect(add(2, 2).equals(call("proj.add", [2, 2]))).toBe(true);
  expect(add(2, 2).equals(add(2, 3))).toBe(false);
  expect(add(2, 2).equals(add(2, 2).toJSON())).toBe(true);
  expect(add(add(1)).equals(add(add(1).toJSON()))).toBe(true);
  expect(() => add(2, 2).equals(4)).toThrow(TypeError);
});

it("C011, C012, C013, C022: links signatures and data, each once, and lists them", () => {
  const [b, d] = [call("proj.mul", [4]), call("proj.mul", [2])];
  const linked = add(2, 2).link(b.link(d)).link(b.link(d).toJSON());
  expect(linked.flattenLinks().map(String)).toEqual(["proj.add(2, 2)", "proj.mul(4)", "proj.mul(2)"]);
  expect(linked.options.link).toEqual([b.link(d).toJSON()]);
  const both = linked.set({ link: d, linkError: [d] }).clone({ linkError: b });
  expect(both.options.link).toEqual([b.link(d).toJSON(), d.toJSON()]);
  expect(both.options.linkError).toEqual([d.toJSON(), b.toJSON()]);
  expect(linked.options.linkError).toBeUndefined();
});

it("pipes into signatures of any copy of the package, and their data, and into nothing else", () => {
  class FromElsewhere {
    readonly task = "proj.mul";
    readonly args = [3];
    readonly kwargs = {};
    readonly options = {};
    readonly subtaskType = "";
    readonly immutable = false;
    get [signatureBrand]() {
      return null;
    }
  }
  expect(String(add(2, 2).pipe(new FromElsewhere()))).toBe("proj.add(2, 2) | mul(3)");
  expect(String(add(2, 2).pipe(call("proj.mul", [3]).toJSON()))).toBe("proj.add(2, 2) | mul(3)");
  expect(() => add(1).pipe(10)).toThrow(
    new TypeError('10 is no signature; write one as add.s(2, 2), or signature("proj.add", [2, 2])'),
  );
  expect(() => add(1).pipe(null)).toThrow(TypeError);
});

it("says of a task in place of a signature what to write", () => {
  const mul = Object.assign(() => 4, { s: () => add() });
  Object.defineProperty(mul, "name", { value: "proj.tasks.mul" });
  expect(() => add(1).pipe(mul)).toThrow(new TypeError("mul is a task; write mul.s()"));
  expect(() => add(1).link({ name: "proj.mul", s: () => add() })).toThrow("mul is a task; write mul.s()");
});

it("C019: is frozen with ids of its application, and only once", () => {
  const owner = app();
  const signature = call("proj.add", [1, 1], {}, owner);
  const frozen = signature.freeze();
  expect([signature.id, frozen.id, frozen.freeze().id, signature.freeze("mine").id]).toEqual([
    undefined,
    "id-1",
    "id-1",
    "mine",
  ]);
});

it("sends its data, with what the call gives", async () => {
  const owner = app();
  const signature = call("proj.add", [2], { queue: "lopri" }, owner);
  const callback = call("proj.mul", [3]);
  const handle = await signature.applyAsync([4, kw({ debug: true })], { link: callback, kwargs: { x: 1 } });
  expect(handle.id).toBe("id-1");
  expect(owner.last).toEqual({
    what: "applyAsync",
    data: signature.toJSON(),
    args: [4, kw({ debug: true })],
    options: { link: [callback.toJSON()], kwargs: { x: 1 } },
  });
  await signature.delay(5);
  expect([owner.last?.what, owner.last?.args]).toEqual(["applyAsync", [5]]);
  await signature.apply([6]);
  expect([owner.last?.what, owner.last?.args]).toEqual(["apply", [6]]);
  await expect(signature.applyAsync([], { qeue: "x" } as object)).rejects.toThrow(InvalidArgumentError);
});

it("waits for the value when it is run", async () => {
  expect(await add(2, 2).run()).toBe("proj.add(2, 2)");
});

it("C008: runs a task here when it is called, and sends a canvas", async () => {
  const owner = app();
  const signature = call("foo", [1, 2, kw({ arg1: 33 })], {}, owner);
  expect(await signature.call(3, 4)).toBe("called");
  expect(owner.last).toEqual({ what: "call", data: signature.toJSON(), args: [3, 4] });
  expect(await signature.pipe(add(1)).call(3)).toBe("foo(1, 2, arg1=33) | proj.add(1)");
  expect([owner.last?.what, owner.last?.args]).toEqual(["applyAsync", [3]]);
});

it("cannot be sent without an application, and says whose it could be", async () => {
  const orphan = call("proj.add", [2, 2], {}, null);
  const refusal = "proj.add(2, 2) belongs to no application that could send it; make it with app.signature(...)";
  for (const send of [() => orphan.delay(), () => orphan.apply(), () => orphan.call(), () => orphan.run()]) {
    await expect(send()).rejects.toThrow(InvalidCanvasError);
    await expect(send()).rejects.toThrow(refusal);
  }
  expect(() => orphan.freeze()).toThrow(refusal);
  expect(orphan.pipe(add(1)).freeze().id).toBe("id-1");
});

it("gives a body to a chord only", async () => {
  await expect(add(1).applyAsync([], { body: add() })).rejects.toThrow(TypeError);
});

it("is stamped, and prints itself", () => {
  expect(add(1).stamp({ tenant: "a" }).options).toEqual({ tenant: "a", stampedHeaders: ["tenant"] });
  expect(String(add(2, 2))).toBe("proj.add(2, 2)");
  expect(JSON.parse(JSON.stringify(add(2)))).toEqual(add(2).toJSON());
});
