// `actor-cli multi` with real workers in the background: what the guide shows, and what goes wrong.

import { writeFileSync } from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Background } from "../../support/background.ts";
import type { CliEnding } from "../../support/cli.ts";
import { CliWorld } from "../../support/cli-world.ts";

let world: CliWorld;
let background: Background;

beforeAll(async () => {
  world = await CliWorld.start();
});
beforeEach(() => {
  background = new Background(world.project.folder);
});
afterEach(() => background[Symbol.dispose]());
afterAll(() => world?.[Symbol.asyncDispose]());

const host = os.hostname();
const splash = /^actor-cli multi v\d+\.\d+\.\d+\n/;

/** Runs a command of multi, with the application and the broker behind it, as in the guide. */
const multi = (...words: readonly string[]): Promise<CliEnding> =>
  world.project.run(["multi", ...words, "-A", "proj", "-b", world.server.url, "-l", "INFO"]);

const outline = ({ stdout }: CliEnding): string => stdout.replace(splash, "").replace(/\.{3,}/g, "...");

describe("the guide's lines", () => {
  it("start, restart, stop and stopwait a node, with its outline", async () => {
    const started = await multi("start", "w1");
    expect(started).toMatchObject({ code: 0, stdout: expect.stringMatching(splash), stderr: "" });
    expect(outline(started)).toBe(`> Starting nodes...\n\t> w1@${host}: OK\n`);
    expect(await world.run("status", "-d", `w1@${host}`, "-t", "10s")).toMatchObject({ code: 0 });
    const first = background.pid("w1.pid");

    const restarted = await multi("restart", "w1");
    expect(restarted).toMatchObject({ code: 0, stderr: "" });
    expect(outline(restarted)).toBe(
      `> Stopping nodes...\n\t> w1@${host}: TERM -> ${first}\n> Waiting for 1 node -> ${first}...\n` +
        `\t> w1@${host}: OK\n> Restarting node w1@${host}: OK\n`,
    );
    const second = background.pid("w1.pid");
    expect(second).not.toBe(first);

    const stopped = await multi("stop", "w1");
    expect(stopped).toMatchObject({ code: 0 });
    expect(outline(stopped)).toBe(`> Stopping nodes...\n\t> w1@${host}: TERM -> ${second}\n`);
    await background.gone(second);
    expect(background.files(".pid")).toEqual([]);
    const down = await multi("stopwait", "w1");
    expect(down).toMatchObject({ code: 1 });
    expect(outline(down)).toBe(`> Stopping nodes...\n\t> w1@${host}: DOWN\n`);
    expect(background.log("w1.log")).toMatch(/ready\.[^]*stopped\.[^]*ready\.[^]*stopped\./);
  });

  it("give nodes other queues and other files", async () => {
    const files = ["--pidfile=run/%n.pid", "--logfile=log/%n%I.log"];
    const started = await multi("start", "2", "--range-prefix=q", "-Q:1", "images,video", "-Q", "data", ...files);
    expect(started).toMatchObject({ code: 0 });
    const stats = await world.run("inspect", "stats", "-d", `q1@${host},q2@${host}`, "-t", "10s", "--json");
    expect(JSON.parse(stats.stdout)).toMatchObject({
      [`q1@${host}`]: { queues: ["images", "video"] },
      [`q2@${host}`]: { queues: ["data"] },
    });
    const pids = [background.pid("run/q1.pid"), background.pid("run/q2.pid")];
    const killed = await multi("kill", "q1", "q2", ...files);
    expect(outline(killed)).toBe(
      `> Killing nodes...\n\t> q1@${host}: KILL -> ${pids[0]}\n\t> q2@${host}: KILL -> ${pids[1]}\n`,
    );
    for (const pid of pids) await background.gone(pid);
  });
});

describe("nodes that are gone", () => {
  it("are said to be down, and start again over the pid file that they left", async () => {
    expect(await multi("start", "a", "b", "c", "-Q", "gone")).toMatchObject({ code: 0 });
    const [a, b, c] = ["a", "b", "c"].map((name) => background.pid(`${name}.pid`));
    process.kill(b ?? 0, "SIGKILL");
    await background.gone(b ?? 0);

    const stopped = await multi("stopwait", "a", "b", "c");
    expect(stopped).toMatchObject({ code: 1, stderr: "" });
    const stale = `stale pid file ${join(world.project.folder, "b.pid")}: process ${b} is gone`;
    expect(outline(stopped)).toMatch(
      `> Stopping nodes...\n\t> a@${host}: TERM -> ${a}\n\t> b@${host}: DOWN (${stale})\n\t> c@${host}: TERM -> ${c}\n` +
        `> Waiting for 2 nodes -> ${a}, ${c}...\n`,
    );
    for (const name of ["a", "c"]) expect(outline(stopped)).toContain(`\t> ${name}@${host}: OK\n`);
    expect(background.files(".pid")).toEqual(["b.pid"]);

    const again = await multi("restart", "a", "b", "c", "-Q", "gone");
    expect(again).toMatchObject({ code: 0, stderr: "" });
    for (const name of ["a", "b", "c"]) expect(outline(again)).toContain(`> Restarting node ${name}@${host}: OK\n`);
    expect(background.pid("b.pid")).not.toBe(b);
    const status = await world.run("status", "-d", `a@${host},b@${host},c@${host}`, "-t", "10s");
    expect(status).toMatchObject({ code: 0 });
  });

  it("are not taken for another program that has their process id", async () => {
    writeFileSync(join(world.project.folder, "d.pid"), `${process.pid}\n`);
    const stopped = await multi("kill", "d");
    expect(stopped).toMatchObject({ code: 1 });
    expect(outline(stopped)).toContain(`d@${host}: DOWN (stale pid file`);
    expect(outline(stopped)).toContain(`process ${process.pid} is another program`);
    writeFileSync(join(world.project.folder, "d.pid"), "none\n");
  });
});

