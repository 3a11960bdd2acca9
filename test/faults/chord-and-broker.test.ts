// A worker that dies after a write of its coordinator (protocol §6), and the broker with it: the canvas ends as if nothing had happened.

import { expect, it } from "vitest";
import { CANVASES, type CanvasName, endOf, expected } from "../support/canvas/crash-canvases.ts";
import { CrashScene } from "../support/canvas/crash-scene.ts";
import type { Fault } from "../support/fault-transport.ts";
import { NatsServer } from "../support/nats-server.ts";

const POINTS: readonly (readonly [CanvasName, string, Fault["operation"], nth: number])[] = [
  ["a task before a chord", "between plan and members", "mailboxes.send(plan)", 1],
  ["a task before a chord", "between seal and ack", "mailboxes.send(seal)", 1],
  ["a chord", "between completion and ack of a member", "mailboxes.send(c)", 2],
  ["a chord", "between decision and body", "records.create(result)", 3],
  ["a chord", "between body and end", "tasks.publish", 1],
  ["a chord", "between end and acks", "shard.erase", 1],
  ["a chord", "among the acks", "shard.ack", 2],
  ["a chord that fails", "between decision and the body's record", "records.create(result)", 3],
  ["a chord that fails", "between errback and end", "tasks.publish", 1],
  ["a chord in a chord, that fails", "between word to the outer one and end", "mailboxes.send(c)", 2],
  ["a list that is gathered", "between list and end", "records.create(result)", 4],
];

it.each(POINTS)("%s: %s", async (name, _where, operation, nth) => {
  await using server = await NatsServer.start();
  await using scene = await CrashScene.open(server, "case");
  const worker = await scene.doomed({ operation, effect: "kill-after", nth: [nth] });
  const sent = await CANVASES[name].send(scene.tasks);
  await worker.died();
  await server.restart();
  await scene.worker();
  expect(await endOf(scene, sent)).toEqual(expected(name));
});
