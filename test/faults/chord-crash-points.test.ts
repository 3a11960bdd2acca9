// A worker that dies, or is not answered, at each step of protocol §5 and §6 that concerns a canvas: the canvas ends as if nothing
// had happened, and nothing is left of it. Each task runs once, but where the case says otherwise: it ran, and nobody knows of it.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CANVASES, type CanvasName, endOf, expected } from "../support/canvas/crash-canvases.ts";
import { CrashScene } from "../support/canvas/crash-scene.ts";
import type { Fault } from "../support/fault-transport.ts";
import { NatsServer } from "../support/nats-server.ts";

/** What nobody waits for. */
const NOT_CONFIRMED: ReadonlySet<string> = new Set(["broadcast.publish(reply)", "delivery.ack", "shard.ack"]);

/** Canvas, where it goes wrong, the operation and which call of it, runs that are more than one. */
type Point = readonly [CanvasName, string, Fault["operation"], nth: number, runs?: Readonly<Record<string, number>>];

const BEFORE: readonly Point[] = [
  ["a chain", "between run and record", "records.create(result)", 1, { first: 2 }],
  ["a chain", "with the ack, which is lost", "delivery.ack", 1],
  ["a task that is replaced", "between run and decision", "records.create(decision)", 1, { first: 2 }],
  ["a chord that grows", "before a member is announced", "mailboxes.send(add)", 1, { adder: 2 }],
  ["a task before a chord", "before the seal", "mailboxes.send(seal)", 1],
  ["a chord", "between record and completion of a member", "mailboxes.send(c)", 2],
  ["a chord", "before it is decided", "records.create(result)", 3],
  ["a list that is gathered", "before the list is stored", "records.create(result)", 4],
];

const AFTER: readonly Point[] = [
  ["a chain", "between record and follow-ups", "records.create(result)", 1],
  ["a chain", "between link and next step", "tasks.publish", 1],
  ["a chain", "between next step and push", "tasks.publish", 2],
  ["a chain", "between push and ack", "broadcast.publish(reply)", 1],
  ["a chain that fails", "between its record and those of later steps", "records.create(result)", 1],
  ["a chain that fails", "among the records of later steps", "records.create(result)", 2],
  ["a chain that fails", "between errback and ack", "tasks.publish", 1],
  ["a task before a chord", "between plan and members", "mailboxes.send(plan)", 1],
  ["a task before a chord", "among the members", "tasks.publish", 2],
  ["a task before a chord", "between seal and ack", "mailboxes.send(seal)", 1],
  ["a chord", "between completion and ack of a member", "mailboxes.send(c)", 2],
  ["a chord", "between decision and body", "records.create(result)", 3],
  ["a chord", "between body and end", "tasks.publish", 1],
  ["a chord", "between end and acks", "shard.erase", 1],
  ["a chord", "among the acks", "shard.ack", 2],
  ["a chord that fails", "between decision and the body's record", "records.create(result)", 3],
  ["a chord that fails", "between the body's record and errback", "records.create(result)", 4],
  ["a chord that fails", "between errback and end", "tasks.publish", 1],
  ["a chord in a chord, that fails", "between word to the outer one and end", "mailboxes.send(c)", 2],
  ["a task that is replaced", "between decision and messages", "records.create(decision)", 1],
  ["a task that is replaced", "among the messages", "tasks.publish", 1],
  ["a list that is gathered", "between list and end", "records.create(result)", 4],
  ["a list with a step after it", "between list and next step", "records.create(result)", 4],
  ["a list with a step after it", "between next step and end", "tasks.publish", 3],
  ["a chord that grows", "between word of a member and member", "mailboxes.send(add)", 1, { adder: 2 }],
  ["a chord that grows", "between member and record", "tasks.publish", 1, { adder: 2 }],
];

let server: NatsServer;
beforeAll(async () => {
  server = await NatsServer.start();
});
afterAll(() => server[Symbol.asyncDispose]());

describe.concurrent.each([
  ["kill-before", BEFORE],
  ["kill-after", AFTER],
] as const)("a worker that dies (%s)", (effect, points) => {
  it.for(points)("%s: %s", async ([name, , operation, nth, runs]) => {
    await using scene = await CrashScene.open(server, namespace());
    const worker = await scene.doomed({ operation, effect, nth: [nth] });
    const sent = await CANVASES[name].send(scene.tasks);
    await worker.died();
    await scene.worker();
    expect(await endOf(scene, sent)).toEqual(expected(name, runs));
  });
});

// Each point once; the same ones before and after.
const UNANSWERED = [...BEFORE, ...AFTER].filter(([name, , operation, nth], place, all) => {
  const isFirst = all.findIndex((other) => other[0] === name && other[2] === operation && other[3] === nth) === place;
  return isFirst && !NOT_CONFIRMED.has(operation);
});

describe.concurrent.each(["lose", "unsent"] as const)("a worker that is not answered (%s)", (effect) => {
  it.for(UNANSWERED)("%s: %s", async ([name, , operation, nth]) => {
    await using scene = await CrashScene.open(server, namespace());
    const faulty = await scene.worker({ operation, effect, nth: [nth] });
    const sent = await CANVASES[name].send(scene.tasks);
    expect(await endOf(scene, sent)).toEqual(expected(name));
    expect(faulty?.strikes).toBe(1);
  });
});

let cases = 0;
function namespace(): string {
  cases++;
  return `case-${cases}`;
}
