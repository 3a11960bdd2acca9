// `actor-cli completion`: the scripts, in their shells where they are installed, and the real program behind them.

import { spawnSync } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CliProject } from "../../support/cli.ts";
import { PROJECT_FILES } from "../../support/cli-world.ts";

const PROGRAM = fileURLToPath(new URL("../../../packages/cli/bin/actor-cli.js", import.meta.url));

let project: CliProject;
let path: string;

beforeAll(async () => {
  project = await CliProject.make(PROJECT_FILES);
  mkdirSync(join(project.folder, "bin"));
  symlinkSync(PROGRAM, join(project.folder, "bin", "actor-cli"));
  path = `${join(project.folder, "bin")}:${process.env["PATH"] ?? ""}`;
});
afterAll(() => project?.[Symbol.asyncDispose]());

/** What bash would offer at the end of a line. */
function inBash(line: string): string[] {
  const script = `source <(actor-cli completion bash)
    COMP_LINE="$1" COMP_POINT=\${#1}
    _actor_cli
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const env = { PATH: path, HOME: project.folder };
  const run = spawnSync("bash", ["-c", script, "bash", line], { cwd: project.folder, env, encoding: "utf8" });
  expect(run).toMatchObject({ status: 0, stderr: "" });
  return run.stdout.split("\n").filter(Boolean).sort();
}

describe("bash", () => {
  it.each([
    ["actor-cli wor", ["worker"]],
    ["actor-cli -A proj inspect regist", ["registered"]],
    ["actor-cli worker --conc", ["--concurrency"]],
    ["actor-cli worker --pool=th", ["threads"]],
    ["actor-cli -A proj call proj.tasks.f", ["proj.tasks.fail"]],
    ["actor-cli -A proj worker -Q def", ["default"]],
    ["actor-cli -A nothing call ", []],
    ["actor-cli -A pro", ["proj"]],
    ["actor-cli worker --logfile=pack", ["package.json"]],
    ["actor-cli multi start 3 -Q:1-2 images -A proj --range-p", ["--range-prefix"]],
  ])('completes "%s"', (line, expected) => {
    expect(inBash(line)).toEqual(expected);
  });
});

describe.each(["bash", "zsh", "fish"])("the script for %s", (shell) => {
  it("asks the program, and is read by the shell where it is installed", async () => {
    const { code, stdout } = await project.run(["completion", shell]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/completion words -- .*2>\/dev\/null/);
    const file = `script.${shell}`;
    await project.write(file, stdout);
    const read = spawnSync(shell, ["-n", join(project.folder, file)], { encoding: "utf8" });
    expect(read.error ? [] : [read.status, read.stderr]).toEqual(read.error ? [] : [0, ""]);
  });
});

it("refuses other shells", async () => {
  const ending = await project.run(["completion", "tcsh"]);
  expect(ending).toMatchObject({ code: 2, stderr: expect.stringContaining("give one of bash, zsh, fish") });
});
