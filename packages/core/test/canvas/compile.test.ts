import { expect, it } from "vitest";
import { compile } from "../../src/canvas/compile.ts";
import { groupData } from "../../src/canvas/containers.ts";
import { LazyMembers, materialise } from "../../src/canvas/lazy-members.ts";
import type { SignatureData } from "../../src/canvas/signature-data.ts";
import { InvalidCanvasError } from "../../src/model/errors.ts";
import {
  barrierAt,
  chain,
  chord,
  chunks,
  compiled,
  compileEnv,
  group,
  groupAt,
  idsIn,
  map,
  s,
  set,
  shape,
  si,
  starmap,
  taskAt,
} from "../support/compiled-canvas.ts";

const [a, b, c, d, t] = [s("a"), s("b"), s("c"), s("d"), s("t")];

it("a task is one step with an id, its queue and nothing else", () => {
  expect(compiled(s("add", 2, 2))).toEqual([
    {
      kind: "task",
      id: "n1",
      name: "add",
      args: [2, 2],
      kwargs: {},
      immutable: false,
      queue: "default",
      each: "once",
      group: null,
      options: {},
      link: [],
      linkError: [],
    },
  ]);
});

it.each<readonly [string, SignatureData, string]>([
  ["C074 a chain in a chain", chain(chain(s("a", 4), b), chain(chain(c), d)), "a(4) | b | c | d"],
  ["C044 groups in groups", group(a, group(b, group(c, d))), "[a, b, c, d]"],
  ["C114 a group in a header, in written order", chord([a, group(b, c), d], t), "[a, b, c, d]! | t"],
  ["C030 a group as callback", set(a, { link: [group(b, c)] }), "a>[b, c]"],
  ["C094 a chain that ends in a group", chain(a, group(b, c)), "a | [b, c]"],
  ["C133 a group of one at the end of many", chain(chain(a, group(b, c)), group(d)), "a | [b, c]! | d"],
  ["C102 a callback of a chain that ends in a group", set(chain(a, group(b, c)), { link: [t] }), "a | [b, c]!>t"],
  ["C069 a callback of a group", set(group(a, b), { link: [t] }), "[a, b]!>t"],
  ["C117 groups in a row", chain(a, group(b, b), group(c, c), t), "a | [b, b]! | [c, c]! | t"],
  ["C048 a chord with a group in its header", group(chord([group(a, b)], t)), "[[a, b]! | t]"],
  ["C050 a member that ends in a group", group(a, chain(b, group(c, d))), "[a, b | [c, d]]"],
  ["C116 members of a header that end in groups", chord([chain(a, group(b, c)), d], t), "[a | [b, c]!, d]! | t"],
  ["C052 the only member ends in a group (Q13)", group(chain(a, group(b, c))), "a | [b, c]"],
  ["C049 the only member is a chord", group(chord(a, chain(b))), "[[a]! | b]"],
  ["the same inside of groups", group(group(chord([a], group(b, c)))), "[a]! | [b, c]"],
  ["but not the only member of a header", chord([chain(a, group(b, c))], t), "[a | [b, c]!]! | t"],
  ["C115 a chain as the header (Q30)", chord(chain(a, b, c), t), "[a | b | c]! | t"],
  ["C141 a callback of a chord goes to its body", set(chord([a, b], c), { link: [t] }), "[a, b]! | c>t"],
  ["C149 a callback of a chain that ends in a chord", set(chain(a, chord([b], c)), { link: [t] }), "a | [b]! | c>t"],
  ["C130 a chord with a group as its body", chord([a, b], group(c, d)), "[a, b]! | [c, d]"],
  ["C131 a body that is a chain", chain(group(a, b), c, d, t), "[a, b]! | c | d | t"],
  ["C135 chords in a row", chain(chord([a, b], c), chord([d], t)), "[a, b]! | c | [d]! | t"],
  ["C119 a chord as the body of a chord", chord([a], chord([b], t)), "[a]! | [b]! | t"],
  ["C041 chunks as a step (Q20)", chain(chunks("a", [[1], [2], [3]], 2), t), "[a~([[1],[2]]), a~([[3]])]! | t"],
  ["C040 maps in a header", chord([map("a", [[1, 2]]), map("a", [])], t), "[a~([[1,2]]), a~([])]! | t"],
  ["chunks alone as a header", chord(chunks("a", [[1], [2]], 1), t), "[a~([[1]]), a~([[2]])]! | t"],
  ["C107 an empty header", chord([], t), "[]! | t"],
  ["C053 an empty group", group(group()), "[]"],
  ["C139 an empty group at the end is dropped", chain(a, group(b, c), group()), "a | [b, c]"],
  ["but no chunks of nothing (Q29)", chain(a, chunks("m", [], 3)), "a | []"],
  ["an empty group in the middle gives an empty list", chain(a, group(), t), "a | []! | t"],
  ["also at the end of an inner chain", chain(chain(a, group()), t), "a | []! | t"],
  ["an explicit empty body stays", chord([a], group()), "[a]! | []"],
  ["a chain of empty groups is one", chain(group(), group()), "[]"],
  ["an empty chain in a chain is nothing", chain(chain(), a, chain(chain())), "a"],
])("%s", (_what, data, expected) => {
  expect(shape(compiled(data))).toBe(expected);
});

