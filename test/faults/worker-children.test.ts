// `actor-cli worker` with threads and processes, as a user runs it: a project in TypeScript that was never built. Its children are
// killed, run out of memory and never come to an end; the worker itself is killed.

import { readdir, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";
import { type PoolName, Troupe } from "@troupe/core";
import { eventually } from "@troupe/core/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CliProcess, CliProject } from "../support/cli.ts";
import { NatsServer } from "../support/nats-server.ts";

const TASKS = `
import { existsSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { type TaskContext, Troupe } from "@troupe/core";

enum Colour { Red = "red" }

export const app = new Troupe("proj", { ackWait: "2s" });
export const colour = app.task("proj.colour", () => Colour.Red);
export const pid = app.task("proj.pid", () => process.pid);
export const calls = app.task("proj.calls", async () => (await colour.delay()).get({ allowInTask: true }));
export const spin = app.task("proj.spin", () => { for (;;); });
export const bounded = app.task("proj.bounded", { timeLimit: "500ms" }, () => { for (;;); });
export const soft = app.task("proj.soft", { softTimeLimit: "200ms" }, function (this: TaskContext) {
  return new Promise((_resolve, reject) => this.signal.addEventListener("abort", () => reject(this.signal.reason)));
});
export const grow = app.task("proj.grow", () => {
  const kept: unknown[] = [];
  for (;;) kept.push(Array.from({ length: 10_000 }, () => Math.random()));
});
export const wait = app.task("proj.wait", { trackStarted: true }, async (file: string) => {
  while (!existsSync(file)) await pause(10);
  return process.pid;
});
`;

const TIMEOUT = { timeout: "90s" } as const;
const SMALL_HEAP = { NODE_OPTIONS: "--max-old-space-size=64" };

let server: NatsServer;
let project: CliProject;
let client: Troupe;

beforeAll(async () => {
  server = await NatsServer.start();
  project = await CliProject.make({ "package.json": '{ "type": "module" }', "proj.ts": TASKS });
  client = new Troupe("proj", { broker: server.url, logLevel: "silent" });
});

afterAll(async () => {
  await client?.close();
  await project?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});

describe.each(["threads", "processes"] as const)("a worker with %s", (pool) => {
  it("runs tasks in TypeScript, and ends a handler that is out of time, or of memory", async () => {
    await using worker = await startWorker(pool, SMALL_HEAP);
    expect(worker.output).toContain(`. concurrency: 2 (${pool})`);
    expect(await run("proj.colour")).toBe("red");
    expect(await run("proj.calls")).toBe("red");
    await expect(run("proj.bounded")).rejects.toMatchObject({ code: "TROUPE_TIME_LIMIT" });
    await expect(run("proj.soft")).rejects.toMatchObject({ code: "TROUPE_SOFT_TIME_LIMIT" });
    await expect(run("proj.grow")).rejects.toMatchObject({
      code: "TROUPE_WORKER_LOST",
      message: expect.stringMatching(pool === "threads" ? /ERR_WORKER_OUT_OF_MEMORY/ : /signal 6 \(SIGABRT\)/),
    });
    expect(await run("proj.colour")).toBe("red");
    worker.signal("SIGTERM");
    expect(await worker.end()).toMatchObject({ code: 0, signal: null });
  });

  it("finishes what runs when it is stopped, though the terminal tells its children too", async () => {
    await using worker = await startWorker(pool);
    const file = join(project.folder, `gate-${pool}`);
    const result = await client.sendTask("proj.wait", [file]);
    await eventually("it is started", async () => (await result.state()) === "STARTED", 30_000);
    for (const pid of await childProcesses()) process.kill(pid, "SIGINT");
    worker.signal("SIGINT");
    await worker.writes(/Warm shutdown/);
    await project.write(`gate-${pool}`, "");
    expect(await result.get(TIMEOUT)).toEqual(expect.any(Number));
    expect(await worker.end()).toMatchObject({ code: 0, signal: null });
    expect(await childProcesses()).toEqual([]);
  });
});

describe("a worker with processes", () => {
  it("fails the task of one that is killed, and goes on", async () => {
    await using worker = await startWorker("processes");
    const file = join(project.folder, "never");
    const result = await client.sendTask("proj.wait", [file]);
    await eventually("it is started", async () => (await result.state()) === "STARTED", 30_000);
    for (const pid of await childProcesses()) process.kill(pid, "SIGKILL");
    await expect(result.get(TIMEOUT)).rejects.toMatchObject({
      code: "TROUPE_WORKER_LOST",
      message: expect.stringContaining("Worker exited prematurely: signal 9 (SIGKILL)"),
    });
    await worker.writes(/a child of the pool was lost: signal 9 \(SIGKILL\); another takes its place/);
    expect(await run("proj.colour")).toBe("red");
  });

  it("takes them along when it is killed itself, also one that is busy for ever; another worker runs their tasks", async () => {
    const worker = await startWorker("processes");
    const spinning = await client.sendTask("proj.spin", []);
    const file = join(project.folder, "second");
    const waiting = await client.sendTask("proj.wait", [file]);
    await eventually("both run", async () => (await activeTasks()) === 2, 30_000);
    const pids = await childProcesses();
    expect(pids).toHaveLength(2);
    await worker[Symbol.asyncDispose]();
    await eventually("they have ended", async () => (await childProcesses()).length === 0, 30_000);
    await using _another = await startWorker("processes");
    await project.write("second", "");
    expect(pids).not.toContain(await waiting.get(TIMEOUT));
    await spinning.forget();
  });
});

async function startWorker(pool: PoolName, env?: Readonly<Record<string, string>>): Promise<CliProcess> {
  const words = ["-A", "proj", "-b", server.url, "worker", "-P", pool, "-c", "2", "-n", `${pool}@test`];
  const worker = project.start(words, env);
  await worker.writes(/ ready\./);
  return worker;
}

async function run(name: string): Promise<unknown> {
  return (await client.sendTask(name, [])).get(TIMEOUT);
}

async function activeTasks(): Promise<number> {
  const active = await client.control.inspect({ timeout: "5s", destination: ["processes@test"] }).active();
  return Object.values(active).flat().length;
}

/** Children of workers in the project: processes that run there, and whose program is that of children. */
async function childProcesses(): Promise<number[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const checked = await Promise.all(pids.map(async (pid) => ((await isChild(pid)) ? [pid] : [])));
  return checked.flat();
}

async function isChild(pid: number): Promise<boolean> {
  try {
    const [command, folder] = await Promise.all([
      readFile(`/proc/${pid}/cmdline`, "utf8"),
      readlink(`/proc/${pid}/cwd`),
    ]);
    return folder === project.folder && command.includes("child-main.js");
  } catch {
    return false;
  }
}
