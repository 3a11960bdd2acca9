import fc from "fast-check";
import { expect, it } from "vitest";
import { decodeActorMessage, encodeActorMessage } from "../../src/codec/actor-message-codec.ts";
import { SERIALIZER_NAMES, type SerializerName, serializerNamed } from "../../src/codec/serializer.ts";
import type {
  ActorMessage,
  AddMessage,
  CompletionMessage,
  PlanMessage,
  SealMessage,
} from "../../src/model/actor-message.ts";
import { InvalidMessageError, SerializationError } from "../../src/model/errors.ts";
import { failureOf } from "../../src/model/failure.ts";
import type { MemberOutcome } from "../../src/model/flow.ts";
import { addresses, flowsOf, memberships, taskStep } from "../support/flows.ts";
import { thrownBy } from "../support/thrown-by.ts";
import { jsonValues, msgpackValues, namesOf } from "../support/values.ts";

const msgpack = serializerNamed("msgpack");
const ACTOR = { shard: 7, id: "group-1" };

const PLAN: PlanMessage = {
  type: "plan",
  actor: ACTOR,
  size: null,
  resultId: "body-1",
  next: [],
  link: [],
  linkError: [],
  memberOf: null,
  rootId: "root-1",
  parentId: null,
  reply: null,
  origin: "client",
  nesting: 0,
};
const COMPLETION: CompletionMessage = {
  type: "c",
  actor: ACTOR,
  ends: [{ member: 0, taskId: "task-1", outcome: { state: "SUCCESS", value: null } }],
};
const END = { member: 0, taskId: "task-1", state: "SUCCESS", value: 4 } as const;
const WIRES = {
  plan: { v: 1, type: "plan", actor: [7, "group-1"], resultId: "body-1", rootId: "root-1", origin: "client" },
  seal: { v: 1, type: "seal", actor: [7, "group-1"], size: 2 },
  add: { v: 1, type: "add", actor: [7, "group-1"], member: "task-9" },
  c: { v: 1, type: "c", actor: [7, "group-1"], ends: [END] },
} as const;

function trip(message: ActorMessage, name: SerializerName = "msgpack"): ActorMessage {
  return decodeActorMessage(encodeActorMessage(message, serializerNamed(name)));
}

function wireOf(type: keyof typeof WIRES, fields: Readonly<Record<string, unknown>>): Uint8Array {
  return msgpack.encode({ ...WIRES[type], ...fields });
}

function wireOfEnd(fields: Readonly<Record<string, unknown>>): Uint8Array {
  return wireOf("c", { ends: [END, { ...END, ...fields }] });
}

// What a member came out with.
function came(outcome: MemberOutcome): CompletionMessage {
  return { ...COMPLETION, ends: [{ member: 0, taskId: "task-1", outcome }] };
}

function messages(values: fc.Arbitrary<unknown>): fc.Arbitrary<ActorMessage> {
  const flow = flowsOf(values);
  const orNull = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(of, { nil: null });
  const errors = fc.string().map((text) => failureOf(new TypeError(text, { cause: text })));
  return fc.oneof(
    fc.record<PlanMessage>({
      type: fc.constant("plan"),
      actor: addresses,
      size: orNull(fc.nat({ max: 100_000 })),
      resultId: namesOf(128),
      next: fc.oneof(fc.constant([]), flow),
      link: fc.array(flow, { maxLength: 1 }),
      linkError: fc.array(fc.record({ gets: fc.constantFrom("id", "details"), flow }), { maxLength: 1 }),
      memberOf: orNull(memberships),
      rootId: namesOf(128),
      parentId: orNull(namesOf(128)),
      reply: orNull(namesOf(128)),
      origin: fc.constantFrom("client", "settle"),
      nesting: fc.nat({ max: 100 }),
    }),
    fc.record<SealMessage>({ type: fc.constant("seal"), actor: addresses, size: fc.nat() }),
    fc.record<AddMessage>({ type: fc.constant("add"), actor: addresses, member: namesOf(128) }),
    fc.record<CompletionMessage>({
      type: fc.constant("c"),
      actor: addresses,
      ends: fc.array(
        fc.record({
          member: fc.oneof(fc.nat(), namesOf(128)),
          taskId: namesOf(128),
          outcome: fc.oneof(
            fc.record({ state: fc.constant("SUCCESS"), value: values }),
            fc.record({ state: fc.constantFrom("FAILURE", "REVOKED", "REJECTED", "IGNORED"), error: orNull(errors) }),
          ),
        }),
        { minLength: 1, maxLength: 3 },
      ),
    }),
  );
}

it.each([
  ["msgpack", msgpackValues],
  ["json", jsonValues],
] as const)("gives back every message, written by %s", (name, values) => {
  fc.assert(
    fc.property(messages(values), (message) => {
      expect(trip(message, name)).toEqual(message);
    }),
  );
});

it("leaves out what has its default", () => {
  const read = (message: ActorMessage): unknown => msgpack.decode(encodeActorMessage(message, msgpack));
  expect(read(PLAN)).toEqual(WIRES.plan);
  expect(read({ type: "seal", actor: ACTOR, size: 2 })).toEqual(WIRES.seal);
  expect(read({ type: "add", actor: ACTOR, member: "task-9" })).toEqual(WIRES.add);
  expect(read(came({ state: "SUCCESS", value: 4 }))).toEqual(WIRES.c);
  const ignored = { ...WIRES.c, ends: [{ member: 0, taskId: "task-1", state: "IGNORED" }] };
  expect(read(came({ state: "IGNORED", error: null }))).toEqual(ignored);
});

