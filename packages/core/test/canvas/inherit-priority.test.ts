import { expect, it } from "vitest";
import { type PriorityRule, withPriorities } from "../../src/canvas/inherit-priority.ts";
import type { SignatureData } from "../../src/canvas/signature-data.ts";
import type { Flow, TaskStep } from "../../src/model/flow.ts";
import { chain, chord, compiled, errback, group, s, set } from "../support/compiled-canvas.ts";

const [a, b, c, d] = [s("a"), s("b"), s("c"), s("d")];
const INHERIT: PriorityRule = { inherits: true, parent: 4, otherwise: null };

/** Name and priority of every task of a flow, callbacks and errbacks included. */
function prioritiesOf(flow: Flow): string[] {
  return flow.flatMap((step) => {
    const own = step.kind === "task" ? [textOf(step)] : step.members.flatMap(prioritiesOf);
    const after = step.kind === "task" ? step : step.barrier;
    const links = (after?.link ?? []).flatMap(prioritiesOf);
    return [...own, ...links, ...(after?.linkError ?? []).flatMap(({ flow: of }) => prioritiesOf(of))];
  });
}

const textOf = ({ name, options }: TaskStep): string => `${name}${options.priority ?? "-"}`;

function prioritised(data: SignatureData, rule: PriorityRule): string {
  return prioritiesOf(withPriorities(compiled(data), rule)).join(" ");
}

it.each<readonly [string, SignatureData, string]>([
  ["each step from the one before", chain(a, set(b, { priority: 7 }), c), "a4 b7 c7"],
  ["callbacks and errbacks from their task", set(a, { priority: 2, link: [b], linkError: [errback("e")] }), "a2 b2 e2"],
  ["members from before the group", group(set(a, { priority: 0 }), b), "a0 b4"],
  [
    "a body from before the group",
    chain(set(d, { priority: 1 }), chord([a, set(b, { priority: 9 })], c)),
    "d1 a1 b9 c1",
  ],
])("inherits %s", (_what, data, expected) => {
  expect(prioritised(data, INHERIT)).toBe(expected);
});

it("inherits from a step where nothing came from outside", () => {
  expect(prioritised(chain(a, set(b, { priority: 7 }), c), { ...INHERIT, parent: null })).toBe("a- b7 c7");
});

it("takes the default where nothing is inherited", () => {
  expect(prioritised(chain(a, set(b, { priority: 7 }), c), { inherits: false, parent: 4, otherwise: 3 })).toBe(
    "a3 b7 c3",
  );
});

it("leaves a flow alone that gets none", () => {
  const flow = compiled(chain(a, b));
  expect(withPriorities(flow, { inherits: false, parent: 4, otherwise: null })).toBe(flow);
});
