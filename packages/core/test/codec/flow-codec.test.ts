import fc from "fast-check";
import { expect, it } from "vitest";
import {
  addressFromWire,
  errbacksFromWire,
  flowFromWire,
  flowsFromWire,
  membershipFromWire,
  placeFromWire,
  wireOfAddress,
  wireOfErrbacks,
  wireOfFlow,
  wireOfFlows,
  wireOfMembership,
  wireOfPlace,
} from "../../src/codec/flow-codec.ts";
import { serializerNamed } from "../../src/codec/serializer.ts";
import { ENVELOPE_DEPTH, MAX_DEPTH } from "../../src/codec/value-limits.ts";
import { InvalidMessageError, SerializationError } from "../../src/model/errors.ts";
import type { Flow, GroupStep } from "../../src/model/flow.ts";
import { addresses, chainOf, flowsOf, memberships, taskStep } from "../support/flows.ts";
import { thrownBy } from "../support/thrown-by.ts";
import { jsonValues, msgpackValues, namesOf } from "../support/values.ts";

const msgpack = serializerNamed("msgpack");

/** What comes of a wire form that travels as a field of an envelope. */
function travelled(wire: unknown, serializer = msgpack): unknown {
  return Object.entries(serializer.decode(serializer.encode({ wire })) ?? {})[0]?.[1];
}

function trip(flow: Flow, serializer = msgpack): Flow {
  return flowFromWire(travelled(wireOfFlow(flow, serializer), serializer), "chain");
}

const groupOf = (members: readonly Flow[]): GroupStep => ({ kind: "group", id: "g", members, barrier: null });

it.each([
  ["msgpack", msgpackValues],
  ["json", jsonValues],
] as const)("gives back every flow, list of flows and errback, written by %s", (name, values) => {
  const serializer = serializerNamed(name);
  const gets = fc.constantFrom("id" as const, "details" as const);
  fc.assert(
    fc.property(fc.array(flowsOf(values), { maxLength: 2 }), gets, (flows, what) => {
      const errbacks = flows.map((flow) => ({ gets: what, flow }));
      for (const flow of flows) expect(trip(flow, serializer)).toEqual(flow);
      expect(flowsFromWire(travelled(wireOfFlows(flows, serializer), serializer), "link")).toEqual(flows);
      expect(errbacksFromWire(travelled(wireOfErrbacks(errbacks, serializer), serializer), "linkError")).toEqual(
        errbacks,
      );
    }),
    { numRuns: 40 },
  );
});

it("gives back addresses, memberships and places", () => {
  fc.assert(
    fc.property(
      addresses,
      memberships,
      fc.record({ id: namesOf(128), index: fc.nat() }),
      (address, membership, place) => {
        expect(addressFromWire(travelled(wireOfAddress(address)), "actor")).toEqual(address);
        expect(membershipFromWire(travelled(wireOfMembership(membership)), "memberOf")).toEqual(membership);
        expect(placeFromWire(travelled(wireOfPlace(place)), "group")).toEqual(place);
      },
    ),
  );
});

it("names each task once, and leaves out what has its default", () => {
  const flow: Flow = [
    taskStep({ id: "a", args: [1] }),
    taskStep({ id: "b" }),
    taskStep({ id: "c", immutable: true, each: "item", args: [[1, 2]] }),
    {
      kind: "group",
      id: "g",
      members: [[taskStep({ id: "d", group: { id: "g", index: 0 } })], [taskStep({ id: "e", immutable: true })]],
      barrier: {
        actor: { shard: 7, id: "g" },
        resultId: "f",
        link: [[taskStep({ id: "h" })]],
        linkError: [{ gets: "details", flow: [taskStep({ id: "i", name: "proj.err" })] }],
      },
    },
    taskStep({
      id: "f",
      gen: 1,
      chosen: true,
      kwargs: { z: 1 },
      group: { id: "outer", index: 2 },
      options: { ignoreResult: true },
    }),
  ];
  expect(wireOfFlow(flow, msgpack)).toEqual([
    [
      ["proj.add", "default"],
      ["proj.add", "default", true, "item"],
      ["proj.add", "default", true],
      ["proj.err", "default"],
    ],
    [
      [
        ["a", 0, [1]],
        ["b", 0],
        ["c", 1, [[1, 2]]],
        { id: "g", members: 2, shard: 7, resultId: "f", link: 1, linkError: ["details"] },
        ["f", 0, [], { kwargs: { z: 1 }, options: { ignoreResult: true }, group: ["outer", 2], gen: 1, chosen: true }],
      ],
      [["d", 0]],
      [["e", 2, [], { group: false }]],
      [["h", 0]],
      [["i", 3]],
    ],
  ]);
});