it("ignores unknown fields, and takes null for the default", () => {
  const nulls = Object.fromEntries(
    ["size", "next", "link", "linkError", "memberOf", "parentId", "reply", "nesting"].map((name) => [name, null]),
  );
  expect(decodeActorMessage(wireOf("plan", { ...nulls, future: 1 }))).toEqual(PLAN);
  expect(decodeActorMessage(wireOf("c", { ends: [{ ...END, value: null, future: 1 }] }))).toEqual(COMPLETION);
});

it.each([[0], [2], ["1"], [null], [1.5]])("refuses version %j, and says which it reads", (v) => {
  expect(() => decodeActorMessage(wireOf("seal", { v }))).toThrow(InvalidMessageError);
  expect(() => decodeActorMessage(wireOf("seal", { v }))).toThrow(/has version .*; this \w+ reads version 1/);
});

it.each<readonly [keyof typeof WIRES, string, readonly unknown[]]>([
  ["plan", "actor", [null, 5, "a", [], [7], ["7", "a"], [-1, "a"], [65_536, "a"], [7, "a b"], [7, "a.>*"]]],
  ["plan", "size", [-1, 1.5, "2", 110_001]],
  ["plan", "resultId", [null, "", "a b", 5]],
  ["plan", "rootId", [null, "", "x".repeat(129), {}]],
  ["plan", "parentId", ["", 5]],
  ["plan", "reply", ["_INBOX.>", 5]],
  ["plan", "origin", [null, "beat", 5]],
  ["plan", "nesting", [-1, 1_001, "1"]],
  ["plan", "memberOf", [5, [], [7, "a"], [7, "a", -1], [7, "a", 0.5], [7, "a", "b c"], [7, "a b", 0]]],
  ["plan", "next", [5, "a", {}, [[]], [{}, []]]],
  ["plan", "link", [5, [], [[]]]],
  ["plan", "linkError", [5, [], [[], []]]],
  ["seal", "size", [null, -1, 1.5, "2"]],
  ["add", "member", [null, 5, "", "a b"]],
  ["c", "ends", [null, 5, "a", {}, []]],
  ["c", "type", [null, "C", "tick", 5, { toString: 1 }]],
])("names the field of a %s: %s", (type, name, wrong) => {
  for (const value of wrong) {
    const thrown = thrownBy(() => decodeActorMessage(wireOf(type, { [name]: value })));
    expect(thrown).toBeInstanceOf(InvalidMessageError);
    expect(String(thrown)).toContain(`field "${name}" of the message is `);
  }
});

it.each<readonly [string, readonly unknown[]]>([
  ["member", [null, -1, 0.5, "", "a b", [], true]],
  ["taskId", [null, 5, "a b"]],
  ["state", [null, "PENDING", "RETRY", 5, ["SUCCESS"]]],
])("names the field of a member's end: %s", (name, wrong) => {
  for (const value of wrong) {
    const thrown = thrownBy(() => decodeActorMessage(wireOfEnd({ [name]: value })));
    expect(thrown).toBeInstanceOf(InvalidMessageError);
    expect(String(thrown)).toContain(`field "${name}" of the message is `);
  }
});

it("refuses ends that have no fields", () => {
  for (const end of [null, 5, "a", []])
    expect(() => decodeActorMessage(wireOf("c", { ends: [end] }))).toThrow(InvalidMessageError);
});

it("names the field within a flow", () => {
  const next = [[["a", "no queue"]], [[["b", 0]]]];
  expect(() => decodeActorMessage(wireOf("plan", { next }))).toThrow('field "next.queue" of the message is "no queue"');
  expect(() => decodeActorMessage(wireOfEnd({ state: "FAILURE", error: { message: 5 } }))).toThrow('field "message"');
  expect(() => decodeActorMessage(wireOfEnd({ state: "FAILURE", error: 5 }))).toThrow('field "error"');
});

it.each(SERIALIZER_NAMES)("says where a value cannot travel by %s", (name) => {
  const serializer = serializerNamed(name);
  const failing = came({ state: "SUCCESS", value: { a: [() => 1] } });
  expect(() => encodeActorMessage(failing, serializer)).toThrow("result.a[0] cannot be sent");
  const plan = { ...PLAN, next: [taskStep({ args: [new Map()] })] };
  expect(() => encodeActorMessage(plan, serializer)).toThrow("proj.add.args[0] cannot be sent");
  expect(() => encodeActorMessage(plan, serializer)).toThrow(SerializationError);
});

it.each([["plan"], ["seal"], ["add"], ["c"]] as const)(
  "reads or refuses a %s that is cut, or with any bit flipped",
  (type) => {
    const bytes = wireOf(type, type === "plan" ? { next: [[["a", "q"]], [[["b", 0, [1]]]]] } : {});
    for (let end = 0; end < bytes.length; end++) {
      expect(thrownBy(() => decodeActorMessage(bytes.subarray(0, end)))).toBeInstanceOf(Error);
    }
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = Uint8Array.from(bytes);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const thrown = thrownBy(() => decodeActorMessage(flipped));
      const ours = thrown === null || thrown instanceof SerializationError || thrown instanceof InvalidMessageError;
      expect(ours).toBe(true);
    }
  },
);
