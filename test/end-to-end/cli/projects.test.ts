// The projects that `actor-cli` takes, and what it says of those that it cannot take.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CliProject } from "../../support/cli.ts";
import { CliWorld, PROJECT_FILES } from "../../support/cli-world.ts";

let world: CliWorld;

beforeAll(async () => {
  world = await CliWorld.start();
});

afterAll(() => world?.[Symbol.asyncDispose]());

describe("projects of other kinds", () => {
  it("takes the application from the environment", async () => {
    const ending = await world.project.run(["report"], { TROUPE_APP: "proj/troupe.ts:app" });
    expect(ending.stdout).toContain("name: proj");
  });

  it("takes a project whose package is CommonJS", async () => {
    await using other = await CliProject.make({ ...PROJECT_FILES, "package.json": "{}" });
    await using worker = other.start([
      "-A",
      "proj",
      "-b",
      world.server.url,
      "worker",
      "-n",
      "w10@test",
      "-Q",
      "commonjs",
    ]);
    await worker.writes(/ready\./);
    const call = ["-A", "proj", "-b", world.server.url, "call", "proj.tasks.add", "2", "2", "--queue", "commonjs"];
    expect(await other.run(call)).toMatchObject({ code: 0, stdout: "4\n" });
  });

  it("takes a project in JavaScript, from another folder", async () => {
    await using other = await CliProject.make({
      "jobs/app.mjs":
        'import { Troupe } from "@troupe/core";\nexport const troupe = new Troupe("jobs");\ntroupe.task("jobs.one", () => 1);\n',
    });
    const ending = await world.project.run(["--workdir", other.folder, "-A", "jobs", "report"]);
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
    await world.project.write("broken.ts", `${text}\nexport {};\n`);
    const ending = await world.project.run(["-A", "broken", "status"]);
    expect(ending).toMatchObject({ code: 2, stdout: "" });
    expect(ending.stderr).toMatch(/^Error: module .*broken\.ts raised an error while it was imported:\n/);
    expect(ending.stderr).toMatch(stack);
  });

  it("names a module of include that is not there", async () => {
    await world.project.write(
      "lost.ts",
      'import { Troupe } from "@troupe/core";\nexport const app = new Troupe("lost", { include: ["./gone.js"] });\n',
    );
    const ending = await world.project.run(["-A", "lost", "worker"]);
    expect(ending).toMatchObject({ code: 2 });
    expect(ending.stderr).toMatch(/"lost" names "\.\/gone\.js".*gone\.js, gone\.ts/);
  });
});