it("Q29 a group whose members were computed keeps its shape, whatever their number", () => {
  const one = chain(a, group(b, c));
  for (const members of [[one], new LazyMembers([one])]) {
    const computed = materialise(groupData(members, { computed: true }));
    expect(shape(compiled(computed))).toBe("[a | [b, c]]");
  }
});

it("C031 C032 C037 maps are one task over their items, chunks a group of them", () => {
  const [mapped] = compiled(map("xsum", [[1], [2]]));
  expect(mapped).toMatchObject({ name: "xsum", each: "item", args: [[[1], [2]]], kwargs: {}, immutable: true });
  expect(compiled(starmap("add", [[1, 1]]))[0]).toMatchObject({
    name: "add",
    each: "tuple",
    args: [[[1, 1]]],
    immutable: true,
  });
  const sizes = groupAt(
    compiled(
      chunks(
        "add",
        Array.from({ length: 10 }, (_, x) => [x, x]),
        3,
      ),
    ),
    0,
  ).members.map((member) => {
    const [items] = taskAt(member, 0).args;
    return Array.isArray(items) ? items.length : null;
  });
  expect(sizes).toEqual([3, 3, 3, 1]);
  expect(groupAt(compiled(chunks("add", [], 3)), 0)).toMatchObject({ members: [], barrier: null });
});

it("C147 a group waits for one completion of each member", () => {
  const sizeOf = (data: SignatureData): number => groupAt(compiled(data), 0).members.length;
  const many = Array.from({ length: 42 }, () => a);
  expect(sizeOf(chord([a, b], t))).toBe(2);
  expect(sizeOf(chord([group(...many)], t))).toBe(42);
  expect(sizeOf(chord([chain(...many)], t))).toBe(1);
  const [inner, outer] = [chain(a, group(a, a, a, a)), chain(a, group(a, a, a, a))];
  const header = groupAt(compiled(chord([inner, outer], b)), 0);
  expect(header.members.map((member) => groupAt(member, 1).members.length)).toEqual([4, 4]);
});

it("the id that is asked for names the exit (C081, C140, C067, C080)", () => {
  expect(taskAt(compiled(set(chain(a, b), { taskId: "mine" })), 1).id).toBe("mine");
  expect(taskAt(compiled(chain(a, set(b, { taskId: "42" }))), 1).id).toBe("42");
  expect(taskAt(compiled(set(chord([a], set(b, { taskId: "body" })), { taskId: "mine" })), 1).id).toBe("mine");
  expect(groupAt(compiled(set(group(a, b), { taskId: "mine" })), 0).id).toBe("mine");
  expect(groupAt(compiled(set(group(chain(a, group(b, c))), { taskId: "mine" })), 1).id).toBe("mine");
  expect(groupAt(compiled(set(chunks("a", [1], 1), { taskId: "mine" })), 0).id).toBe("mine");
});

it("Q52 the id of an inner chain is that of its last step", () => {
  expect(compiled(chain(set(chain(a, b), { taskId: "inner" }), c)).map(({ id }) => id)).toEqual(["n1", "inner", "n2"]);
});

