// `actor-cli` as a user runs it: the built program, a project in TypeScript that was never built, a real broker.

import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { eventually } from "@troupe/core/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CliEnding, type CliProcess, CliProject } from "../support/cli.ts";
import { NatsServer } from "../support/nats-server.ts";

const APP = `
import { Troupe } from "@troupe/core";

export const app = new Troupe("proj", { include: ["./tasks.js"], brokerConnectionTimeout: "2s" });
`;

// `hold` ends when a file exists, or by its signal.
const TASKS = `
import { existsSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import type { TaskContext } from "@troupe/core";
import { app } from "./troupe.js";

enum Colour { Red = "red" }

export const add = app.task("proj.tasks.add", (x: number, y: number) => x + y);
export const colour = app.task("proj.tasks.colour", () => Colour.Red);
export const fail = app.task("proj.tasks.fail", (text: string) => { throw new TypeError(text); });
export const media = app.task("proj.tasks.media", { queue: "media" }, () => "from media");
export const leak = app.task("proj.tasks.leak", () => { void Promise.reject(new Error("leaked")); return "survived"; });
export const crash = app.task("proj.tasks.crash", () => { setTimeout(() => { throw new Error("crashed"); }, 500); });
export const hold = app.task("proj.tasks.hold", { trackStarted: true }, async function (this: TaskContext, file: string) {
  while (!existsSync(file)) await pause(10, undefined, { signal: this.signal });
  return "released";
});
`;

const FILES = {
  "package.json": '{ "type": "module" }',
  "proj/index.ts": 'export { app } from "./troupe.js";\n',
  "proj/troupe.ts": APP,
  "proj/tasks.ts": TASKS,
};

let server: NatsServer;
let project: CliProject;

beforeAll(async () => {
  server = await NatsServer.start();
  project = await CliProject.make(FILES);
});

afterAll(async () => {
  await project?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});

const words = (...more: readonly string[]): string[] => ["-A", "proj", "-b", server.url, ...more];
const run = (...more: readonly string[]): Promise<CliEnding> => project.run(words(...more));

async function startWorker(...options: readonly string[]): Promise<CliProcess> {
  const worker = project.start(words("worker", ...options));
  await worker.writes(/ ready\./);
  return worker;
}

/** A running `hold`. */
interface Held {
  readonly id: string;
  /** Lets it end. */
  release(): Promise<void>;
}

async function startHold(queue: string, worker: string): Promise<Held> {
  const name = randomUUID();
  const call = await run("call", "proj.tasks.hold", join(project.folder, name), "--no-wait", "--queue", queue);
  expect(call).toMatchObject({ code: 0 });
  const id = call.stdout.trim();
  await eventually(
    `task ${id} runs`,
    async () => (await run("inspect", "active", "-d", worker)).stdout.includes(id),
    30_000,
  );
  return { id, release: () => project.write(name, "") };
}

