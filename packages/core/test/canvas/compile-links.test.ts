// Who gets which errback and which options (spec §3, §4, §11).

import { expect, it } from "vitest";
import { frozen } from "../../src/canvas/freeze.ts";
import type { SignatureData } from "../../src/canvas/signature-data.ts";
import {
  barrierAt,
  chain,
  chord,
  compiled,
  errback,
  group,
  groupAt,
  idsIn,
  map,
  s,
  set,
  shape,
  si,
  taskAt,
} from "../support/compiled-canvas.ts";

const [a, b, c, d, t, e, f] = [s("a"), s("b"), s("c"), s("d"), s("t"), s("e"), s("f")];

const failing = (data: SignatureData, ...linkError: readonly SignatureData[]): SignatureData =>
  set(data, { linkError });

it.each<readonly [string, SignatureData, string]>([
  ["C156 every step of a chain", failing(chain(a, b), e), "a?e | b?e"],
  ["C089 the steps of an inner chain only", chain(set(failing(chain(a, b), e), { link: [f] }), d), "a?e | b>f?e | d"],
  ["every member of a group", failing(group(a, chain(b, c), chord([d], t)), e), "[a?e, b?e | c?e, [d]!?e | t?e]"],
  ["C141 C161 the body of a chord, once for all its header", failing(chord([a, b], t), e), "[a, b]!?e | t?e"],
  ["C162 every step of a body", failing(chord([a], chain(b, c)), e), "[a]!?e | b?e | c?e"],
  ["C165 Q25 every member of a body that is a group", failing(chord([a], group(b, c)), e), "[a]!?e | [b?e, c?e]"],
  ["a chain with a chord in it", failing(chain(a, group(b, c), d), e), "a?e | [b, c]!?e | d?e"],
  ["a chain that ends in a group", failing(chain(a, group(b, c)), e), "a?e | [b?e, c?e]"],
  [
    "the exit of groups in a row",
    failing(chain(a, group(b, b), group(c, c), t), e),
    "a?e | [b, b]!?e | [c, c]!?e | t?e",
  ],
  [
    "groups in a row to the end",
    failing(chain(group(a, a), group(b, b), group(c, d)), e),
    "[a, a]!?e | [b, b]!?e | [c?e, d?e]",
  ],
  ["by hand on a member of a header", chord([failing(a, e), b], t), "[a?e, b]! | t"],
  ["by hand on a group that becomes a header", chain(failing(group(a, b), e), t), "[a?e, b?e]! | t"],
  ["C170 Q26 no chord in the header", failing(chord([a, chord([b], c)], t), e), "[a, [b]! | c]!?e | t?e"],
  ["an inner chord in a header has its own", chord([failing(chord([a], b), e)], t), "[[a]!?e | b?e]! | t"],
  ["a chord whose body became a header", chain(failing(chord([a], group(b, c)), e), t), "[a]!?e | [b?e, c?e]! | t"],
  ["a chain whose end became a header", chain(failing(chain(a, group(b, c)), e), t), "a?e | [b?e, c?e]! | t"],
  ["members that differ, each once", chord([a], group(failing(b, e, f), failing(c, f))), "[a]!?e?f | [b?e?f, c?f]"],
  ["the body's last step", chord([a], chain(failing(b, e), failing(c, f))), "[a]!?f | b?e | c?f"],
  ["nobody twice", failing(chain(failing(a, e), b), e, e), "a?e | b?e"],
  ["a group in a group", failing(group(a, failing(group(b), f)), e), "[a?e, b?f?e]"],
  ["Q13 a group of one", failing(group(failing(chain(a, group(b, c)), f)), e), "a?f?e | [b?f?e, c?f?e]"],
])("an errback is linked to: %s", (_what, data, expected) => {
  expect(shape(compiled(data))).toBe(expected);
});

it.each<readonly [string, SignatureData, string]>([
  [
    "C023 Q01 the signature's first, equal ones once",
    set(chain(a, set(b, { link: [e, f] })), { link: [f, t] }),
    "a | b>e>f>t",
  ],
  ["Q27 a chain that ends in a chord", set(chain(a, chord([b], c)), { link: [t] }), "a | [b]! | c>t"],
  ["C102 a chain that ends in a group", set(chain(a, group(b, c)), { link: [t] }), "a | [b, c]!>t"],
  ["C069 Q22 a group that is a header too", chain(set(group(a, b), { link: [e] }), t), "[a, b]!>e | t"],
  ["a group of one", set(group(chain(a, set(group(b, c), { link: [e] }))), { link: [t] }), "a | [b, c]!>e>t"],
  ["C013 callbacks of callbacks", set(a, { link: [set(b, { link: [chain(c, d)] })] }), "a>b>c | d"],
])("a callback goes to: %s", (_what, data, expected) => {
  expect(shape(compiled(data))).toBe(expected);
});

