// Measures what results cost that a client waits for. Needs `--expose-gc`. Tells `waiting` when all are awaited, `ended` when
// all came, `timedOut` when further ones have timed out; each in bytes per result.

import { type AsyncResult, Troupe } from "@troupe/core";
import { natsTransport } from "@troupe/nats-transport";
import { settingsOf, tell } from "./program.ts";
import type { WaitsSettings } from "./waits-settings.ts";

const SENT_AT_ONCE = 1_000;
const { url, results, timeoutMs } = settingsOf<WaitsSettings>();
const app = new Troupe("test", { broker: natsTransport({ servers: url }), logLevel: "silent" });

/** Memory in use, after a collection. What ended a moment ago is let go first. */
async function usedBytes(): Promise<number> {
  for (let round = 0; round < 3; round++) {
    await new Promise((resolve) => setImmediate(resolve));
    globalThis.gc?.();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

async function send(count: number): Promise<AsyncResult<number>[]> {
  const sent: AsyncResult<number>[] = [];
  while (sent.length < count) {
    const next = Math.min(SENT_AT_ONCE, count - sent.length);
    sent.push(...(await Promise.all(Array.from({ length: next }, () => app.sendTask<number>("test.add", [1, 2])))));
  }
  return sent;
}

async function waitForAll(base: number): Promise<void> {
  const handles = await send(results);
  const waits = handles.map((handle) => handle.get());
  tell({ waiting: ((await usedBytes()) - base) / results });
  const values = await Promise.all(waits);
  if (values.some((value) => value !== 3)) throw new Error("a result is wrong");
}

async function letAllTimeOut(): Promise<void> {
  const ids = Array.from({ length: results }, (_, i) => `nobody-${i}`);
  const waits = ids.map((id) => app.result(id).get({ timeout: timeoutMs }));
  const reasons = await Promise.allSettled(waits);
  if (reasons.some(({ status }) => status === "fulfilled")) throw new Error("a result came that nobody sends");
}

await app.connect();
await send(SENT_AT_ONCE); // whatever is made once, is made now
const base = await usedBytes();
await waitForAll(base);
tell({ ended: ((await usedBytes()) - base) / results });
await letAllTimeOut();
tell({ timedOut: ((await usedBytes()) - base) / results });
await app.close();
process.disconnect();
