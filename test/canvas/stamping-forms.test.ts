// Stamps as data: what `stamp` puts where. Nothing is sent.

import { type AnySignature, chain, chord, group, type SerializedSignature, Troupe } from "@troupe/core";
import { describe, expect, it } from "vitest";
import { fixtures } from "../support/canvas/canvas-fixtures.ts";

const app = new Troupe("stamping", { logLevel: "silent" });
const { add, mul, echo, tsum } = fixtures.register(app, { notes: "none", gates: "none" });

describe("a stamp", () => {
  it("C216 comes from a visitor that is given the signature", () => {
    const seen: unknown[] = [];
    const signature = add.s(4, 2);
    const stamped = signature.stamp({
      onSignature: (visited) => {
        seen.push(visited);
        return { header: "value" };
      },
    });
    expect(seen).toEqual([signature.toJSON()]);
    expect(stamped.options).toEqual({ header: "value", stampedHeaders: ["header"] });
    expect(signature.options).toEqual({});
  });

  it("C217 adds up with others of other names", () => {
    const { options } = add.s(1, 1).stamp({ stamp1: "one" }).stamp({ stamp2: "two" });
    expect(options).toMatchObject({ stamp1: "one", stamp2: "two" });
    expect(new Set(options.stampedHeaders)).toEqual(new Set(["stamp1", "stamp2"]));
  });

  it("C218 with append is collected, in the order of stamping; without, the newest wins", () => {
    const stamped = add.s(1, 1).stamp({ groups: ["stamp2"] });
    expect(stamped.stamp({ groups: "stamp1" }, { append: true }).options["groups"]).toEqual(["stamp2", "stamp1"]);
    expect(stamped.stamp({ groups: "stamp1" }).options["groups"]).toBe("stamp1");
    expect(stamped.stamp({ groups: ["stamp1"] }).options["groups"]).toEqual(["stamp1"]);
  });

  it("C219 is not on callbacks that are linked later", () => {
    const linked = add.s(1, 1).stamp({ header: 1 }).link(echo.s()).linkError(echo.si("error"));
    const { link, linkError, stampedHeaders } = linked.toJSON().options;
    expect(stampedHeaders).toEqual(["header"]);
    expect([link?.[0]?.options, linkError?.[0]?.options]).toEqual([{}, {}]);
  });

  it.each([42, [4, 2], "text", { deep: true }])("C224 keeps the type its visitor gave it (%j)", (value) => {
    expect(add.s(1, 1).stamp({ onSignature: () => ({ header: value }) }).options["header"]).toEqual(value);
  });

  it("C225 is on a callback that was linked before the last stamping", () => {
    const stamped = add
      .s(1, 1)
      .stamp({ onSignature: () => ({ header: "first" }) })
      .link(mul.s(2))
      .stamp({ onSignature: () => ({ header: "second" }) });
    const [callback] = stamped.toJSON().options.link ?? [];
    expect(callback?.options).toEqual({ header: "second", stampedHeaders: ["header"] });
  });

  it("C226 is on callbacks that are plain data", () => {
    const data = add.s(1, 1).toJSON();
    const linked = app.signature({ ...data, options: { link: [mul.s(2).toJSON()] } });
    const [callback] = linked.stamp({ header: 1 }).toJSON().options.link ?? [];
    expect(callback?.options).toMatchObject({ header: 1 });
  });

  it("section 13: names what are stamps, when the visitor lists them", () => {
    const { options } = add.s(1, 1).stamp({
      onSignature: () => ({ header: "value", queue: "other", stampedHeaders: ["header"] }),
    });
    expect(options).toEqual({ header: "value", queue: "other", stampedHeaders: ["header"] });
  });

  const linked = add.s(1).link(mul.s(2)).linkError(echo.s());
  const workflows: readonly (readonly [string, AnySignature])[] = [
    ["a task", linked],
    ["a group", group(linked, add.s(2))],
    ["a chord", chord([linked, add.s(2)], tsum.s())],
    ["a chain", chain(add.s(1, 1), linked, add.s(3))],
    ["all of them", chain(group(linked, chain(add.s(1), add.s(2))), tsum.s(), chord([add.s(1), linked], tsum.s()))],
  ];

  it.each(workflows)("C229 of a visitor with all hooks is on every leaf and on no container: %s", (_, workflow) => {
    const stamped = workflow.stamp({
      onSignature: () => ({ onSignature: 1 }),
      onGroupStart: () => ({ onGroup: 1 }),
      onGroupEnd: () => {},
      onChainStart: () => ({ onChain: 1 }),
      onChainEnd: () => {},
      onChordHeaderStart: () => ({ onHeader: 1 }),
      onChordHeaderEnd: () => {},
      onChordBody: () => ({ onBody: 1 }),
      onCallback: () => ({ onCallback: 1 }),
      onErrback: () => ({ onErrback: 1 }),
    });
    for (const { data, names } of leavesOf(stamped.toJSON(), ["onSignature"])) {
      expect(data.options.stampedHeaders).toEqual(expect.arrayContaining([...names]));
      for (const name of names) expect(data.options[name]).toBe(1);
    }
    for (const container of containersOf(stamped.toJSON())) expect(container.options).toEqual({});
  });
});

interface Leaf {
  readonly data: SerializedSignature;
  /** Stamps that it must have. */
  readonly names: readonly string[];
}

function leavesOf(data: SerializedSignature, names: readonly string[]): Leaf[] {
  const links = data.options.link ?? [];
  const errbacks = data.options.linkError ?? [];
  const linkedLeaves = [
    ...links.flatMap((link) => leavesOf(link, [...names, "onCallback"])),
    ...errbacks.flatMap((errback) => leavesOf(errback, [...names, "onErrback"])),
  ];
  if (data.subtaskType === "") return [{ data, names }, ...linkedLeaves];
  return [...linkedLeaves, ...partsOf(data).flatMap(({ part, name }) => leavesOf(part, [...names, name]))];
}

function containersOf(data: SerializedSignature): SerializedSignature[] {
  if (data.subtaskType === "") return [];
  return [data, ...partsOf(data).flatMap(({ part }) => containersOf(part))];
}

/** Parts of a container, and the stamp that its hook gave them. */
function partsOf({ subtaskType, kwargs }: SerializedSignature): { part: SerializedSignature; name: string }[] {
  const list = (value: unknown): SerializedSignature[] => (Array.isArray(value) ? value : []);
  if (subtaskType === "chain") return list(kwargs["tasks"]).map((part) => ({ part, name: "onChain" }));
  if (subtaskType === "group") return list(kwargs["tasks"]).map((part) => ({ part, name: "onGroup" }));
  const header = list(kwargs["header"]).map((part) => ({ part, name: "onHeader" }));
  return [...header, ...list([kwargs["body"]]).map((part) => ({ part, name: "onBody" }))];
}