describe("nodes with work", () => {
  it("finish it before stopwait returns", async () => {
    await multi("start", "e@test", "-Q", "work");
    const held = await world.startHold("work", "e@test");
    const pid = background.pid("e.pid");
    await using waiting = world.project.start(["multi", "stopwait", "e@test"]);
    await waiting.writes(/Waiting for 1 node -> \d+\.\.\.\./);
    await held.release();
    expect(await waiting.end()).toMatchObject({ code: 0 });
    await background.gone(pid);
    expect(await world.run("result", held.id)).toMatchObject({ stdout: "released\n" });
  });

  it("are stopped cold when the time of a restart is over, and their tasks go on in others", async () => {
    await multi("start", "f@test", "-Q", "cold");
    const held = await world.startHold("cold", "f@test");
    const first = background.pid("f.pid");
    const restarted = await multi("restart", "f@test", "-Q", "cold", "--timeout", "100ms");
    expect(restarted).toMatchObject({ code: 0 });
    expect(outline(restarted)).toContain(`\t> f@test: TERM -> ${first}\n`);
    expect(outline(restarted)).toContain(`\t> f@test: QUIT -> ${first}\n`);
    expect(outline(restarted)).toContain("> Restarting node f@test: OK\n");
    await held.release();
    expect(await world.run("result", held.id, "-t", "40s")).toMatchObject({ stdout: "released\n" });
  });
});

describe("starts that fail", () => {
  it("say so with the error of the worker and its exit code", async () => {
    const ending = await world.project.run(["multi", "start", "g", "h", "-A", "nope"]);
    expect(ending).toMatchObject({ code: 2, stderr: expect.stringContaining('Error: no module "nope"') });
    expect(outline(ending)).toBe(
      `> Starting nodes...\n\t> g@${host}: FAILED (exit code 2)\n\t> h@${host}: FAILED (exit code 2)\n`,
    );
  });

  it("of a node that runs already leave it alone", async () => {
    await multi("start", "i", "-Q", "twice");
    const pid = background.pid("i.pid");
    const twice = await multi("start", "i", "-Q", "twice", "--json");
    expect(twice).toMatchObject({ code: 1, stderr: expect.stringContaining(`runs already, its process id is ${pid}`) });
    expect(JSON.parse(twice.stdout)).toEqual([
      { node: `i@${host}`, step: "start", word: "FAILED", pid: null, detail: "exit code 1" },
    ]);
  });

  it.each([
    [["start", "3", "-c:4", "1"], /none of the nodes/],
    [["start"], /no nodes are given/],
    [["sart", "w1"], /multi has no command "sart"/],
    [["start", "w1", "--zzz"], /unknown option --zzz/],
    [["get", "w3", "w1", "w2"], /w3 is none of the nodes/],
  ])("%j are refused with 2, in one line", async (words, message) => {
    const ending = await world.project.run(["multi", ...words]);
    expect(ending).toMatchObject({ code: 2, stdout: "", stderr: expect.stringMatching(message) });
    expect(ending.stderr.trim().split("\n")).toHaveLength(1);
  });
});

describe("what is only shown", () => {
  it("makes no file", async () => {
    const files = background.files("");
    const shown = await world.project.run(["multi", "show", "2", "-A", "proj", "--pidfile=new/%n.pid"]);
    expect(shown.stdout).toBe(
      [1, 2]
        .map((n) => `actor-cli -A proj worker --detach -n troupe${n}@${host} --pidfile=new/troupe${n}.pid`)
        .map((line, index) => `${line} --logfile=troupe${index + 1}.log\n`)
        .join(""),
    );
    expect(await world.project.run(["multi", "names", "foo", "bar@x"])).toMatchObject({
      stdout: `foo@${host}\nbar@x\n`,
    });
    expect(await world.project.run(["multi", "expand", "%n:%h", "foo@x"])).toMatchObject({ stdout: "foo:x\n" });
    expect(await world.project.run(["multi", "get", "foo", "foo", "bar", "-j"])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`"node": "foo@${host}"`),
    });
    expect(background.files("")).toEqual(files);
  });

  it.each([["help"], ["--help"], ["start", "--help"]])("is the help: %s", async (...words) => {
    const help = await world.project.run(["multi", ...words]);
    expect(help).toMatchObject({ code: 0, stderr: "", stdout: expect.stringContaining("actor-cli multi start 10") });
  });
});
