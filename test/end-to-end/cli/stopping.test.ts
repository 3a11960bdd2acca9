// How `actor-cli worker` stops: each signal, and each limit of time.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CliWorld } from "../../support/cli-world.ts";

let world: CliWorld;

beforeAll(async () => {
  world = await CliWorld.start();
});

afterAll(() => world?.[Symbol.asyncDispose]());

describe("stopping a worker", () => {
  it("finishes running tasks and takes no more after the first signal, and ends with 0", async () => {
    await using worker = await world.startWorker("-n", "w3@test", "-Q", "warm");
    const held = await world.startHold("warm", "w3@test");
    worker.signal("SIGTERM");
    await worker.writes(/Warm shutdown.*SIGTERM again will initiate cold shutdown, terminating all running tasks!/s);
    const late = await world.run("call", "proj.tasks.add", "1", "1", "--queue", "warm", "--no-wait");
    await held.release();
    expect(await worker.end()).toMatchObject({ code: 0, signal: null });
    expect(await world.run("result", held.id)).toMatchObject({ code: 0, stdout: "released\n" });
    expect(await world.run("result", late.stdout.trim())).toMatchObject({ stdout: "PENDING\n" });
  });

  it.each<readonly [string, readonly NodeJS.Signals[]]>([
    ["the second signal", ["SIGINT", "SIGINT"]],
    ["SIGQUIT", ["SIGQUIT"]],
  ])("aborts running tasks after %s, gives them back to others, and ends with 1", async (_which, signals) => {
    const queue = `cold-${signals.length}`;
    const worker = await world.startWorker("-n", "w4@test", "-Q", queue);
    const held = await world.startHold(queue, "w4@test");
    for (const [index, signal] of signals.entries()) {
      worker.signal(signal);
      await worker.writes(index + 1 < signals.length ? /Hitting Ctrl\+C again will initiate cold/ : /Cold shutdown/);
    }
    expect(await worker.end()).toMatchObject({ code: 1, signal: null });

    await using _other = await world.startWorker("-n", "w5@test", "-Q", queue);
    await held.release();
    expect(await world.run("result", held.id, "-t", "30s")).toMatchObject({ code: 0, stdout: "released\n" });
  });

  it("gives running tasks back and ends with 1 after an exception that nobody caught", async () => {
    const worker = await world.startWorker("-n", "w6@test", "-Q", "crash", "-c", "2");
    const held = await world.startHold("crash", "w6@test");
    expect(await world.run("call", "proj.tasks.crash", "--queue", "crash", "--no-wait")).toMatchObject({ code: 0 });
    expect(await worker.end()).toMatchObject({ code: 1, signal: null });
    expect(worker.output).toMatch(/an exception was not caught; the worker ends and gives its tasks back: crashed/);

    await using _other = await world.startWorker("-n", "w6@test", "-Q", "crash");
    await held.release();
    expect(await world.run("result", held.id, "-t", "30s")).toMatchObject({ code: 0, stdout: "released\n" });
  });

  it("waits as long as --soft-shutdown-timeout says after SIGQUIT, and ends with 0 when all was finished by then", async () => {
    await using worker = await world.startWorker("-n", "w12@test", "-Q", "soft", "--soft-shutdown-timeout", "1h");
    const held = await world.startHold("soft", "w12@test");
    worker.signal("SIGQUIT");
    await worker.writes(/worker: Soft shutdown: terminating in 3600 seconds/);
    await held.release();
    expect(await worker.end()).toMatchObject({ code: 0, signal: null });
    expect(await world.run("result", held.id)).toMatchObject({ code: 0, stdout: "released\n" });
  });

  it("turns a soft stop into a cold one when its time is over", async () => {
    await using worker = await world.startWorker(
      "-n",
      "w13@test",
      "-Q",
      "soft-over",
      "--soft-shutdown-timeout",
      "100ms",
    );
    await world.startHold("soft-over", "w13@test");
    worker.signal("SIGQUIT");
    expect(await worker.end()).toMatchObject({ code: 1 });
  });

  it("starts it again under its process id after SIGHUP, when what runs is finished", async () => {
    await using worker = await world.startWorker("-n", "w14@test", "-Q", "again");
    const held = await world.startHold("again", "w14@test");
    worker.signal("SIGHUP");
    await worker.writes(/worker: Warm shutdown/);
    await held.release();
    await worker.writes(/ready\..*stopped\..*ready\./s);
    expect(await world.run("call", "proj.tasks.add", "1", "1", "--queue", "again")).toMatchObject({ stdout: "2\n" });
    worker.signal("SIGHUP");
    await worker.writes(/ready\..*stopped\..*ready\..*stopped\..*ready\./s);
    expect(await world.run("call", "proj.tasks.add", "1", "2", "--queue", "again")).toMatchObject({ stdout: "3\n" });
    worker.signal("SIGTERM");
    expect(await worker.end()).toMatchObject({ code: 0, signal: null });
    expect(await world.run("result", held.id)).toMatchObject({ code: 0, stdout: "released\n" });
  });

  it("tells what it does after SIGUSR1, and goes on", async () => {
    await using worker = await world.startWorker("-n", "w15@test", "-Q", "told");
    const held = await world.startHold("told", "w15@test");
    worker.signal("SIGUSR1");
    await worker.writes(/w15@test is running; running tasks: 1; memory: \d+ MB.*the process waits for: /s);
    expect(worker.output).toContain(`proj.tasks.hold[${held.id}] for `);
    await held.release();
    expect(await world.run("result", held.id, "-t", "20s")).toMatchObject({ code: 0, stdout: "released\n" });
  });

  it("becomes a cold stop after --shutdown-timeout", async () => {
    await using worker = await world.startWorker("-n", "w7@test", "-Q", "limit", "--shutdown-timeout", "100ms");
    await world.startHold("limit", "w7@test");
    worker.signal("SIGTERM");
    expect(await worker.end()).toMatchObject({ code: 1 });
  });
});