it("reads nothing as nothing, and an empty flow", () => {
  expect([
    flowFromWire(undefined, "chain"),
    flowsFromWire(undefined, "link"),
    errbacksFromWire(undefined, "linkError"),
  ]).toEqual([[], [], []]);
  expect(trip([])).toEqual([]);
});

it("C099 a chain of 1,000 steps takes less than 50 bytes a step", () => {
  const chain = chainOf(1_000);
  expect(trip(chain)).toEqual(chain);
  expect(msgpack.encode(wireOfFlow(chain, msgpack)).length).toBeLessThan(50_000);
});

it("takes a flow of 100 levels, callbacks included, and refuses to write or read one of 101", () => {
  const nested = (levels: number): Flow =>
    levels === 1
      ? [taskStep()]
      : [levels % 2 === 0 ? groupOf([nested(levels - 1)]) : taskStep({ link: [nested(levels - 1)] })];
  expect(trip(nested(100))).toEqual(nested(100));
  expect(() => wireOfFlow(nested(101), msgpack)).toThrow(SerializationError);
  expect(() => wireOfFlow(nested(101), msgpack)).toThrow("deeper than 100 levels");
  const inner = Array.from({ length: 99 }, () => [{ id: "g", members: 1 }]);
  const leaf = [["a", 0]];
  const callees = [["a", "q"]];
  expect(flowFromWire([callees, [...inner, leaf]], "chain")).toHaveLength(1);
  expect(() => flowFromWire([callees, [...inner, [{ id: "g", members: 1 }], leaf]], "chain")).toThrow(
    InvalidMessageError,
  );
});

it("refuses what is too large for one message", () => {
  expect(() => wireOfFlow(chainOf(20_000), msgpack)).toThrow(SerializationError);
  expect(() => wireOfFlow(chainOf(20_000), msgpack)).toThrow("more than 110000 elements");
  expect(wireOfFlow(chainOf(10_000), msgpack)).toBeDefined();
  const many = taskStep({ args: [Array.from({ length: 60_000 }, () => 0)] });
  expect(() => wireOfFlow([many], msgpack)).not.toThrow();
  expect(() => wireOfFlow([many, many], msgpack)).toThrow("more than 110000 elements");
  const steps = Array.from({ length: 110_001 }, () => ["a", 0]);
  expect(() => flowFromWire([[["a", "q"]], [steps]], "chain")).toThrow('field "chain.steps" of the message is 110001');
});

it("names the part that cannot travel", () => {
  const bad = { when: () => 1 };
  const simple = taskStep({ args: [1] });
  expect(() => wireOfFlow([simple, taskStep({ args: [{}, bad] })], msgpack)).toThrow(
    "proj.add.args[1].when cannot be sent",
  );
  expect(() => wireOfFlow([taskStep({ kwargs: { bad } })], msgpack)).toThrow("proj.add.kwargs.bad.when cannot be sent");
  expect(() => wireOfFlow([taskStep({ options: { headers: { bad } } })], msgpack)).toThrow(
    "proj.add.options.headers.bad",
  );
  const dates = [groupOf([[taskStep({ args: [new Date(0)] })]])];
  expect(trip(dates)).toEqual(dates);
  expect(() => wireOfFlow(dates, serializerNamed("json"))).toThrow("proj.add.args[0] cannot be sent: it is a Date");
  expect(() => wireOfFlow([taskStep({ args: [Number.NaN] })], serializerNamed("json"))).toThrow(SerializationError);
});

