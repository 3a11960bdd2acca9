// `actor-cli worker`, `call`, `result`, `inspect` and `control revoke`, as a user runs them: the built program, a real broker.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CliWorld } from "../../support/cli-world.ts";

let world: CliWorld;

beforeAll(async () => {
  world = await CliWorld.start();
});

afterAll(() => world?.[Symbol.asyncDispose]());

describe("two terminals", () => {
  it("calls what the worker of a TypeScript project runs, and asks about it", async () => {
    await using worker = await world.startWorker(
      "-n",
      "w1@test",
      "-c4",
      "-Q",
      "default,media,x",
      "-X",
      "x",
      "-l",
      "INFO",
    );
    expect(worker.output).toMatch(/w1@test v\d+\.\d+\.\d+/);
    expect(worker.output).toContain(`. broker:      ${world.server.url}`);
    expect(worker.output).toContain(". concurrency: 4 (async)");
    expect(worker.output).toMatch(/\[Queues\]\n.*\. default\n.*\. media\n/);
    expect(worker.output).toMatch(/\[Tasks\]\n {2}\. proj\.tasks\.add\n/);
    expect(await world.run("call", "proj.tasks.add", "2", "2")).toEqual({
      code: 0,
      signal: null,
      stdout: "4\n",
      stderr: "",
    });
    expect(await world.run("call", "proj.tasks.colour")).toMatchObject({ code: 0, stdout: "red\n" });
    expect(await world.run("call", "proj.tasks.media")).toMatchObject({ code: 0, stdout: "from media\n" });
    expect(await world.run("call", "proj.tasks.leak")).toMatchObject({ code: 0, stdout: "survived\n" });
    await worker.writes(/nobody awaited it.*leaked/);

    const failed = await world.run("call", "proj.tasks.fail", "broken\u001b[2J", "--task-id", "failing");
    expect(failed).toMatchObject({ code: 1, stdout: "" });
    expect(failed.stderr).toBe("Error: task proj.tasks.fail[failing] ended in FAILURE: TypeError: broken\\u001b[2J\n");
    expect(await world.run("result", "failing")).toMatchObject({ code: 1, stderr: failed.stderr });
    expect((await world.run("result", "failing", "--traceback")).stdout).toMatch(
      /^TypeError: broken.*\n +at .*tasks\.ts:/,
    );
    expect(JSON.parse((await world.run("result", "failing", "--json")).stdout)).toMatchObject({
      state: "FAILURE",
      worker: "w1@test",
    });
    expect(await world.run("result", "unknown")).toMatchObject({ code: 0, stdout: "PENDING\n" });

    expect(await world.run("status")).toMatchObject({
      code: 0,
      stdout: "->  w1@test: OK\n\n1 node online.\n",
      stderr: "",
    });
    expect((await world.run("inspect", "registered")).stdout).toContain("        * proj.tasks.add\n");
    expect(JSON.parse((await world.run("inspect", "stats", "--json")).stdout)).toMatchObject({
      "w1@test": { total: { "proj.tasks.add": 1 }, queues: ["default", "media"] },
    });
    await worker.writes(/Task proj\.tasks\.add\[[\w-]+\] succeeded in/);
    await worker.writes(/raised unexpected: TypeError: broken\\u001b\[2J/);
    expect(worker.output).not.toContain("\u001b");
  });

  it("revokes tasks: what waits, what runs, what carries stamps", async () => {
    const waiting = (
      await world.run("call", "proj.tasks.add", "2", "2", "--no-wait", "--queue", "revoked")
    ).stdout.trim();
    const alone = await world.run("control", "revoke", waiting, "--reason", "no need", "-t", "200ms");
    expect(alone).toMatchObject({ code: 0, stdout: "", stderr: expect.stringContaining("it is stored") });
    await using _worker = await world.startWorker("-n", "w3@test", "-Q", "revoked");
    const ended = await world.run("result", waiting, "-t", "20s");
    expect(ended).toMatchObject({ code: 1, stderr: expect.stringContaining("was revoked: no need") });
    const held = await world.startHold("revoked", "w3@test");
    expect(await world.run("control", "terminate", held.id)).toMatchObject({
      code: 0,
      stdout: `->  w3@test: OK\n        terminate: ${held.id}\n`,
    });
    expect(await world.run("result", held.id, "-t", "20s")).toMatchObject({ code: 1 });
    await held.release();
    expect(
      JSON.parse((await world.run("control", "revoke_by_stamped_headers", "customer=c-1", "kind=5", "-j")).stdout),
    ).toEqual([{ "w3@test": { ok: "headers customer=c-1 kind=5 flagged as revoked" } }]);
    const kept = (await world.run("inspect", "revoked")).stdout;
    for (const line of [waiting, held.id, "customer=c-1 kind=5"]) expect(kept).toContain(`        * ${line}\n`);
    expect(await world.run("control", "revoke_by_stamped_headers", "customer")).toMatchObject({ code: 2 });
  });

  it("shows the tasks that run, with their arguments", async () => {
    await using _worker = await world.startWorker("-n", "w2@test", "-Q", "shown");
    const held = await world.startHold("shown", "w2@test");
    const { stdout } = await world.run("inspect", "active", "-d", "w2@test", "--json");
    expect(JSON.parse(stdout)).toMatchObject({
      "w2@test": [{ id: held.id, name: "proj.tasks.hold", deliveryInfo: { queue: "shown" } }],
    });
    const result = await world.run("result", held.id);
    expect(result).toMatchObject({ code: 0, stdout: "STARTED\n" });
    expect(result.stderr).toContain("w2@test");
    await held.release();
    expect(await world.run("result", held.id, "-t", "20s")).toMatchObject({ code: 0, stdout: "released\n" });
  });
});
