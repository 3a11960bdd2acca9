// Conformance of `EventStream`: whoever listens hears what fits its filter; whoever subscribes under a name keeps a place, which all
// subscribers of that name share.

import { strict as assert } from "node:assert";
import type { EventAddress, EventFilter } from "../../transport/event-stream.ts";
import type { Transport } from "../../transport/transport.ts";
import { TestProbe } from "../test-probe.ts";
import { EventTester } from "./event-tester.ts";
import { assertRejects, assertSameBytes, bytesOf, HOSTILE_NAMES, patternOf, textOf } from "./expectations.ts";
import type { ConformanceSuite, TestContext } from "./suite.ts";

const ALL: EventFilter = { group: null, name: null };
const TASKS: EventFilter = { group: "task", name: null };
const FAILED: EventAddress = { group: "task", name: "failed" };
const STARTED: EventAddress = { group: "task", name: "started" };
const ONLINE: EventAddress = { group: "worker", name: "online" };
const MANY = 200;

export function eventsConformance(suite: ConformanceSuite): void {
  suite.describe("events", () => {
    suite.test("reach whoever listens to them, and nobody else", (context) => reachListeners(context));
    suite.test("are kept apart whatever they are called", (context) => keepApart(context));
    suite.test("are dropped and counted where they cannot be sent", (context) => countDropped(context));
    suite.test("keep a place for a name, from its first subscription on", (context) => keepPlace(context));
    suite.test("are shared by subscribers of a name, and by no others", (context) => share(context));
    suite.test("come again when they are handed back", (context) => comeAgain(context));
    suite.test("come again when their subscriber stops", (context) => surviveStop(context));
    suite.test("are replayed from a time", (context) => replay(context));
    suite.test("refuse a name that is in use with another filter", (context) => refuseOtherFilter(context));
    suite.testWith("are heard again after a restart of the broker", { capability: "reconnect" }, (context) =>
      surviveRestart(context),
    );
  });
}

async function listen({ events }: Transport, filter: EventFilter, deadlineMs: number): Promise<TestProbe<string>> {
  const probe = new TestProbe<string>(deadlineMs);
  await events.subscribe(filter, (body) => probe.add(textOf(body) ?? ""));
  return probe;
}

async function reachListeners(context: TestContext): Promise<void> {
  const { transport, deadlineMs } = context;
  const sibling = await context.sibling();
  const filters: EventFilter[] = [ALL, TASKS, FAILED, { group: null, name: "online" }];
  const probes = await Promise.all(filters.map((filter) => listen(sibling, filter, deadlineMs)));
  const left = new TestProbe<string>(deadlineMs);
  const leave = await sibling.events.subscribe(ALL, (body) => left.add(textOf(body) ?? ""));
  leave();
  const end = { group: "task", name: "failed" };
  transport.events.publish(FAILED, bytesOf("failed"));
  transport.events.publish(STARTED, bytesOf("started"));
  transport.events.publish(ONLINE, bytesOf("online"));
  transport.events.publish(end, bytesOf("end"));
  const [all, tasks, failed, online] = probes;
  assert.deepEqual(await all?.take(4, "all events"), ["failed", "started", "online", "end"]);
  assert.deepEqual(await tasks?.take(3, "events of a group"), ["failed", "started", "end"]);
  assert.deepEqual(await failed?.take(2, "one kind of events"), ["failed", "end"]);
  assert.deepEqual(await online?.take(1, "events of one name"), ["online"]);
  assert.deepEqual(left.items, [], "heard after it left");
}

async function keepApart({ transport, deadlineMs }: TestContext): Promise<void> {
  const probes = await Promise.all(
    HOSTILE_NAMES.map((name) => listen(transport, { group: name, name: name }, deadlineMs)),
  );
  for (const name of HOSTILE_NAMES) transport.events.publish({ group: name, name }, bytesOf(name));
  for (const name of HOSTILE_NAMES) transport.events.publish({ group: name, name }, bytesOf("end"));
  for (const [index, name] of HOSTILE_NAMES.entries())
    assert.deepEqual(await probes[index]?.take(2, `events called "${name}"`), [name, "end"]);
  const bodies = new TestProbe<Uint8Array>(deadlineMs);
  await transport.events.subscribe(FAILED, (body) => bodies.add(body));
  for (const size of [0, 1, 65_536]) {
    transport.events.publish(FAILED, patternOf(size));
    assertSameBytes(await bodies.next(`a message of ${size} bytes`), patternOf(size), `body of ${size} bytes`);
  }
}

async function countDropped(context: TestContext): Promise<void> {
  const { transport, deadlineMs } = context;
  const probe = await listen(transport, ALL, deadlineMs);
  transport.events.publish(FAILED, patternOf(transport.maxMessageBytes + 1));
  transport.events.publish(FAILED, bytesOf("small"));
  assert.equal(await probe.next("what is not too large"), "small");
  assert.equal(transport.events.dropped, 1);
}