describe("two terminals", () => {
  it("calls what the worker of a TypeScript project runs, and asks about it", async () => {
    await using worker = await startWorker("-n", "w1@test", "-c4", "-Q", "default,media,x", "-X", "x", "-l", "INFO");
    expect(worker.output).toMatch(/w1@test v\d+\.\d+\.\d+/);
    expect(worker.output).toContain(`. broker:      ${server.url}`);
    expect(worker.output).toContain(". concurrency: 4 (async)");
    expect(worker.output).toMatch(/\[Queues\]\n.*\. default\n.*\. media\n/);
    expect(worker.output).toMatch(/\[Tasks\]\n {2}\. proj\.tasks\.add\n/);
    expect(await run("call", "proj.tasks.add", "2", "2")).toEqual({ code: 0, signal: null, stdout: "4\n", stderr: "" });
    expect(await run("call", "proj.tasks.colour")).toMatchObject({ code: 0, stdout: "red\n" });
    expect(await run("call", "proj.tasks.media")).toMatchObject({ code: 0, stdout: "from media\n" });
    expect(await run("call", "proj.tasks.leak")).toMatchObject({ code: 0, stdout: "survived\n" });
    await worker.writes(/nobody awaited it.*leaked/);

    const failed = await run("call", "proj.tasks.fail", "broken\u001b[2J", "--task-id", "failing");
    expect(failed).toMatchObject({ code: 1, stdout: "" });
    expect(failed.stderr).toBe("Error: task proj.tasks.fail[failing] ended in FAILURE: TypeError: broken\\u001b[2J\n");
    expect(await run("result", "failing")).toMatchObject({ code: 1, stderr: failed.stderr });
    expect((await run("result", "failing", "--traceback")).stdout).toMatch(/^TypeError: broken.*\n +at .*tasks\.ts:/);
    expect(JSON.parse((await run("result", "failing", "--json")).stdout)).toMatchObject({
      state: "FAILURE",
      worker: "w1@test",
    });
    expect(await run("result", "unknown")).toMatchObject({ code: 0, stdout: "PENDING\n" });

    expect(await run("status")).toMatchObject({ code: 0, stdout: "->  w1@test: OK\n\n1 node online.\n", stderr: "" });
    expect((await run("inspect", "registered")).stdout).toContain("        * proj.tasks.add\n");
    expect(JSON.parse((await run("inspect", "stats", "--json")).stdout)).toMatchObject({
      "w1@test": { total: { "proj.tasks.add": 1 }, queues: ["default", "media"] },
    });
    await worker.writes(/Task proj\.tasks\.add\[[\w-]+\] succeeded in/);
    await worker.writes(/raised unexpected: TypeError: broken\\u001b\[2J/);
    expect(worker.output).not.toContain("\u001b");
  });

  it("revokes tasks: what waits, what runs, what carries stamps", async () => {
    const waiting = (await run("call", "proj.tasks.add", "2", "2", "--no-wait", "--queue", "revoked")).stdout.trim();
    const alone = await run("control", "revoke", waiting, "--reason", "no need", "-t", "200ms");
    expect(alone).toMatchObject({ code: 0, stdout: "", stderr: expect.stringContaining("it is stored") });
    await using _worker = await startWorker("-n", "w3@test", "-Q", "revoked");
    const ended = await run("result", waiting, "-t", "20s");
    expect(ended).toMatchObject({ code: 1, stderr: expect.stringContaining("was revoked: no need") });
    const held = await startHold("revoked", "w3@test");
    expect(await run("control", "terminate", held.id)).toMatchObject({
      code: 0,
      stdout: `->  w3@test: OK\n        terminate: ${held.id}\n`,
    });
    expect(await run("result", held.id, "-t", "20s")).toMatchObject({ code: 1 });
    await held.release();
    expect(
      JSON.parse((await run("control", "revoke_by_stamped_headers", "customer=c-1", "kind=5", "-j")).stdout),
    ).toEqual({
      "w3@test": { ok: "headers customer=c-1 kind=5 flagged as revoked" },
    });
    const kept = (await run("inspect", "revoked")).stdout;
    for (const line of [waiting, held.id, "customer=c-1 kind=5"]) expect(kept).toContain(`        * ${line}\n`);
    expect(await run("control", "revoke_by_stamped_headers", "customer")).toMatchObject({ code: 2 });
  });

  it("shows the tasks that run, with their arguments", async () => {
    await using _worker = await startWorker("-n", "w2@test", "-Q", "shown");
    const held = await startHold("shown", "w2@test");
    const { stdout } = await run("inspect", "active", "-d", "w2@test", "--json");
    expect(JSON.parse(stdout)).toMatchObject({
      "w2@test": [{ id: held.id, name: "proj.tasks.hold", deliveryInfo: { queue: "shown" } }],
    });
    const result = await run("result", held.id);
    expect(result).toMatchObject({ code: 0, stdout: "STARTED\n" });
    expect(result.stderr).toContain("w2@test");
    await held.release();
    expect(await run("result", held.id, "-t", "20s")).toMatchObject({ code: 0, stdout: "released\n" });
  });
});

describe("stopping a worker", () => {
  it("finishes running tasks and takes no more after the first signal, and ends with 0", async () => {
    await using worker = await startWorker("-n", "w3@test", "-Q", "warm");
    const held = await startHold("warm", "w3@test");
    worker.signal("SIGTERM");
    await worker.writes(/Warm shutdown.*SIGTERM again will initiate cold shutdown, terminating all running tasks!/s);
    const late = await run("call", "proj.tasks.add", "1", "1", "--queue", "warm", "--no-wait");
    await held.release();
    expect(await worker.end()).toMatchObject({ code: 0, signal: null });
    expect(await run("result", held.id)).toMatchObject({ code: 0, stdout: "released\n" });
    expect(await run("result", late.stdout.trim())).toMatchObject({ stdout: "PENDING\n" });
  });

  it.each<readonly [string, readonly NodeJS.Signals[]]>([
    ["the second signal", ["SIGINT", "SIGINT"]],
    ["SIGQUIT", ["SIGQUIT"]],
  ])("aborts running tasks after %s, gives them back to others, and ends with 1", async (_which, signals) => {
    const queue = `cold-${signals.length}`;
    const worker = await startWorker("-n", "w4@test", "-Q", queue);
    const held = await startHold(queue, "w4@test");
    for (const [index, signal] of signals.entries()) {
      worker.signal(signal);
      await worker.writes(index + 1 < signals.length ? /Hitting Ctrl\+C again will initiate cold/ : /Cold shutdown/);
    }
    expect(await worker.end()).toMatchObject({ code: 1, signal: null });

    await using _other = await startWorker("-n", "w5@test", "-Q", queue);
    await held.release();
    expect(await run("result", held.id, "-t", "30s")).toMatchObject({ code: 0, stdout: "released\n" });
  });

  it("gives running tasks back and ends with 1 after an exception that nobody caught", async () => {
    const worker = await startWorker("-n", "w6@test", "-Q", "crash", "-c", "2");
    const held = await startHold("crash", "w6@test");
    expect(await run("call", "proj.tasks.crash", "--queue", "crash", "--no-wait")).toMatchObject({ code: 0 });
    expect(await worker.end()).toMatchObject({ code: 1, signal: null });
    expect(worker.output).toMatch(/an exception was not caught; the worker ends and gives its tasks back: crashed/);

    await using _other = await startWorker("-n", "w6@test", "-Q", "crash");
    await held.release();
    expect(await run("result", held.id, "-t", "30s")).toMatchObject({ code: 0, stdout: "released\n" });
  });

  it("waits as long as --soft-shutdown-timeout says after SIGQUIT, and ends with 0 when all was finished by then", async () => {
    await using worker = await startWorker("-n", "w12@test", "-Q", "soft", "--soft-shutdown-timeout", "1h");
    const held = await startHold("soft", "w12@test");
    worker.signal("SIGQUIT");
    await worker.writes(/worker: Soft shutdown: terminating in 3600 seconds/);
    await held.release();
    expect(await worker.end()).toMatchObject({ code: 0, signal: null });
    expect(await run("result", held.id)).toMatchObject({ code: 0, stdout: "released\n" });
  });

  it("turns a soft stop into a cold one when its time is over", async () => {
    await using worker = await startWorker("-n", "w13@test", "-Q", "soft-over", "--soft-shutdown-timeout", "100ms");
    await startHold("soft-over", "w13@test");
    worker.signal("SIGQUIT");
    expect(await worker.end()).toMatchObject({ code: 1 });
  });

  it("starts it again under its process id after SIGHUP, when what runs is finished", async () => {
    await using worker = await startWorker("-n", "w14@test", "-Q", "again");
    const held = await startHold("again", "w14@test");
    worker.signal("SIGHUP");
    await worker.writes(/worker: Warm shutdown/);
    await held.release();
    await worker.writes(/ready\..*stopped\..*ready\./s);
    expect(await run("call", "proj.tasks.add", "1", "1", "--queue", "again")).toMatchObject({ stdout: "2\n" });
    worker.signal("SIGHUP");
    await worker.writes(/ready\..*stopped\..*ready\..*stopped\..*ready\./s);
    expect(await run("call", "proj.tasks.add", "1", "2", "--queue", "again")).toMatchObject({ stdout: "3\n" });
    worker.signal("SIGTERM");
    expect(await worker.end()).toMatchObject({ code: 0, signal: null });
    expect(await run("result", held.id)).toMatchObject({ code: 0, stdout: "released\n" });
  });

  it("tells what it does after SIGUSR1, and goes on", async () => {
    await using worker = await startWorker("-n", "w15@test", "-Q", "told");
    const held = await startHold("told", "w15@test");
    worker.signal("SIGUSR1");
    await worker.writes(/w15@test is running; running tasks: 1; memory: \d+ MB.*the process waits for: /s);
    expect(worker.output).toContain(`proj.tasks.hold[${held.id}] for `);
    await held.release();
    expect(await run("result", held.id, "-t", "20s")).toMatchObject({ code: 0, stdout: "released\n" });
  });

  it("becomes a cold stop after --shutdown-timeout", async () => {
    await using worker = await startWorker("-n", "w7@test", "-Q", "limit", "--shutdown-timeout", "100ms");
    await startHold("limit", "w7@test");
    worker.signal("SIGTERM");
    expect(await worker.end()).toMatchObject({ code: 1 });
  });
});

describe("a worker and its broker", () => {
  it("waits for a broker that is not there yet, and says so", async () => {
    await using late = await NatsServer.start();
    await late.stop();
    await using worker = project.start(["-A", "proj", "-b", late.url, "worker", "-n", "w8@test"]);
    await worker.writes(/no broker answered at .*trying again/);
    await late.restart();
    await worker.writes(/w8@test ready\./);
    worker.signal("SIGTERM");
    expect(await worker.end()).toMatchObject({ code: 0 });
  });

  it("ends in good time, with 0, when it is stopped before there was a broker", async () => {
    await using worker = project.start(["-A", "proj", "-b", "nats://127.0.0.1:1", "worker"]);
    await worker.writes(/trying again/);
    worker.signal("SIGINT");
    expect(await worker.end()).toMatchObject({ code: 0 });
  });

  it("stays until it is stopped on memory:, and says that nobody else can reach it", async () => {
    await using worker = project.start(["-A", "proj", "worker", "-n", "w11@test"]);
    await worker.writes(/w11@test ready\./);
    expect(worker.output).toMatch(/no other process can send tasks/);
    worker.signal("SIGTERM");
    expect(await worker.end()).toMatchObject({ code: 0 });
  });

  it("says when it loses its broker and when it has it again", async () => {
    await using own = await NatsServer.start();
    await using worker = project.start(["-A", "proj", "-b", own.url, "worker", "-n", "w9@test"]);
    await worker.writes(/ready\./);
    await own.restart();
    await worker.writes(/lost the connection to .*connected to .* again/s);
    expect(await project.run(["-A", "proj", "-b", own.url, "call", "proj.tasks.add", "2", "2"])).toMatchObject({
      stdout: "4\n",
    });
  });

  it("shows no password, neither in the banner nor in errors", async () => {
    const url = "nats://user:hush@127.0.0.1:1";
    const asked = await project.run(["-A", "proj", "-b", url, "status", "-l", "debug"]);
    expect(asked).toMatchObject({ code: 69 });
    await using worker = project.start(["-A", "proj", "-b", url, "worker", "-l", "trace"]);
    await worker.writes(/trying again/);
    expect(`${worker.output}${asked.stdout}${asked.stderr}`).not.toContain("hush");
  });
});

const ONE_LINE = /^Error: [^\n]+\n$/;

describe("exit codes", () => {
  it("2, with the help on standard error: no command", async () => {
    expect(await project.run([])).toMatchObject({
      code: 2,
      stdout: "",
      stderr: expect.stringMatching(/^Usage: actor-cli/),
    });
  });

  it.each([
    ["help", ["--help"]],
    ["help of a command", ["worker", "--help"]],
    ["version", ["--version"]],
    ["a report", ["-A", "proj", "report"]],
  ])("0: %s", async (_what, args) => {
    expect(await project.run(args)).toMatchObject({ code: 0, stderr: "" });
  });

  it.each([
    [2, "an unknown command", ["wokrer"]],
    [2, "an unknown option", ["-A", "proj", "status", "--zzz"]],
    [2, "no application", ["status"]],
    [2, "an application that is not there", ["-A", "nope", "status"]],
    [2, "a broker that no worker shares", ["-A", "proj", "status"]],
    [2, "an option of later versions", ["-A", "proj", "worker", "--beat"]],
    [2, "a pool that there is not", ["-A", "proj", "worker", "-P", "thread"]],
    [69, "no broker", ["-A", "proj", "-b", "nats://127.0.0.1:1", "status"]],
    [69, "no broker for a call", ["-A", "proj", "-b", "nats://127.0.0.1:1", "call", "proj.tasks.add", "1", "2"]],
  ])("%i, with one line on standard error: %s", async (code, _what, args) => {
    expect(await project.run(args)).toMatchObject({ code, stdout: "", stderr: expect.stringMatching(ONE_LINE) });
  });

  it("1: nobody replied", async () => {
    const ending = await run("status", "-d", "nobody@test", "-t", "100ms");
    expect(ending).toMatchObject({ code: 1, stdout: "" });
    expect(ending.stderr).toMatch(/^Error: No nodes replied within time constraint/);
    expect(await run("status", "-d", "nobody@test", "-t", "100ms", "-j")).toMatchObject({ code: 1, stdout: "{}\n" });
  });

  it("1: a task that does not finish in time", async () => {
    const ending = await run("call", "proj.tasks.add", "1", "2", "--queue", "nobody", "-t", "100ms");
    expect(ending).toMatchObject({ code: 1 });
    expect(ending.stderr).toMatch(/^Error: task [\w-]+ did not finish within 100ms; it goes on[^\n]+\n$/);
  });
});

describe("projects of other kinds", () => {
  it("takes the application from the environment", async () => {
    const ending = await project.run(["report"], { TROUPE_APP: "proj/troupe.ts:app" });
    expect(ending.stdout).toContain("name: proj");
  });

  it("takes a project whose package is CommonJS", async () => {
    await using other = await CliProject.make({ ...FILES, "package.json": "{}" });
    await using worker = other.start(["-A", "proj", "-b", server.url, "worker", "-n", "w10@test", "-Q", "commonjs"]);
    await worker.writes(/ready\./);
    const call = ["-A", "proj", "-b", server.url, "call", "proj.tasks.add", "2", "2", "--queue", "commonjs"];
    expect(await other.run(call)).toMatchObject({ code: 0, stdout: "4\n" });
  });

  it("takes a project in JavaScript, from another folder", async () => {
    await using other = await CliProject.make({
      "jobs/app.mjs":
        'import { Troupe } from "@troupe/core";\nexport const troupe = new Troupe("jobs");\ntroupe.task("jobs.one", () => 1);\n',
    });
    const ending = await project.run(["--workdir", other.folder, "-A", "jobs", "report"]);
    expect(ending).toMatchObject({ code: 0 });
    expect(ending.stdout).toMatch(/name: jobs\n.*app\.mjs/);
  });

  it.each([
    ["a missing package", 'import "no-such-package";', /Cannot find package 'no-such-package'/],
    ["a syntax error", "const x: = 1;", /broken\.ts:1:9: ERROR/],
    [
      "an error of its own",
      'function boom(): never { throw new Error("boom"); }\nboom();',
      /Error: boom\n +at boom .*broken\.ts:1/,
    ],
  ])("shows the stack of %s in the application's module", async (_what, text, stack) => {
    await project.write("broken.ts", `${text}\nexport {};\n`);
    const ending = await project.run(["-A", "broken", "status"]);
    expect(ending).toMatchObject({ code: 2, stdout: "" });
    expect(ending.stderr).toMatch(/^Error: module .*broken\.ts raised an error while it was imported:\n/);
    expect(ending.stderr).toMatch(stack);
  });

  it("names a module of include that is not there", async () => {
    await project.write(
      "lost.ts",
      'import { Troupe } from "@troupe/core";\nexport const app = new Troupe("lost", { include: ["./gone.js"] });\n',
    );
    const ending = await project.run(["-A", "lost", "worker"]);
    expect(ending).toMatchObject({ code: 2 });
    expect(ending.stderr).toMatch(/"lost" names "\.\/gone\.js".*gone\.js, gone\.ts/);
  });
});