it("refuses arguments that are nested too deep", () => {
  let deep: unknown = 1;
  for (let i = 0; i < MAX_DEPTH - ENVELOPE_DEPTH; i++) deep = [deep];
  expect(() => wireOfFlow([taskStep({ args: [deep] })], msgpack)).toThrow("nested deeper than");
});

const CALLEES: readonly unknown[] = [["a", "q"]];

/** A flow of one step as its sender could have written it. */
const wireWith = (step: unknown, callees: unknown = CALLEES): unknown => [callees, [[step]]];

it.each<readonly [string, unknown]>([
  ["chain", 5],
  ["chain", "text"],
  ["chain", { a: 1 }],
  ["chain", []],
  ["chain", [[], {}]],
  ["chain.flows", [[], []]],
  ["chain.flows", [[], [5]]],
  ["chain.flows", [CALLEES, [[["a", 0]], [["b", 0]]]]],
  ["chain.step", wireWith(5)],
  ["chain.step", wireWith(new Map())],
  ["chain.step", wireWith(["a", 0, [], 5])],
  ["chain.id", wireWith(["a b", 0])],
  ["chain.id", wireWith([5, 0])],
  ["chain.id", wireWith([{ toString: 1 }, 0])],
  ["chain.callee", wireWith([])],
  ["chain.callee", wireWith(["a", 1])],
  ["chain.callee", wireWith(["a", -1])],
  ["chain.callee", wireWith(["a", "length"])],
  ["chain.callee", wireWith(["a", 0.5])],
  ["chain.args", wireWith(["a", 0, "xy"])],
  ["chain.args", wireWith(["a", 0, { length: 1 }])],
  ["chain.name", wireWith(["a", 0], [5])],
  ["chain.name", wireWith(["a", 0], [["*", "q"]])],
  ["chain.queue", wireWith(["a", 0], [["a", "q.>"]])],
  ["chain.queue", wireWith(["a", 0], [["a"]])],
  ["chain.immutable", wireWith(["a", 0], [["a", "q", 1]])],
  ["chain.each", wireWith(["a", 0], [["a", "q", true, "all"]])],
  ["chain.group", wireWith(["a", 0, [], { group: true }])],
  ["chain.group", wireWith(["a", 0, [], { group: ["g", -1] }])],
  ["chain.group", wireWith(["a", 0, [], { group: ["g h", 1] }])],
  ["kwargs", wireWith(["a", 0, [], { kwargs: [] }])],
  ["gen", wireWith(["a", 0, [], { gen: -1 }])],
  ["gen", wireWith(["a", 0, [], { gen: 1_101 }])],
  ["chosen", wireWith(["a", 0, [], { chosen: 1 }])],
  ["link", wireWith(["a", 0, [], { link: -1 }])],
  ["link", wireWith(["a", 0, [], { link: 1e9 }])],
  ["chain.flows", wireWith(["a", 0, [], { link: 1 }])],
  ["chain.linkError", wireWith(["a", 0, [], { linkError: 1 }])],
  ["chain.linkError", wireWith(["a", 0, [], { linkError: ["all"] }])],
  ["options", wireWith(["a", 0, [], { options: 1 }])],
  ["expiresMs", wireWith(["a", 0, [], { options: { expiresMs: -1 } }])],
  ["expires", wireWith(["a", 0, [], { options: { expires: "now" } }])],
  ["ignoreResult", wireWith(["a", 0, [], { options: { ignoreResult: 1 } }])],
  ["atMostOnce", wireWith(["a", 0, [], { options: { atMostOnce: "no" } }])],
  ["chain.serializer", wireWith(["a", 0, [], { options: { serializer: "xml" } }])],
  ["headers", wireWith(["a", 0, [], { options: { headers: [] } }])],
  ["stamps", wireWith(["a", 0, [], { options: { stamps: 1 } }])],
  ["shadow", wireWith(["a", 0, [], { options: { shadow: "x".repeat(257) } }])],
  ["argsrepr", wireWith(["a", 0, [], { options: { argsrepr: 1 } }])],
  ["kwargsrepr", wireWith(["a", 0, [], { options: { kwargsrepr: "x".repeat(4_097) } }])],
  ["chain.id", wireWith({ members: 0 })],
  ["members", wireWith({ id: "g", members: -1 })],
  ["members", wireWith({ id: "g", members: 110_001 })],
  ["chain.flows", wireWith({ id: "g", members: 110_000 })],
  ["chain.flows", [CALLEES, [[{ id: "g", members: 1 }], []]]],
  ["chain.flows", wireWith({ id: "g", members: 0, link: 1, resultId: "r" })],
  ["chain.resultId", wireWith({ id: "g", members: 0, resultId: 5 })],
  ["shard", wireWith({ id: "g", members: 0, resultId: "r", shard: 65_536 })],
  ["chain.actor", wireWith({ id: "g", members: 0, resultId: "r", actor: "a b" })],
])("names the field %s when its value is wrong: %j", (name, wire) => {
  const thrown = thrownBy(() => flowFromWire(wire, "chain"));
  expect(thrown).toBeInstanceOf(InvalidMessageError);
  expect(String(thrown)).toContain(`field "${name}" of the message is `);
});