it("says of an id whether it was chosen", () => {
  expect(compiled(set(a, { taskId: "mine" }))[0]).toMatchObject({ id: "mine", chosen: true });
  expect(compiled(a)[0]).not.toHaveProperty("chosen");
});

it("C059 C065 a signature that is used several times makes several tasks, the first with the id it was given", () => {
  const frozen = set(a, { taskId: "mine" });
  expect(groupAt(compiled(group(frozen, frozen, frozen)), 0).members.map((member) => taskAt(member, 0).id)).toEqual([
    "mine",
    "n2",
    "n3",
  ]);
});

it("members have their place on their last task, the body of a chord that is a member too", () => {
  const flow = compiled(set(group(a, group(chain(b, c)), chord([d], t)), { taskId: "g" }));
  const [first, second, third] = groupAt(flow, 0).members;
  expect(taskAt(first, 0).group).toEqual({ id: "g", index: 0 });
  expect(taskAt(second, 0).group).toBeNull();
  expect(taskAt(second, 1).group).toEqual({ id: "g", index: 1 });
  const inner = groupAt(third, 0);
  expect(taskAt(inner.members[0], 0).group).toEqual({ id: inner.id, index: 0 });
  expect(taskAt(third, 1).group).toEqual({ id: "g", index: 2 });
});

it("Q09 neither the body nor a step after it carries the id of the header", () => {
  const flow = compiled(chain(group(a, b), c, d));
  expect([taskAt(flow, 1).group, taskAt(flow, 2).group]).toEqual([null, null]);
});

it("C017 a place that was frozen wins", () => {
  const frozen = set(a, { groupId: "old", groupIndex: 7 });
  const [first, second] = groupAt(compiled(group(frozen, set(chain(b, c), { groupId: "old" }))), 0).members;
  expect(taskAt(first, 0).group).toEqual({ id: "old", index: 7 });
  expect(taskAt(second, 1).group).toEqual({ id: "old", index: 1 });
  expect(taskAt(compiled(frozen), 0).group).toEqual({ id: "old", index: 7 });
});

it("a barrier is the actor of its group, and tells of the last task of the body", () => {
  const flow = compiled(chain(set(group(a, b), { taskId: "foobar" }), c, d));
  expect(barrierAt(flow, 0)).toEqual({
    actor: { id: "foobar", shard: 0xbf9cf968 % 16 },
    resultId: taskAt(flow, 2).id,
    link: [],
    linkError: [],
  });
});

it("a body ends before the next group; groups in a row are the bodies of each other", () => {
  const mixed = compiled(chain(group(a, b), c, d, group(a, b), t));
  expect([barrierAt(mixed, 0).resultId, barrierAt(mixed, 3).resultId]).toEqual([
    taskAt(mixed, 2).id,
    taskAt(mixed, 4).id,
  ]);
  const row = compiled(chain(group(a, a), group(b, b), c, d, group(t, t)));
  expect([barrierAt(row, 0).resultId, barrierAt(row, 1).resultId]).toEqual([taskAt(row, 3).id, taskAt(row, 3).id]);
  const last = compiled(chain(group(a, b), group(c, d)));
  expect(barrierAt(last, 0).resultId).toBe(groupAt(last, 1).id);
});

it("the list of values has an id of its own when nothing comes after it", () => {
  const flow = compiled(set(group(a, b), { taskId: "g", link: [t] }));
  expect(barrierAt(flow, 0).resultId).toMatch(/^n\d$/);
  expect(new Set(idsIn(flow)).size).toBe(idsIn(flow).length);
});

it("an exit is given the id and the generation that are asked for", () => {
  const demand = { resultId: "old", gen: 3 };
  expect(compiled(set(chain(a, b), { taskId: "own" }), demand)).toMatchObject([{ id: "n1" }, { id: "old", gen: 3 }]);
  const gathered = compiled(set(group(a, b), { taskId: "own" }), demand);
  expect(shape(gathered)).toBe("[a, b]!");
  expect(barrierAt(gathered, 0)).toMatchObject({ resultId: "old", actor: { id: "own" } });
  expect(shape(compiled(group(a, chain(b, group(c, d))), demand))).toBe("[a, b | [c, d]!]!");
  expect(barrierAt(compiled(group(chain(a, group(b, c))), demand), 1).resultId).toBe("old");
});

