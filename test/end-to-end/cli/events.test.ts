// `actor-cli events`, as a user runs it: the built program, real workers, a real broker.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CliWorld } from "../../support/cli-world.ts";
import { NatsServer } from "../../support/nats-server.ts";

const CAMERA = `
import type { ClusterState } from "@troupe/core";

export const camera = {
  shots: 0,
  onShutter(state: ClusterState) {
    if (++this.shots === 1) throw new Error("out of film");
    const tasks = state.tasksByTime().map(({ name, uuid, state }) => [name, uuid, state].join(" "));
    console.log(JSON.stringify({ workers: state.aliveWorkers().map(({ hostname }) => hostname), tasks }));
  },
};
`;

let world: CliWorld;

beforeAll(async () => {
  world = await CliWorld.start({ "cameras/printer.ts": CAMERA });
});

afterAll(() => world?.[Symbol.asyncDispose]());

describe("events --dump", () => {
  it("tells the life of workers and tasks, and ends with Ctrl-C", async () => {
    await using dump = world.project.start(world.words("events", "--dump"));
    await dump.writes(/^-> evdump: starting capture\.\.\.\n/);
    await using worker = await world.startWorker("-n", "w1@test", "-E");
    await dump.writes(/^w1@test \[.*Z\] started: active=0, /m);
    await world.run("call", "proj.tasks.fail", "broken\u001b[2J", "--task-id", "failing");
    await dump.writes(
      /task received: proj\.tasks\.fail\(failing\) args=.*\n.*task started: proj\.tasks\.fail\(failing\) /,
    );
    await dump.writes(/task failed: proj\.tasks\.fail\(failing\) clock=.*, exception=.*broken\\u001b\[2J/);
    worker.signal("SIGTERM");
    await dump.writes(/^w1@test \[.*Z\] shutdown: /m);
    dump.signal("SIGINT");
    expect(await dump.end()).toMatchObject({ code: 0, signal: null, stderr: "" });
    expect(dump.output).not.toContain("\u001b");
  });

  it("says when it loses the broker, and goes on when it is there again", async () => {
    await using own = await NatsServer.start();
    await using dump = world.project.start(["-A", "proj", "-b", own.url, "events", "--dump", "--json"]);
    await dump.writes(/starting capture/);
    await own.restart();
    await dump.writes(/lost the connection to .*; reconnecting\n.*connected to .* again/);
    await using _worker = world.project.start(["-A", "proj", "-b", own.url, "worker", "-n", "w2@test"]);
    await dump.writes(/"type":"worker-online"/);
    dump.signal("SIGTERM");
    const { code, stdout } = await dump.end();
    expect(code).toBe(0);
    for (const line of stdout.trim().split("\n")) expect(JSON.parse(line)).toMatchObject({ hostname: "w2@test" });
  });

  it("ends with 69 where there is no broker, with 2 where it is not said what to do", async () => {
    const away = ["-A", "proj", "-b", "nats://127.0.0.1:1", "events"];
    expect(await world.project.run([...away, "--dump"])).toMatchObject({ code: 69, stdout: "" });
    expect(await world.project.run(away)).toMatchObject({ code: 2, stderr: expect.stringContaining("--dump") });
    expect(await world.run("events", "--dump", "--pattern", "")).toMatchObject({ code: 2 });
  });
});

describe("events --camera", () => {
  it("shows workers and tasks to a camera of the project, again and again", async () => {
    await using worker = await world.startWorker("-n", "w3@test", "-E");
    await using camera = world.project.start(
      world.words("events", "--camera", "cameras/printer", "--frequency", "100ms", "--max-rate", "10/s"),
    );
    await camera.writes(/-> evcam: taking shots\.\.\./);
    await camera.writes(/onShutter of a camera failed/);
    await world.run("call", "proj.tasks.add", "2", "2", "--task-id", "added");
    await camera.writes(/^\{"workers":\["w3@test"\],"tasks":\["proj\.tasks\.add added SUCCESS"\]\}$/m);
    worker.signal("SIGTERM");
    await camera.writes(/^\{"workers":\[\],"tasks":\["proj\.tasks\.add added SUCCESS"\]\}$/m);
    camera.signal("SIGINT");
    expect(await camera.end()).toMatchObject({ code: 0, signal: null });
  });

  it.each([
    [["--camera", "cameras/none"], /no module "cameras\/none"/],
    [["--camera", "cameras/printer:nope"], /no export "nope"/],
    [["--camera", "cameras/printer", "--max-rate", "often"], /10\/m/],
    [["--camera", "cameras/printer", "--pattern", "task-*"], /--pattern goes with --dump/],
    [["--camera", "cameras/printer", "--dump"], /do not go with --dump/],
  ])("refuses %j", async (words, stderr) => {
    expect(await world.run("events", ...words)).toMatchObject({ code: 2, stderr: expect.stringMatching(stderr) });
  });
});
