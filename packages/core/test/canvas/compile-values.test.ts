// Any canvas means the same as signature and as flow (spec §1), and waits for exactly what somebody needs the whole of.

import fc from "fast-check";
import { expect, it } from "vitest";
import type { SignatureData } from "../../src/canvas/signature-data.ts";
import { type Flow, taskStepsOf } from "../../src/model/flow.ts";
import { chain, chord, chunks, compiled, group, idsIn, s, set, si } from "../support/compiled-canvas.ts";

const canvases: fc.Arbitrary<SignatureData> = fc.letrec<{ any: SignatureData }>((tie) => {
  const any = tie("any");
  const list = fc.array(any, { maxLength: 4 });
  const task = fc.constantFrom("a", "b", "c").chain((name) => fc.constantFrom(s(name), si(name)));
  const steps = fc.array(any, { minLength: 1, maxLength: 4 });
  return {
    any: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      task,
      fc.integer({ min: 0, max: 3 }).map((size) => chunks("m", ["x", "y", "z"].slice(0, size), 2)),
      fc.oneof(
        steps.map((all) => chain(...all)),
        list.map((all) => group(...all)),
      ),
      fc.tuple(fc.oneof(list, any), any).map(([header, body]) => chord(header, body)),
    ),
  };
}).any;

/** What a signature comes to, by the text of the specification; `v` is none at the start. */
function meaning(data: SignatureData, v: readonly unknown[], followed: boolean): unknown {
  if (data.subtaskType === "starmap") return ["m", data.kwargs["it"]];
  if (data.subtaskType === "chain") {
    return stepsOf(data, followed).reduce<readonly unknown[]>(
      (before, step, at, all) => [meaning(step, before, followed || at < all.length - 1)],
      v,
    )[0];
  }
  if (data.subtaskType === "chord") {
    return meaning(bodyOf(data), [meaning(headerOf(data), v, true)], followed);
  }
  if (!isGroup(data)) return data.immutable ? [data.task] : [data.task, ...v];
  const members = splicedMembers(data);
  const [only] = members;
  if (members.length === 1 && only && !followed && !data.kwargs["computed"] && endsInGroup(only))
    return meaning(only, v, false);
  return members.map((member) => meaning(member, v, false));
}

function held(data: SignatureData, name: string): readonly SignatureData[] {
  const value = data.kwargs[name];
  return Array.isArray(value) ? value : [];
}

function bodyOf(data: SignatureData): SignatureData {
  return held({ ...data, kwargs: { body: [data.kwargs["body"]] } }, "body")[0] ?? chain();
}

function headerOf(data: SignatureData): SignatureData {
  if (Array.isArray(data.kwargs["header"])) return group(...held(data, "header"));
  const [only] = held({ ...data, kwargs: { header: [data.kwargs["header"]] } }, "header");
  if (!only) return group();
  return isGroup(only) ? only : group(only);
}

const isGroup = ({ subtaskType }: SignatureData): boolean => subtaskType === "group" || subtaskType === "chunks";

function splicedMembers(data: SignatureData): readonly SignatureData[] {
  if (data.subtaskType === "group")
    return held(data, "tasks").flatMap((member) => (isGroup(member) ? splicedMembers(member) : [member]));
  const items = held(data, "it");
  return [items.slice(0, 2), items.slice(2)]
    .filter((slice) => slice.length > 0)
    .map((it): SignatureData => ({ ...s("m"), subtaskType: "starmap", kwargs: { it } }));
}

function isEmpty(data: SignatureData): boolean {
  if (data.subtaskType === "group") return !data.kwargs["computed"] && held(data, "tasks").every(isEmpty);
  return data.subtaskType === "chain" && held(data, "tasks").every(isEmpty);
}

function stepsOf(data: SignatureData, followed: boolean): readonly SignatureData[] {
  const steps = [...held(data, "tasks")];
  while (!followed && steps.length > 1 && steps.slice(-1).every(isEmpty)) steps.pop();
  return steps;
}

function endsInGroup(data: SignatureData): boolean {
  if (data.subtaskType === "chord") return endsInGroup(bodyOf(data));
  if (data.subtaskType === "chain") return stepsOf(data, false).slice(-1).some(endsInGroup);
  return isGroup(data);
}

/** What a flow comes to, run step by step. */
function run(flow: Flow, v: readonly unknown[]): unknown {
  return flow.reduce<readonly unknown[]>((before, step) => {
    if (step.kind === "group") return [step.members.map((member) => run(member, before))];
    if (step.each === "tuple") return [[step.name, step.args[0]]];
    return [step.immutable ? [step.name] : [step.name, ...before]];
  }, v)[0];
}

/** Says which groups have a barrier that they do not need, or lack one. */
function badBarriers(flow: Flow, awaited: boolean): string[] {
  return flow.flatMap((step, at) => {
    if (step.kind === "task") return [];
    const needed = awaited || at < flow.length - 1;
    const wrong = needed === (step.barrier !== null) ? [] : [`${step.id}: ${needed ? "lacks" : "has"} a barrier`];
    return [...wrong, ...step.members.flatMap((member) => badBarriers(member, needed))];
  });
}

it("C118 C120 C121 C122 C136 every canvas has the value that the specification gives it", () => {
  fc.assert(
    fc.property(canvases, fc.constantFrom([], ["in"]), (data, input) => {
      const flow = compiled(data);
      expect(run(flow, input)).toEqual(meaning(data, input, false));
      expect(badBarriers(flow, false)).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

it("every canvas whose value is asked for gathers it", () => {
  fc.assert(
    fc.property(canvases, (data) => {
      const flow = compiled(data, { resultId: "asked" });
      expect(badBarriers(flow, true)).toEqual([]);
      const last = flow.at(-1);
      expect(last?.kind === "group" ? last.barrier?.resultId : last?.id).toBe("asked");
    }),
  );
});

it("no two parts of a canvas share an id, whatever is linked to it and however often a signature is used", () => {
  fc.assert(
    fc.property(canvases, canvases, (data, link) => {
      const frozen = set(link, { taskId: "mine" });
      const all = compiled(set(chain(data, frozen, data), { link: [frozen], linkError: [frozen] }));
      const ids = idsIn(all);
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids.filter((id) => id === "mine")).toHaveLength(1);
    }),
  );
});

it("C138 each task of a canvas runs once", () => {
  const echo = (i: number): SignatureData => si("echo", i);
  const data = chain(group(echo(1), echo(2)), group(echo(3), group(echo(4))), group(echo(5)), echo(6), echo(7));
  expect([...taskStepsOf(compiled(data))].map(({ args }) => args[0])).toEqual([1, 2, 3, 4, 5, 6, 7]);
});
