// `actor-cli worker` before there is a broker, without one, and when it loses its own.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CliWorld } from "../../support/cli-world.ts";
import { NatsServer } from "../../support/nats-server.ts";

let world: CliWorld;

beforeAll(async () => {
  world = await CliWorld.start();
});

afterAll(() => world?.[Symbol.asyncDispose]());

describe("a worker and its broker", () => {
  it("waits for a broker that is not there yet, and says so", async () => {
    await using late = await NatsServer.start();
    await late.stop();
    await using worker = world.project.start(["-A", "proj", "-b", late.url, "worker", "-n", "w8@test"]);
    await worker.writes(/no broker answered at .*trying again/);
    await late.restart();
    await worker.writes(/w8@test ready\./);
    worker.signal("SIGTERM");
    expect(await worker.end()).toMatchObject({ code: 0 });
  });

  it("ends in good time, with 0, when it is stopped before there was a broker", async () => {
    await using worker = world.project.start(["-A", "proj", "-b", "nats://127.0.0.1:1", "worker"]);
    await worker.writes(/trying again/);
    worker.signal("SIGINT");
    expect(await worker.end()).toMatchObject({ code: 0 });
  });

  it("stays until it is stopped on memory:, and says that nobody else can reach it", async () => {
    await using worker = world.project.start(["-A", "proj", "worker", "-n", "w11@test"]);
    await worker.writes(/w11@test ready\./);
    expect(worker.output).toMatch(/no other process can send tasks/);
    worker.signal("SIGTERM");
    expect(await worker.end()).toMatchObject({ code: 0 });
  });

  it("says when it loses its broker and when it has it again", async () => {
    await using own = await NatsServer.start();
    await using worker = world.project.start(["-A", "proj", "-b", own.url, "worker", "-n", "w9@test"]);
    await worker.writes(/ready\./);
    await own.restart();
    await worker.writes(/lost the connection to .*connected to .* again/s);
    expect(await world.project.run(["-A", "proj", "-b", own.url, "call", "proj.tasks.add", "2", "2"])).toMatchObject({
      stdout: "4\n",
    });
  });

  it("shows no password, neither in the banner nor in errors", async () => {
    const url = "nats://user:hush@127.0.0.1:1";
    const asked = await world.project.run(["-A", "proj", "-b", url, "status", "-l", "debug"]);
    expect(asked).toMatchObject({ code: 69 });
    await using worker = world.project.start(["-A", "proj", "-b", url, "worker", "-l", "trace"]);
    await worker.writes(/trying again/);
    expect(`${worker.output}${asked.stdout}${asked.stderr}`).not.toContain("hush");
  });
});
