// A durable subscriber that is killed loses and skips nothing: another one, or itself started again, goes on at its place.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { eventually } from "@troupe/core/testing";
import { expect, it } from "vitest";
import { Cluster } from "../support/cluster.ts";
import type { SubscriberSettings } from "../support/programs/subscriber-settings.ts";

const EVENTS = 3_000;
const KILLS = 3;
const LIMIT_MS = 90_000;

it("hears every event, in however many lives", { timeout: 180_000 }, async () => {
  await using cluster = await Cluster.start();
  const { client, server } = cluster;
  const file = join(server.folder, "heard");
  const settings: SubscriberSettings = { url: server.url, file, ackWaitMs: 2_000 };
  const heard = async (): Promise<Set<number>> => {
    const text = await readFile(file, "utf8").catch(() => "");
    return new Set(text.split("\n").slice(0, -1).map(Number));
  };
  let sent = 0;
  const send = async (count: number): Promise<void> => {
    for (const until = sent + count; sent < until; sent += 1) await client.events.send<string>("count-up", { n: sent });
  };

  for (let life = 0; life < KILLS; life += 1) {
    const subscriber = cluster.run("subscriber", settings);
    await subscriber.hear("ready");
    const before = (await heard()).size;
    await send(EVENTS / KILLS / 2);
    await eventually("it hears some", async () => (await heard()).size > before, LIMIT_MS);
    await subscriber.kill();
    await send(EVENTS / KILLS / 2); // nobody is there
  }
  await cluster.run("subscriber", settings).hear("ready");
  const missing = async (): Promise<number> => sent - (await heard()).size;
  await eventually("all are heard", async () => (await missing()) === 0, LIMIT_MS);
  expect([...(await heard())].toSorted((one, two) => one - two)).toEqual(Array.from({ length: EVENTS }, (_, n) => n));
});
