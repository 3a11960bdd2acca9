// `actor-cli worker` in the background: what the start tells, the pid file, the log file.

import { renameSync } from "node:fs";
import { join } from "node:path";
import { eventually } from "@troupe/core/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Background } from "../../support/background.ts";
import { CliWorld } from "../../support/cli-world.ts";
import { NatsServer } from "../../support/nats-server.ts";

let world: CliWorld;
let background: Background;

beforeAll(async () => {
  world = await CliWorld.start();
  background = new Background(world.project.folder);
});

afterAll(async () => {
  background?.[Symbol.dispose]();
  await world?.[Symbol.asyncDispose]();
});

describe("worker --detach", () => {
  it("returns when the worker is ready, which goes on without it until it is signalled", async () => {
    const started = await world.run("worker", "--detach", "-n", "b1@test", "-Q", "b1", "-l", "info");
    expect(started).toMatchObject({ code: 0, stderr: "" });
    const pid = background.pid("b1.pid");
    expect(started.stdout).toBe(
      `b1@test runs in the background: pid ${pid}, log ${join(world.project.folder, "b1.log")}\n`,
    );
    expect(await world.run("call", "proj.tasks.add", "2", "2", "--queue", "b1")).toMatchObject({ stdout: "4\n" });
    process.kill(pid, "SIGTERM");
    await background.gone(pid);
    expect(background.files(".pid")).toEqual([]);
    const lines = background.log("b1.log").trim().split("\n");
    expect(lines.map((line) => JSON.parse(line).msg)).toEqual(
      expect.arrayContaining(["b1@test ready.", expect.stringMatching(/succeeded in/), "b1@test stopped."]),
    );
  });

  it("refuses a second worker of that name, and replaces what a killed one left", async () => {
    const words = ["worker", "-D", "-n", "b2@test", "-Q", "b2"];
    expect(await world.run(...words)).toMatchObject({ code: 0 });
    const pid = background.pid("b2.pid");
    const runs = `worker b2@test runs already, its process id is ${pid}`;
    expect(await world.run(...words)).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining(runs) });
    const inFront = await world.run("worker", "-n", "b2@test", "--pidfile", "%n.pid", "-q");
    expect(inFront).toMatchObject({ code: 1, stderr: expect.stringContaining(runs) });

    process.kill(pid, "SIGKILL");
    await background.gone(pid);
    expect(background.files(".pid")).toEqual(["b2.pid"]);
    const again = await world.run(...words, "--json");
    expect(JSON.parse(again.stdout)).toMatchObject({ hostname: "b2@test", ready: true });
    expect(background.pid("b2.pid")).toBe(JSON.parse(again.stdout).pid);
    expect(background.log("b2.log")).toMatch(/pid file .*b2\.pid is stale: it holds .* replaced/);
    process.kill(background.pid("b2.pid"), "SIGTERM");
  });

  it.each([
    ["an application that is not there", 2, ["-A", "nope"], /^Error: no module "nope"/],
    ["a module that fails", 2, ["-A", "broken.ts"], /^Error: module .*raised an error.*\n.*boom/],
    ["a broker that is wrong", 2, ["-A", "proj", "-b", "natz://127.0.0.1:1"], /^Error: .*natz/],
  ])("fails as the worker does: %s", async (_what, code, words, message) => {
    await world.project.write("broken.ts", 'throw new Error("boom");\nexport {};\n');
    const ending = await world.project.run([...words, "worker", "-D", "-n", "b3@test"]);
    expect(ending).toMatchObject({ code, stdout: "", stderr: expect.stringMatching(message) });
    expect(background.files(".pid")).not.toContain("b3.pid");
  });

  it("says that there is no broker, and leaves a worker that waits for it", async () => {
    await using late = await NatsServer.start();
    await late.stop();
    const ending = await world.project.run(["-A", "proj", "-b", late.url, "worker", "-D", "-n", "b4@test"]);
    expect(ending).toMatchObject({
      code: 69,
      stderr: expect.stringMatching(/^Error: no broker answered at .*goes on/),
    });
    await late.restart();
    await eventually("the worker is ready", () => background.log("b4.log").includes("b4@test ready."), 30_000);
    const pid = background.pid("b4.pid");
    process.kill(pid, "SIGTERM");
    await background.gone(pid);
  });

  it("keeps its place, its process id and its files over SIGHUP", async () => {
    await world.run("worker", "-D", "-n", "b5@test", "-Q", "b5");
    const pid = background.pid("b5.pid");
    process.kill(pid, "SIGHUP");
    const isAgain = (): boolean => /ready\.[^]*stopped\.[^]*ready\./.test(background.log("b5.log"));
    await eventually("the worker is ready again", isAgain, 45_000);
    expect(background.pid("b5.pid")).toBe(pid);
    process.kill(pid, "SIGTERM");
    await background.gone(pid);
    expect(background.files(".pid")).not.toContain("b5.pid");
  });

  it("leaves nobody who works behind when it is killed after SIGHUP", async () => {
    await world.run("worker", "-D", "-n", "b7@test", "-Q", "b7");
    const pid = background.pid("b7.pid");
    process.kill(pid, "SIGHUP");
    const again = (): RegExpExecArray | null => /stopped\.[^]*"pid":(\d+)[^\n]*ready\./.exec(background.log("b7.log"));
    await eventually("the worker is ready again", () => again() !== null, 45_000);
    process.kill(pid, "SIGKILL");
    await background.gone(Number(again()?.[1]));
    expect(background.log("b7.log")).toMatch(/has this worker's place is gone[^]*b7@test stopped\./);
  });
});

describe("worker --logfile", () => {
  it("writes the log, and the lines of tasks in children, to a file that SIGUSR2 opens anew", async () => {
    await using worker = world.project.start(
      world.words("worker", "-n", "b6@test", "-Q", "b6", "-l", "info", "-P", "processes", "-c1", "-f", "log/%n%I.log"),
    );
    const log = "log/b6.log";
    await eventually("the worker is ready", () => logged(log).includes("b6@test ready."), 45_000);
    expect(await world.run("call", "proj.tasks.add", "1", "1", "--queue", "b6")).toMatchObject({ stdout: "2\n" });
    renameSync(join(world.project.folder, log), join(world.project.folder, `${log}.1`));
    worker.signal("SIGUSR2");
    await eventually("there is a new file", () => logged(log) === "", 30_000);
    expect(await world.run("call", "proj.tasks.add", "2", "1", "--queue", "b6")).toMatchObject({ stdout: "3\n" });
    worker.signal("SIGTERM");
    const { stderr, stdout } = await worker.end();
    expect(stderr).toBe("");
    expect(stdout).toContain("b6@test v");
    expect([logged(`${log}.1`), logged(log)]).toEqual([
      expect.stringContaining("b6@test ready."),
      expect.stringContaining("b6@test stopped."),
    ]);
  });
});

function logged(file: string): string {
  try {
    return background.log(file);
  } catch {
    return "not there";
  }
}