async function keepPlace(context: TestContext): Promise<void> {
  const { events } = context.transport;
  const sibling = await context.sibling();
  events.publish(FAILED, bytesOf("before"));
  const first = await EventTester.open(sibling, { name: "billing", filter: TASKS }, context);
  events.publish(ONLINE, bytesOf("another group"));
  events.publish(FAILED, bytesOf("1"));
  (await first.expect("1", 1)).ack();
  await first.stop();
  for (const text of ["2", "3"]) events.publish(STARTED, bytesOf(text));
  const second = await EventTester.open(sibling, { name: "billing", filter: TASKS }, context);
  for (const text of ["2", "3"]) (await second.expect(text, 1)).ack();
  await second.stop();
}

async function share(context: TestContext): Promise<void> {
  const { transport } = context;
  const sibling = await context.sibling();
  const options = { name: "shared", filter: TASKS, batch: 4 };
  const testers = [
    await EventTester.open(transport, options, context),
    await EventTester.open(sibling, options, context),
  ];
  const other = await EventTester.open(sibling, { ...options, name: "other", batch: MANY }, context);
  for (let n = 0; n < MANY; n += 1) transport.events.publish(FAILED, bytesOf(String(n)));
  const heard = (): string[] => testers.flatMap((tester) => tester.ackAll());
  await context.eventually("all are heard by some subscriber of the name", () => heard().length >= MANY);
  const expected = Array.from({ length: MANY }, (_, n) => String(n));
  assert.deepEqual(
    heard().toSorted((one, two) => Number(one) - Number(two)),
    expected,
  );
  await context.eventually("all are heard under the other name", () => other.ackAll().length >= MANY);
  assert.deepEqual(other.ackAll(), expected, "in order");
  await Promise.all([...testers, other].map((tester) => tester.stop()));
}

async function comeAgain(context: TestContext): Promise<void> {
  const { transport } = context;
  const tester = await EventTester.open(transport, { name: "again", filter: ALL }, context);
  transport.events.publish(FAILED, bytesOf("x"));
  const first = await tester.expect("x", 1);
  first.handBack(0);
  (await tester.expect("x", 2)).handBack(20);
  const third = await tester.expect("x", 3);
  assert.equal(third.id, first.id);
  third.ack();
  third.handBack(0); // settled already
  transport.events.publish(FAILED, bytesOf("y"));
  const other = await tester.expect("y", 1);
  assert.notEqual(other.id, first.id);
  other.ack();
  await tester.stop();
}

async function surviveStop(context: TestContext): Promise<void> {
  const { transport } = context;
  const options = { name: "stopped", filter: ALL };
  const first = await EventTester.open(transport, options, context);
  for (const text of ["1", "2"]) transport.events.publish(FAILED, bytesOf(text));
  const held = [await first.expect("1", 1), await first.expect("2", 1)];
  const stopping = first.stop();
  held[0]?.ack();
  held[1]?.handBack(0);
  await stopping;
  const second = await EventTester.open(transport, options, context);
  (await second.expect("2", 2)).ack();
  await second.stop();
}

async function replay(context: TestContext): Promise<void> {
  const { transport } = context;
  const keeper = await EventTester.open(transport, { name: "first", filter: ALL }, context);
  for (const text of ["1", "2"]) transport.events.publish(FAILED, bytesOf(text));
  for (const text of ["1", "2"]) (await keeper.expect(text, 1)).ack();
  const late = await EventTester.open(transport, { name: "late", filter: TASKS, from: 0 }, context);
  for (const text of ["1", "2"]) (await late.expect(text, 1)).ack();
  const future = { name: "future", filter: ALL, from: transport.now() + 3_600_000 };
  const early = await EventTester.open(transport, future, context);
  assert.deepEqual(early.ackAll(), [], "before the time it begins at");
  await Promise.all([keeper.stop(), late.stop(), early.stop()]);
}

async function refuseOtherFilter(context: TestContext): Promise<void> {
  const { transport } = context;
  const tester = await EventTester.open(transport, { name: "taken", filter: TASKS }, context);
  const other = EventTester.open(transport, { name: "taken", filter: ALL }, context);
  await assertRejects(other, ["TROUPE_TOPOLOGY"], "a name with another filter");
  await tester.stop();
}

async function surviveRestart(context: TestContext): Promise<void> {
  const { transport, broker, deadlineMs } = context;
  const probe = await listen(transport, ALL, deadlineMs);
  const tester = await EventTester.open(transport, { name: "lasting", filter: ALL }, context);
  transport.events.publish(FAILED, bytesOf("before"));
  (await tester.expect("before", 1)).ack();
  await probe.next("what came before");
  await broker.restart?.();
  await context.eventually("the transport is connected again", () => transport.connected);
  transport.events.publish(FAILED, bytesOf("after"));
  assert.equal(await probe.next("what came after the restart"), "after");
  await context.eventually("the subscription goes on", () => tester.ackAll().includes("after"));
  await tester.stop();
}
