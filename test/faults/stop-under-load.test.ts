// Workers that are stopped by signals while they have tasks in every state a task can be in: another worker does the rest, and each
// task comes to one outcome.

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type AsyncResult, chain, Troupe } from "@troupe/core";
import { eventually } from "@troupe/core/testing";
import type { Transport } from "@troupe/core/transport";
import { natsTransport } from "@troupe/nats-transport";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CliProcess, CliProject } from "../support/cli.ts";
import { NatsServer } from "../support/nats-server.ts";
import { ServerView } from "../support/server-view.ts";

// What runs deaf hears nothing of its signal. A step of a chain that is held is being settled: its outcome is stored, what follows
// is not yet sent.
const APP = `
import { appendFileSync, existsSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { type TaskContext, Troupe } from "@troupe/core";

export const app = new Troupe("load", { ackWait: "2s" });

async function passed(gate: string): Promise<string> {
  while (!existsSync(gate)) await pause(10);
  return "passed";
}

function ran({ id }: TaskContext, folder: string): void {
  appendFileSync(folder + "/runs", id + "\\n");
}

app.use({
  publish: async (call, next) => {
    const [folder, mark] = call.args;
    if (mark === "held") {
      appendFileSync(folder + "/settling", "");
      await passed(folder + "/gate");
    }
    return next(call);
  },
});

app.task("load.quick", function (this: TaskContext, folder: string) {
  ran(this, folder);
  return "done";
});
app.task("load.rare", { rateLimit: process.env["RATE"] ?? null }, function (this: TaskContext, folder: string) {
  ran(this, folder);
  return "done";
});
for (const [name, acksLate] of [["load.deaf", true], ["load.deafOnce", false]] as const) {
  app.task(name, { acksLate, trackStarted: true }, function (this: TaskContext, folder: string) {
    ran(this, folder);
    return passed(folder + "/gate");
  });
}
`;

interface Stop {
  readonly how: string;
  readonly pool: "async" | "processes";
  /** Each after what the worker says to the one before. */
  readonly signals: readonly (readonly [NodeJS.Signals, RegExp])[];
  readonly options?: readonly string[];
  /** Whether it finishes what runs. */
  readonly finishes?: boolean;
}

const WARM = ["SIGTERM", /worker: Warm shutdown/] as const;
const COLD = ["SIGTERM", /worker: Cold shutdown/] as const;
const QUIT = ["SIGQUIT", /worker: Cold shutdown/] as const;
const SOFT = ["SIGTERM", /worker: Soft shutdown/] as const;

const STOPS: readonly Stop[] = [
  { how: "warm", pool: "async", signals: [WARM], finishes: true },
  { how: "warm", pool: "processes", signals: [WARM], finishes: true },
  { how: "cold by a second SIGTERM", pool: "processes", signals: [WARM, COLD] },
  { how: "cold by SIGQUIT", pool: "async", signals: [QUIT] },
  {
    how: "soft, then cold",
    pool: "processes",
    signals: [WARM, SOFT],
    options: ["--soft-shutdown-timeout", "500ms"],
  },
  { how: "hard by a second SIGQUIT", pool: "async", signals: [QUIT, ["SIGQUIT", /Exit at once|stopped\./]] },
];

const TIMEOUT = { timeout: "90s" } as const;

let server: NatsServer;
let project: CliProject;
let transport: Transport;
let client: Troupe;
let view: ServerView;

beforeAll(async () => {
  server = await NatsServer.start();
  view = new ServerView(server);
  project = await CliProject.make({ "package.json": '{ "type": "module" }', "load.ts": APP });
  transport = natsTransport({ servers: server.url });
  client = new Troupe("load", { broker: transport, logLevel: "silent" });
  await client.connect();
});

afterAll(async () => {
  await client?.close();
  await view?.close();
  await project?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});