it.each<readonly [string, () => unknown]>([
  ["link", () => flowsFromWire(5, "link")],
  ["link.flows", () => flowsFromWire([CALLEES, [[]]], "link")],
  ["linkError", () => errbacksFromWire([CALLEES, [[["a", 0]]]], "linkError")],
  ["linkError.flows", () => errbacksFromWire([CALLEES, [[["a", 0]]], []], "linkError")],
  ["linkError.flows", () => errbacksFromWire([CALLEES, [], ["id"]], "linkError")],
  ["actor", () => addressFromWire([65_536, "a"], "actor")],
  ["actor", () => addressFromWire([0, "a b"], "actor")],
  ["memberOf", () => membershipFromWire([0, "a", -1], "memberOf")],
  ["memberOf", () => membershipFromWire([0, "a"], "memberOf")],
  ["group", () => placeFromWire(["a", 0.5], "group")],
  ["group", () => placeFromWire("a", "group")],
])("names the field %s when it is wrong", (name, read) => {
  const thrown = thrownBy(read);
  expect(thrown).toBeInstanceOf(InvalidMessageError);
  expect(String(thrown)).toContain(`field "${name}" of the message is `);
});

it("ends with a flow or an error of ours, whatever it is given", () => {
  fc.assert(
    fc.property(fc.anything(), fc.array(fc.anything()), fc.array(fc.array(fc.anything())), (any, callees, flows) => {
      for (const wire of [
        any,
        [callees, flows],
        [CALLEES, flows, any],
        [CALLEES, [[any]]],
        wireWith(["a", 0, [], any]),
      ]) {
        for (const read of [flowFromWire, flowsFromWire, errbacksFromWire]) {
          const thrown = thrownBy(() => read(wire, "chain"));
          expect(thrown === null || thrown instanceof InvalidMessageError).toBe(true);
        }
      }
    }),
  );
});

it("is not changed by hostile keys", () => {
  const hostile: unknown = JSON.parse(
    '{"constructor": {"prototype": {"polluted": 1}}, "toString": 1, "hasOwnProperty": 2}',
  );
  const [step] = flowFromWire(wireWith(["a", 0, [hostile], { kwargs: hostile, toString: 1 }]), "chain");
  expect(step).toMatchObject({ kwargs: hostile, args: [hostile] });
  expect("polluted" in {}).toBe(false);
});
