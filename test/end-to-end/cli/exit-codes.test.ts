// The exit codes of `actor-cli`, and what it writes with each.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CliWorld } from "../../support/cli-world.ts";

let world: CliWorld;

beforeAll(async () => {
  world = await CliWorld.start();
});

afterAll(() => world?.[Symbol.asyncDispose]());

const ONE_LINE = /^Error: [^\n]+\n$/;

describe("exit codes", () => {
  it("2, with the help on standard error: no command", async () => {
    expect(await world.project.run([])).toMatchObject({
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
    expect(await world.project.run(args)).toMatchObject({ code: 0, stderr: "" });
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
    expect(await world.project.run(args)).toMatchObject({ code, stdout: "", stderr: expect.stringMatching(ONE_LINE) });
  });

  it("1: nobody replied", async () => {
    const ending = await world.run("status", "-d", "nobody@test", "-t", "100ms");
    expect(ending).toMatchObject({ code: 1, stdout: "" });
    expect(ending.stderr).toMatch(/^Error: No nodes replied within time constraint/);
    expect(await world.run("status", "-d", "nobody@test", "-t", "100ms", "-j")).toMatchObject({
      code: 1,
      stdout: "{}\n",
    });
  });

  it("1: a task that does not finish in time", async () => {
    const ending = await world.run("call", "proj.tasks.add", "1", "2", "--queue", "nobody", "-t", "100ms");
    expect(ending).toMatchObject({ code: 1 });
    expect(ending.stderr).toMatch(/^Error: task [\w-]+ did not finish within 100ms; it goes on[^\n]+\n$/);
  });
});