describe("a worker with tasks in all states", () => {
  it.each(STOPS)("loses none when it is stopped $how, with pool $pool", async (stop) => {
    const { pool, signals, finishes = false, options = [] } = stop;
    const queue = `${pool}-${STOPS.indexOf(stop)}`;
    const folder = join(project.folder, queue);
    await project.write(`${queue}/runs`, "");
    const storedBefore = await view.count("troupe_RESULTS", "troupe.result.*");
    const first = await startWorker(queue, ["-P", pool, ...options], { RATE: "1/h" });
    const load = await fill(queue, folder);
    for (const [signal, said] of signals) {
      first.signal(signal);
      await first.writes(said);
    }
    if (finishes) await project.write(`${queue}/gate`, "");
    expect(await first.end()).toMatchObject({ code: finishes ? 0 : 1, signal: null });
    await project.write(`${queue}/gate`, "");

    await using _second = await startWorker(queue, ["-P", pool]);
    const { running, runningOnce, others } = load;
    const all = [running, runningOnce, ...others];
    expect(await Promise.all(all.map((result) => outcomeOf(result)))).toEqual([
      "passed",
      finishes ? "passed" : "TROUPE_WORKER_LOST",
      ...others.map(() => "done"),
    ]);
    await eventually("the queue is empty", async () => {
      const { waiting, unsettled } = await transport.tasks.count(queue);
      return waiting + unsettled === 0;
    });
    expect(await view.count("troupe_RESULTS", "troupe.result.*")).toBe(storedBefore + all.length);
    const again = finishes ? [] : [running.id];
    expect(await runsIn(folder)).toEqual([...all.map(({ id }) => id), ...again].sort());
  });
});

async function startWorker(
  queue: string,
  options: readonly string[],
  env?: Readonly<Record<string, string>>,
): Promise<CliProcess> {
  const words = [
    "-A",
    "load",
    "-b",
    server.url,
    "worker",
    "-Q",
    queue,
    "-c",
    "2",
    "--prefetch-multiplier",
    "8",
    "-n",
    `${queue}@test`,
  ];
  const worker = project.start([...words, ...options], env);
  await worker.writes(/ ready\./);
  return worker;
}

interface Load {
  readonly running: AsyncResult<unknown>;
  readonly runningOnce: AsyncResult<unknown>;
  readonly others: readonly AsyncResult<unknown>[];
}

/** Sends tasks of all kinds, one kind after the other has come as far as it can. */
async function fill(queue: string, folder: string): Promise<Load> {
  const send = (name: string, options: object = {}): Promise<AsyncResult<unknown>> =>
    client.sendTask(name, [folder], { queue, ...options });
  const quick = (...args: string[]) =>
    client.signature("load.quick", [folder, ...args], { queue }).set({ immutable: true });
  const last = await chain(quick(), quick("held")).delay();
  await eventually("a task is being settled", () => existsSync(join(folder, "settling")), 30_000);
  const rare = await Promise.all([1, 2, 3].map(() => send("load.rare")));
  await Promise.any(rare.map((result) => result.get(TIMEOUT)));
  const [running, runningOnce] = await Promise.all([send("load.deaf"), send("load.deafOnce")]);
  await eventually("both slots are taken", async () => {
    const states = await Promise.all([running.state(), runningOnce.state()]);
    return states.every((state) => state === "STARTED");
  });
  const waiting = await Promise.all(Array.from({ length: 20 }, () => send("load.quick")));
  const delayed = await send("load.quick", { countdown: "4s" });
  await eventually("tasks wait for a slot, and for their rate limit", async () => {
    const replies = await client.control.inspect({ timeout: "5s", destination: [`${queue}@test`] }).reserved();
    const names = Object.values(replies).flatMap((tasks) => tasks.map(({ name }) => name));
    return names.includes("load.quick") && names.filter((name) => name === "load.rare").length === 2;
  });
  const settling = client.result(last.parent?.id ?? "");
  return { running, runningOnce, others: [settling, last, ...rare, ...waiting, delayed] };
}

/** The value, or the code of the error. */
async function outcomeOf(result: AsyncResult<unknown>): Promise<unknown> {
  const value = await result.get({ ...TIMEOUT, propagate: false });
  return value instanceof Error && "code" in value ? value.code : value;
}

/** Ids of tasks, one for each run. */
async function runsIn(folder: string): Promise<string[]> {
  return (await readFile(join(folder, "runs"), "utf8")).trimEnd().split("\n").sort();
}
