// What becomes of a task by its word on acknowledgements and by how its first run ends, in children.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { PoolName, Worker } from "@troupe/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NatsServer } from "../support/nats-server.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/temporary-folder.ts";
import type { BrokerName } from "../support/world.ts";
import { type AcksOptions, app, type Ending, nameOf, ROWS } from "./acks-app.ts";

const PLACES: readonly { readonly broker: BrokerName; readonly pool: PoolName }[] = [
  { broker: "memory", pool: "threads" },
  { broker: "nats", pool: "processes" },
];
const ENDINGS: readonly Ending[] = ["returns", "throws", "is out of time", "loses its child"];

const LIMIT = "3s";

/** How often it runs, the code of its error or null, and the reason of its dead letter or null. */
type Expected = readonly [runs: number, code: string | null, letter: string | null];

function expected(row: AcksOptions, ending: Ending): Expected {
  const { acksLate, acksOnFailureOrTimeout: acks, rejectOnWorkerLost } = row;
  if (ending === "returns") return [1, null, null];
  // At most once is at most once.
  const isKept = acksLate && !acks;
  if (ending === "throws") return [1, "none", isKept ? "failed" : null];
  if (ending === "is out of time") return isKept ? [2, null, null] : [1, "TROUPE_TIME_LIMIT", null];
  if (acksLate && rejectOnWorkerLost) return [2, null, null];
  return [1, "TROUPE_WORKER_LOST", isKept ? "failed" : null];
}

describe.each(PLACES)("in pool $pool over $broker", ({ broker, pool }) => {
  let server: NatsServer | null = null;
  let worker: Worker;
  let folder: TemporaryFolder;

  beforeAll(async () => {
    folder = await temporaryFolder("acks-");
    server = broker === "nats" ? await NatsServer.start() : null;
    app.conf.update({ broker: server?.url ?? "memory:" });
    worker = app.worker({ pool, concurrency: 8 });
    await worker.start();
  });

  afterAll(async () => {
    await worker?.stop({ mode: "cold" });
    await app.close();
    await server?.[Symbol.asyncDispose]();
    await folder?.[Symbol.asyncDispose]();
  });

  it.each(ENDINGS)("a task whose first run %s", async (ending) => {
    const found = await Promise.all(ROWS.map(async (row) => [nameOf(row), await outcomeOf(row, ending)]));
    expect(Object.fromEntries(found)).toEqual(
      Object.fromEntries(ROWS.map((row) => [nameOf(row), expected(row, ending)])),
    );
  });

  async function outcomeOf(row: AcksOptions, ending: Ending): Promise<Expected> {
    const name = nameOf(row);
    const file = join(folder.path, `${name} ${ending}`);
    const limit = ending === "is out of time" ? ({ timeLimit: LIMIT } as const) : {};
    const result = await app.sendTask(name, [file, ending], limit);
    const value = await result.get({ timeout: "120s", propagate: false });
    const runs = (await readFile(file, "utf8")).split("\n").length - 1;
    const letters = await app.deadLetters.list({ name });
    const letter = letters.find(({ task }) => task?.id === result.id)?.reason ?? null;
    return [runs, value instanceof Error ? codeOf(value) : null, letter];
  }
});

function codeOf(error: Error): string {
  return "code" in error ? String(error.code) : "none";
}