it("Q25 takes errbacks that say the same once, frozen or not", () => {
  const saying = (kwargs: SignatureData["kwargs"], options: SignatureData["options"] = {}): SignatureData => ({
    ...s("e", 1n),
    kwargs,
    options,
  });
  const ring: unknown[] = [];
  ring.push(ring);
  const different = [
    saying({ x: 1, y: new Date(0), options: { taskId: 1 } }),
    saying({ x: 1, y: new Date(1), options: { taskId: 1 } }),
    saying({ x: 1, y: new Date(0), options: { taskId: 2 } }),
    saying({ x: "1" }),
    saying({ x: 1 }),
    saying({ x: Number.NaN }),
    saying({ x: null }),
    s("e", ring),
  ];
  const same = [
    saying({ options: { taskId: 1 }, y: new Date(0), x: 1 }, { taskId: "mine" }),
    saying({ x: "1" }, { groupId: "g", groupIndex: 1 }),
  ];
  const body = group(...[...different, ...same].map((one) => failing(b, one)));
  expect(barrierAt(compiled(chord([a], body)), 0).linkError).toHaveLength(different.length);
});

it("Q25 a frozen chord's errback runs once for its header, whatever ids its copies got", () => {
  let ids = 0;
  const chorded = frozen(failing(chord([a], group(b, c, d)), set(e, { link: [f] })), () => `f${++ids}`);
  expect(shape(compiled(chorded))).toBe("[a]!?e>f | [b?e>f, c?e>f, d?e>f]");
});

it("gives every copy of an errback ids of its own", () => {
  const deep = failing(set(chain(e, group(f, f)), { taskId: "mine", link: [d] }), set(f, { taskId: "f" }));
  const flow = compiled(failing(chain(a, group(b, c), chord([a, b], group(c, d))), deep));
  const ids = idsIn(flow);
  expect(new Set(ids).size).toBe(ids.length);
  const [own, barriers] = [taskAt(flow, 0).linkError, barrierAt(flow, 1).linkError];
  expect([own.length, barriers.length]).toEqual([1, 1]);
});

it("C178 an errback says what it gets", () => {
  const { linkError } = taskAt(compiled(failing(a, errback("new"), e, si("plain", 7, 8))), 0);
  expect(linkError.map(({ gets }) => gets)).toEqual(["details", "id", "id"]);
  expect(taskAt(linkError[2]?.flow, 0)).toMatchObject({ immutable: true, args: [7, 8] });
  expect(barrierAt(compiled(failing(chord([a], b), errback("new"))), 0).linkError[0]?.gets).toBe("details");
});

it.each<readonly [string, SignatureData, string]>([
  ["C055 all members of a group", set(group(a, group(b), chain(c, d)), { immutable: true }), "[a~, b~, c~ | d]"],
  ["C101 Q33 the first step of a chain", chain(s("x"), set(chain(a, b), { immutable: true })), "x | a~ | b"],
  ["the header of a chord", set(chord([a, b], t), { immutable: true }), "[a~, b~]! | t"],
  ["what begins with a group", set(chain(group(a, b), t), { immutable: true }), "[a~, b~]! | t"],
])("what is immutable: %s", (_what, data, expected) => {
  expect(shape(compiled(data))).toBe(expected);
});

/** Queues by task, as a text. */
function queuesOf(data: SignatureData): string {
  const found: string[] = [];
  const visit = (flow: ReturnType<typeof compiled>): void => {
    for (const step of flow) {
      if (step.kind === "task") found.push(`${step.name}:${step.queue}`);
      else step.members.forEach(visit);
    }
  };
  visit(compiled(data));
  return found.join(" ");
}

it.each<readonly [string, SignatureData, string]>([
  ["C092 Q03 Q52 the first step of a chain", set(chain(chain(a, b), c), { queue: "q" }), "a:q b:default c:default"],
  ["an inner chain's first step", chain(a, set(chain(b, c), { queue: "q" })), "a:default b:q c:default"],
  [
    "C068 all members, and wins over theirs",
    set(group(set(a, { queue: "x" }), chain(b, c)), { queue: "q" }),
    "a:q b:q c:default",
  ],
  ["members of a group within", group(a, set(group(b), { queue: "q" })), "a:default b:q"],
  ["header and body of a chord", set(chord([a, group(b)], chain(c, d)), { queue: "q" }), "a:q b:q c:q d:default"],
  ["header and body of what begins with a group", set(chain(group(a, b), c), { queue: "q" }), "a:q b:q c:q"],
  ["what is not given does not count", set(chain(set(a, { queue: "x" })), { queue: undefined }), "a:x"],
  ["a stamp is no option", set(chain(set(a, { queue: "x", stampedHeaders: ["queue"] })), {}), "a:default"],
])("options go to: %s", (_what, data, expected) => {
  expect(queuesOf(data)).toBe(expected);
});

it("options of map go to its one task", () => {
  expect(compiled(set(map("a", [1]), { headers: { h: 1 }, queue: "q" }))[0]).toMatchObject({
    queue: "q",
    options: { headers: { h: 1 } },
  });
});

it("callbacks inherit no options (spec §3)", () => {
  const flow = compiled(set(a, { queue: "q", headers: { h: 1 }, link: [b], linkError: [c] }));
  const { link, linkError } = taskAt(flow, 0);
  for (const follow of [link[0], linkError[0]?.flow])
    expect(taskAt(follow, 0)).toMatchObject({ queue: "default", options: {} });
});

it("C091 what is asked of a chain lands on its last step, the errback on every step", () => {
  const flow = compiled(set(chain(a, b, c), { taskId: "T", groupId: "G", groupIndex: 2, link: [d], linkError: [e] }));
  expect(shape(flow)).toBe("a?e | b?e | c>d?e");
  expect(taskAt(flow, 2)).toMatchObject({ id: "T", group: { id: "G", index: 2 } });
  expect(groupAt(compiled(group(a)), 0).barrier).toBeNull();
});
