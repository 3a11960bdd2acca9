// Remote control from the shell: workers in processes of their own, over a real broker.

import { readFile, rm, stat } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CliWorld } from "../../support/cli-world.ts";

const COMMANDS = `
import { app } from "./troupe.js";

app.inspectCommand(
  "sum_up",
  { help: "adds numbers", timeout: "30s", args: [{ name: "label" }, { name: "numbers", type: "number", variadic: true }] },
  (worker, { label, numbers }) => ({ at: worker.hostname, [label]: numbers.reduce((sum, one) => sum + one, 0) }),
);
`;
const FILES = {
  "proj/index.ts": 'import "./commands.js";\nexport { app } from "./troupe.js";\n',
  "proj/commands.ts": COMMANDS,
  "proj/troupe.ts": `
import { Troupe } from "@troupe/core";
export const app = new Troupe("proj", { include: ["./tasks.js", "./edited.js"], brokerConnectionTimeout: "2s" });
`,
};
const LONG = ["-t", "30s"];

let world: CliWorld;

beforeAll(async () => {
  world = await CliWorld.start({ ...FILES, "proj/edited.ts": edited("first") });
});

afterAll(() => world?.[Symbol.asyncDispose]());

function edited(answer: string): string {
  return `
import { app } from "./troupe.js";
export const edited = app.task("proj.edited", { queue: "edited" }, () => ${JSON.stringify(answer)});
`;
}

async function asked(...words: readonly string[]): Promise<unknown> {
  const { stdout, stderr } = await world.run(...words, "--json");
  try {
    return JSON.parse(stdout);
  } catch (error) {
    throw new Error(`no JSON: ${stdout}${stderr}`, { cause: error });
  }
}

describe("two workers", () => {
  it("are asked and ordered together, or by name", async () => {
    await using _w1 = await world.startWorker("-n", "w1@test");
    await using _w2 = await world.startWorker("-n", "w2@test");
    const both = ["-d", "w1@test,w2@test", ...LONG];
    const second = ["-d", "w2@test", ...LONG];
    expect(await asked("inspect", "ping", ...both)).toEqual({ "w1@test": { ok: "pong" }, "w2@test": { ok: "pong" } });
    expect(await asked("control", "add_consumer", "media", ...second)).toEqual([
      { "w2@test": { ok: "add consumer media" } },
    ]);
    const queue = { name: "default", consuming: true, paused: false };
    expect(await asked("inspect", "active_queues", ...both)).toEqual({
      "w1@test": [queue],
      "w2@test": [queue, { ...queue, name: "media", consuming: expect.any(Boolean) }],
    });
    expect(await asked("inspect", "sum_up", "total", "2", "2.5", "-d", "w1@test,w2@test")).toEqual({
      "w1@test": { at: "w1@test", total: 4.5 },
      "w2@test": { at: "w2@test", total: 4.5 },
    });
    expect((await world.run("inspect", "--help")).stdout).toMatch(/sum_up <label> <numbers\.\.\.> +adds numbers/);
    expect(await world.run("inspect", "sum_upp", "a", "1")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("Did you mean sum_up?"),
    });
  });

  it("write heap snapshots that only their user can read", async () => {
    await using _w1 = await world.startWorker("-n", "w3@test");
    const replies = await asked("inspect", "objgraph", "-d", "w3@test");
    expect(replies).toEqual({ "w3@test": { filename: expect.stringMatching(/\.heapsnapshot$/) } });
    const [, filename = ""] = /"filename":"([^"]+)"/.exec(JSON.stringify(replies)) ?? [];
    try {
      expect((await stat(filename)).mode & 0o077).toBe(0);
      expect(JSON.parse(await readFile(filename, "utf8"))).toHaveProperty("snapshot.node_count", expect.any(Number));
    } finally {
      await rm(filename, { force: true });
    }
  });
});

describe.each(["threads", "processes"])("pool_restart of %s", (pool) => {
  it("runs what its modules say now", async () => {
    await world.project.write("proj/edited.ts", edited("first"));
    await using _worker = await world.startWorker("-n", "w4@test", "-Q", "edited", "-P", pool, "-c", "2");
    expect(await world.run("call", "proj.edited")).toMatchObject({ stdout: "first\n" });
    await world.project.write("proj/edited.ts", edited("second"));
    expect(await world.run("call", "proj.edited")).toMatchObject({ stdout: "first\n" });
    expect(await asked("control", "pool_restart", "-d", "w4@test")).toEqual([{ "w4@test": { ok: "pool restarted" } }]);
    for (let call = 0; call < 3; call++)
      expect(await world.run("call", "proj.edited")).toMatchObject({ stdout: "second\n" });
  });
});
