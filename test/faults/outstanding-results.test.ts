// What a client pays for results that are outstanding: bounded memory per result, and nothing once they have come or timed out.

import { expect, it } from "vitest";
import { Cluster } from "../support/cluster.ts";
import type { WaitsSettings } from "../support/programs/waits-settings.ts";

const RESULTS = 100_000;
const MOST_BYTES_WAITING = 2_000;
const MOST_BYTES_LEFT = 60; // caches that do not grow with the number of results, shared among them

it(`holds ${RESULTS} outstanding results in bounded memory, and frees it when they have come or timed out`, async () => {
  await using cluster = await Cluster.start();
  const settings: WaitsSettings = { url: cluster.server.url, results: RESULTS, timeoutMs: 2_000 };
  const client = cluster.run("waits", settings, ["--expose-gc"]);
  const waiting = await client.hear<number>("waiting", 120_000);
  await cluster.worker({ concurrency: 100 });
  const ended = await client.hear<number>("ended", 120_000);
  const timedOut = await client.hear<number>("timedOut", 120_000);
  process.stdout.write(
    `bytes per outstanding result: ${Math.round(waiting)}; left when they have come: ${ended.toFixed(1)}, ` +
      `and when as many have timed out: ${timedOut.toFixed(1)}\n`,
  );
  expect(waiting).toBeLessThan(MOST_BYTES_WAITING);
  expect(ended).toBeLessThan(MOST_BYTES_LEFT);
  expect(timedOut).toBeLessThan(MOST_BYTES_LEFT);
  expect(await client.end()).toEqual({ code: 0, signal: null });
});
