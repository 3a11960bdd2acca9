// A service that reacts to events, across its own restart: cards are charged while it runs, while it is away, and when it is back.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { app, charge } from "./app.ts";
import { startBookkeeping } from "./bookkeeping.ts";
import { Ledger } from "./ledger.ts";

const LONGEST_WAIT_MS = 20_000;
const folder = await mkdtemp(join(tmpdir(), "troupe-books-"));
const path = join(folder, "ledger.jsonl");
const worker = app.worker();
await worker.start();

const stop = await startBookkeeping(path);
console.log("The service runs.");
await buy("full", 100);
await buy("empty", 200);
await written(1);
await stop();
console.log("The service is away.");
await buy("empty", 300);
const stopAgain = await startBookkeeping(path);
console.log("The service is back.");
await buy("empty", 400);
await written(3);
await stopAgain();

console.log("The ledger:");
for (const { error } of new Ledger(path).entries()) console.log(`  ${error}`);
await worker.stop();
await app.close();
await rm(folder, { recursive: true });

async function buy(card: string, cents: number): Promise<void> {
  const result = await charge.delay(card, cents);
  await result.get({ propagate: false });
  console.log(`${cents} cents from the ${card} card: ${await result.state()}`);
}

/** Waits until the ledger has so many entries: events come a moment after the result. */
async function written(count: number): Promise<void> {
  for (const until = Date.now() + LONGEST_WAIT_MS; new Ledger(path).entries().length < count; await pause(20)) {
    if (Date.now() > until) throw new Error(`the ledger does not have ${count} entries`);
  }
}