it("nothing else takes the id that is asked for", () => {
  expect(compiled(chain(set(a, { taskId: "old" }), b), { resultId: "old" }).map(({ id }) => id)).toEqual(["n1", "old"]);
});

it.each<readonly [string, SignatureData, string]>([
  ["C082 an empty chain", chain(), "an empty chain has nothing to run"],
  ["a chain of empty chains", chain(chain(), chain(chain())), "an empty chain"],
  ["Q45 an empty chain in a group", group(a, chain()), "an empty chain"],
  ["Q45 an empty chain in a header", chord([a, chain()], t), "an empty chain"],
  ["an empty chain as a callback", set(a, { link: [chain()] }), "an empty chain"],
  ["C150 a chord without a body", chord([a]), "a chord has no body"],
  ["a chord without a body, deep inside", chain(a, group(chord([a], chord([b])))), "a chord has no body"],
  ["a group in a group with a callback", group(a, set(group(b), { link: [t] })), "a group in a group has a callback"],
])("refuses %s", (_what, data, why) => {
  expect(() => compiled(data)).toThrow(InvalidCanvasError);
  expect(() => compiled(data)).toThrow(why);
});

it("C099 takes a chain of 10,000 steps, and a group of 99,999 members", () => {
  expect(compiled(chain(...Array.from({ length: 10_000 }, () => a)))).toHaveLength(10_000);
  expect(groupAt(compiled(group(...Array.from({ length: 109_999 }, () => a))), 0).members).toHaveLength(109_999);
});

it("refuses more than 110,000 nodes, callbacks and slices included, and names the number", () => {
  const nodes = (count: number): readonly SignatureData[] => Array.from({ length: count }, () => a);
  const many = group(...nodes(110_000));
  const errbacks = set(group(...nodes(60_000)), { linkError: [si("e")] });
  const slices = chunks("a", nodes(110_001), 1);
  const steps: SignatureData[] = [];
  const ring: SignatureData = { ...chain(), kwargs: { tasks: steps } };
  steps.push(ring, ring);
  for (const data of [many, errbacks, slices])
    expect(() => compiled(data)).toThrow("more than 110000 tasks and groups");
  expect(() => compiled(ring)).toThrow(InvalidCanvasError);
});

it("takes a nest of 100 levels and refuses one of 101, and names the number", () => {
  const nest = (levels: number, wrap: (inner: SignatureData) => SignatureData): SignatureData =>
    levels === 1 ? a : wrap(nest(levels - 1, wrap));
  const wraps = [
    (inner: SignatureData) => group(a, chain(inner)),
    (inner: SignatureData) => chord([inner], a),
    (inner: SignatureData) => set(a, { link: [inner] }),
    (inner: SignatureData) => set(a, { linkError: [inner] }),
  ];
  for (const [i, wrap] of wraps.entries()) {
    const levels = i === 0 ? 50 : 100;
    expect(compiled(nest(levels, wrap)).length).toBeGreaterThan(0);
    expect(() => compiled(nest(levels + 1, wrap))).toThrow("nested deeper than 100 levels");
    expect(() => compiled(nest(4_000, wrap))).toThrow(InvalidCanvasError);
  }
});

it("starmap with data of the mapped task keeps its queue", () => {
  const env = compileEnv({
    callee: (name) => ({
      queue: name === "add" ? "sums" : "other",
      priority: null,
      ignoreResult: false,
      atMostOnce: false,
      serializer: "msgpack",
      expiresMs: null,
    }),
  });
  expect(taskAt(compiled(starmap("add", [[1, 1]]), null, env), 0).queue).toBe("sums");
});

it("a group that ends a canvas is waited for when somebody needs its value", () => {
  const flowOf = (gathered: boolean): string => shape(compile(chain(a, group(b, c)), compileEnv(), { gathered }));
  expect([flowOf(false), flowOf(true)]).toEqual(["a | [b, c]", "a | [b, c]!"]);
});
