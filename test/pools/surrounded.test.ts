// Hooks and middleware around a handler run where it does, in every pool; those after something is stored, in the worker.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { PoolName, Worker } from "@troupe/core";
import { eventually } from "@troupe/core/testing";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type TemporaryFolder, temporaryFolder } from "../support/temporary-folder.ts";
import { app, began, here, told } from "./surrounded-app.ts";

const POOLS: readonly PoolName[] = ["async", "threads", "processes"];
const TIMEOUT = { timeout: "60s", propagate: false } as const;

const BEFORE = ["taskPrerun", "execute", "beforeStart", "handler"];
const SUCCESS = [...BEFORE, "executed", "taskPostrun:SUCCESS"];
const SUCCEEDED = ["taskSuccess", "onSuccess", "afterReturn:SUCCESS"];

const ENDINGS = [
  { how: "succeed", gives: "succeed", child: SUCCESS, worker: SUCCEEDED },
  { how: "change", gives: "changed", child: SUCCESS, worker: SUCCEEDED },
  {
    how: "fail",
    gives: expect.objectContaining({ message: "as asked" }),
    child: [...BEFORE, "taskPostrun:FAILURE"],
    worker: ["taskFailure", "onFailure", "afterReturn:FAILURE"],
  },
  {
    how: "retry",
    gives: "retry",
    child: [...BEFORE, "taskPostrun:RETRY", ...SUCCESS],
    worker: ["taskRetry", "onRetry", ...SUCCEEDED],
  },
];

interface Noted {
  readonly what: string;
  /** Id of the task that was the current one, or "none". */
  readonly current: string;
  readonly place: string;
}

describe.each(POOLS)("around a handler in pool %s", (pool) => {
  let folder: TemporaryFolder;
  let worker: Worker;

  beforeAll(async () => {
    folder = await temporaryFolder("surrounded-");
    vi.stubEnv("SURROUNDED_ENDS", join(folder.path, "ends"));
    worker = app.worker({ pool, concurrency: 1, hostname: "hooked@test" });
    await worker.start();
  });

  afterAll(async () => {
    vi.unstubAllEnvs();
    await worker?.stop({ mode: "cold" });
    await app.close();
    await folder?.[Symbol.asyncDispose]();
  });

  it.each(ENDINGS)("hooks and middleware hear of a task that is to $how", async ({ how, gives, ...expected }) => {
    const file = join(folder.path, how);
    const result = await told.delay(file, how);
    expect(await result.get(TIMEOUT)).toEqual(gives);
    await eventually("all is noted", async () => (await notedIn(file)).length >= lengthOf(expected));

    const noted = await notedIn(file);
    const around = noted.filter(({ what }) => expected.child.includes(what));
    const after = noted.filter(({ what }) => !expected.child.includes(what));
    expect(around.map(({ what }) => what)).toEqual(expected.child);
    expect(after.map(({ what }) => what).sort()).toEqual([...expected.worker].sort());
    expect(new Set(around.map(({ current }) => current))).toEqual(new Set([result.id]));
    expect(new Set(after.map(({ place }) => place))).toEqual(new Set([here()]));
    const places = [...new Set(around.map(({ place }) => place))];
    expect(places).toHaveLength(1);
    expect(places.includes(here())).toBe(pool === "async");
  });

  it("hooks tell of each child's begin and end, in the child", async () => {
    const told = await (await began.delay(join(folder.path, "began"))).get({ timeout: "60s" });
    const child = `hooked@test ${told.at(-1)}`;
    expect(told.slice(0, -1)).toEqual(pool === "async" ? [] : [child]);
    await worker.stop();
    const ends = await readFile(join(folder.path, "ends"), "utf8").catch(() => "");
    expect(ends).toBe(pool === "async" ? "" : `${child}\n`);
  });
});

function lengthOf({ child, worker }: { readonly child: readonly string[]; readonly worker: readonly string[] }) {
  return child.length + worker.length;
}

async function notedIn(file: string): Promise<Noted[]> {
  const lines = (await readFile(file, "utf8")).trimEnd().split("\n");
  return lines.map((line) => {
    const [what = "", current = "", place = ""] = line.split(" ");
    return { what, current, place };
  });
}
