// Flows with everything that they can have, for property tests.

import fc from "fast-check";
import type {
  ActorAddress,
  Barrier,
  Errback,
  Flow,
  GroupStep,
  Membership,
  Step,
  StepOptions,
  TaskStep,
} from "../../src/model/flow.ts";
import { mapOf, namesOf } from "./values.ts";

/** A step that calls a task, as it is made by compiling. */
export function taskStep(part: Partial<TaskStep> = {}): TaskStep {
  return {
    kind: "task",
    id: "task-1",
    name: "proj.add",
    args: [],
    kwargs: {},
    immutable: false,
    queue: "default",
    each: "once",
    group: null,
    options: {},
    link: [],
    linkError: [],
    ...part,
  };
}

/** A flow of as many calls. */
export function chainOf(length: number): Flow {
  return Array.from({ length }, (_, i) =>
    taskStep({ id: `f81d4fae-7dec-11d0-a765-${String(i).padStart(12, "0")}`, args: [i] }),
  );
}

export const addresses: fc.Arbitrary<ActorAddress> = fc.record({ shard: fc.nat({ max: 65_535 }), id: namesOf(128) });

export const memberships: fc.Arbitrary<Membership> = fc.record({
  actor: addresses,
  member: fc.oneof(fc.nat(), namesOf(128)),
});

/** Flows with arguments of some kind. */
export function flowsOf(values: fc.Arbitrary<unknown>): fc.Arbitrary<Flow> {
  return fc.letrec<{ flow: Flow }>((tie) => {
    const flows = fc.array(tie("flow"), { maxLength: 2 });
    const errbacks = fc.array(fc.record<Errback>({ gets: fc.constantFrom("id", "details"), flow: tie("flow") }), {
      maxLength: 2,
    });
    const task = fc
      .tuple(callsOf(values), flows, errbacks)
      .map(([call, link, linkError]): TaskStep => taskStep({ ...call, link, linkError }));
    const barrier: fc.Arbitrary<Barrier> = fc.record({
      actor: addresses,
      resultId: namesOf(40),
      link: flows,
      linkError: errbacks,
    });
    const group = fc
      .record<GroupStep>({
        kind: fc.constant("group"),
        id: namesOf(40),
        members: fc.array(tie("flow"), { maxLength: 2 }),
        barrier: fc.option(barrier, { nil: null }),
      })
      .map(withPlaces);
    const step = fc.oneof({ maxDepth: 2, withCrossShrink: true }, callsOf(values), task, group);
    return { flow: fc.array<Step>(step, { minLength: 1, maxLength: 2 }) };
  }).flow;
}

// Members as compiling makes them have the place that the reader expects, and so do barriers their own group's address.
function withPlaces(group: GroupStep): GroupStep {
  const { id, members, barrier } = group;
  if (id.length % 2 === 0) return group;
  return {
    ...group,
    members: members.map((member, index) =>
      member.map((step, at) =>
        step.kind === "task" && at === member.length - 1 ? { ...step, group: { id, index } } : step,
      ),
    ),
    barrier: barrier && { ...barrier, actor: { ...barrier.actor, id } },
  };
}

function callsOf(values: fc.Arbitrary<unknown>): fc.Arbitrary<TaskStep> {
  const options = fc.record<StepOptions, never>(
    {
      countdownMs: fc.nat(),
      eta: fc.nat(),
      expiresMs: fc.nat(),
      expires: fc.nat(),
      timeLimitMs: fc.nat(),
      softTimeLimitMs: fc.nat(),
      ignoreResult: fc.boolean(),
      atMostOnce: fc.boolean(),
      serializer: fc.constantFrom("msgpack", "json"),
      headers: mapOf(values),
      stamps: mapOf(values),
      shadow: fc.string({ maxLength: 20 }),
      argsrepr: fc.string({ maxLength: 20 }),
      kwargsrepr: fc.string({ maxLength: 20 }),
    },
    { requiredKeys: [] },
  );
  const plain = fc.record({
    id: namesOf(128),
    name: namesOf(20),
    args: fc.array(values, { maxLength: 2 }),
    kwargs: fc.oneof(fc.constant({}), mapOf(values)),
    immutable: fc.boolean(),
    queue: namesOf(10),
    each: fc.constantFrom<TaskStep["each"]>("once", "item", "tuple"),
    group: fc.option(fc.record({ id: namesOf(40), index: fc.nat() }), { nil: null }),
    options: fc.oneof(fc.constant({}), options),
  });
  const rare = fc.record({ chosen: fc.boolean(), gen: fc.nat({ max: 1_000 }) }, { requiredKeys: [] });
  return fc.tuple(plain, rare).map(([part, more]) => taskStep({ ...part, ...more }));
}
