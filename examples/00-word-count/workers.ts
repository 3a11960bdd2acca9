// Who runs the tasks: a worker in this process, or – with a broker – workers in other processes.

import type { Worker } from "@troupe/core";
import { app } from "./app.ts";

const LONGEST_WAIT_MS = 60_000;

/** A worker of this process, or null when the broker's workers do the work. */
export async function findWorkers(): Promise<Worker | null> {
  const broker = process.env["TROUPE_BROKER_URL"] || "memory:";
  if (broker !== "memory:") {
    await findOthers(broker.replaceAll(/\/\/[^/@]*@/g, "//…@")); // passwords are not for the screen
    return null;
  }
  const worker = app.worker();
  await worker.start();
  console.log("Workers: one in this process, which needs no broker.");
  return worker;
}

async function findOthers(broker: string): Promise<void> {
  console.log(`Workers: those at ${broker}; this process has none of its own.`);
  const patience = AbortSignal.timeout(LONGEST_WAIT_MS);
  for (let isFirst = true; !patience.aborted; isFirst = false) {
    const names = Object.keys(await app.control.inspect().ping());
    if (names.length > 0) return console.log(`Answering: ${names.sort().join(", ")}`);
    if (isFirst)
      console.log(`None answers yet. In another terminal, start one or several:\n\n  ${commandFor(broker)}\n`);
  }
  throw new Error(`no worker answered at ${broker} within ${LONGEST_WAIT_MS / 1_000} seconds`);
}

function commandFor(broker: string): string {
  return `TROUPE_BROKER_URL=${broker} npx actor-cli -A examples/00-word-count/app.ts worker -l info`;
}
