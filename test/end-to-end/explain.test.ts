// Why tasks have not started or finished, asked of real workers.

import { chain, chord, type Explanation, group, type TaskContext, type Troupe } from "@troupe/core";
import { eventually } from "@troupe/core/testing";
import { describe, expect, it } from "vitest";
import { CliProject } from "../support/cli.ts";
import { Gate } from "../support/gate.ts";
import { NatsServer } from "../support/nats-server.ts";
import { BROKERS, World } from "../support/world.ts";

const PATIENT = { timeout: "60s" } as const;
/** Workers are waited for that long where none is there. */
const ASK = { timeout: "500ms" } as const;

/** Waits until that is the answer: a worker learns of things in its own time. */
async function explained(app: Troupe, id: string, why: Explanation["why"]): Promise<Explanation> {
  let last: Explanation | null = null;
  await eventually(`${id} is ${why}`, async () => {
    last = await app.explain(id, { timeout: "2s" });
    return last.why === why;
  });
  if (last === null) throw new Error("nothing was explained");
  return last;
}

describe.each(BROKERS)("explain over %s", (broker) => {
  it("says that no worker consumes the queue, that it is paused, and what was revoked or is unknown", async () => {
    await using world = await World.open(broker);
    const { client } = world;
    const { id } = await client.sendTask("proj.add", [1, 1], { queue: "media" });
    expect(await client.explain(id, ASK)).toMatchObject({ why: "no-worker", queue: "media" });
    await client.queues.pause("media", { by: "ann", reason: "a deploy" });
    expect(await client.explain(id, ASK)).toMatchObject({ why: "paused", queue: "media", by: "ann" });
    await client.control.revoke(id, { timeout: "100ms" });
    expect(await client.explain(id, ASK)).toMatchObject({ why: "revoked", terminate: false });
    expect(await client.explain("nobody", ASK)).toMatchObject({ why: "unknown", state: null, complete: true });
  });

  it("says that a task has expired, and that it was taken by somebody who does not answer", async () => {
    await using world = await World.open(broker);
    const { client, transport } = world;
    const { id } = await client.sendTask("proj.add", [1, 1], { queue: "media", expires: "1ms" });
    expect(await explained(client, id, "expired")).toMatchObject({ queue: "media" });
    const ignore = (): void => undefined;
    const consumer = await transport.tasks.consume({ queue: "media", onDelivery: ignore, onUnused: ignore });
    consumer.request(1);
    await eventually("it is taken", async () => (await transport.tasks.count("media")).unsettled === 1);
    expect(await client.explain(id, ASK)).toMatchObject({ why: "silent-worker", queue: "media", worker: null });
    await consumer.close();
  });

  it("says what a task is replaced by, and which members of a group nothing follows from are not finished", async () => {
    await using world = await World.open(broker);
    const { client, service } = world;
    const one = service.task("proj.one", () => 1);
    const replaced = service.task("proj.replaced", function (this: TaskContext) {
      return this.replace(chain(one.si().set({ queue: "idle" }), one.si()));
    });
    await world.worker({ hostname: "one@h", queues: ["default"] });
    const result = await replaced.delay();
    await eventually("its replacement is sent", async () => (await world.transport.tasks.count("idle")).waiting === 1);
    expect(await client.explain(result.id, ASK)).toMatchObject({
      why: "replaced",
      by: null,
      waitsFor: [{ name: "proj.one", queue: "idle", state: "waiting" }],
    });

    const members = await group([one.si().set({ queue: "idle" }), one.si().set({ queue: "idle" })]).delay();
    const answer = await client.explain(members.id, ASK);
    expect(answer).toMatchObject({ id: members.id, why: "waiting-for-members", group: members.id });
    expect("waitsFor" in answer && answer.waitsFor.map(({ state }) => state)).toEqual(["waiting", "waiting"]);
  });

  it("says how a task has ended, and that it was set aside", async () => {
    await using world = await World.open(broker);
    const { client, service } = world;
    service.task("proj.add", (x: number, y: number) => x + y);
    await world.worker({ hostname: "one@h" });
    const done = await client.sendTask("proj.add", [1, 1]);
    await done.get(PATIENT);
    expect(await client.explain(done.id)).toMatchObject({ why: "finished", state: "SUCCESS", worker: "one@h" });
    const unknown = await client.sendTask("proj.unknown", []);
    await expect(unknown.get(PATIENT)).rejects.toThrow("proj.unknown");
    await eventually("the dead letter", async () => (await client.deadLetters.count()) === 1);
    const [letter] = await client.deadLetters.list();
    expect(await client.explain(unknown.id)).toMatchObject({
      why: "dead-letter",
      reason: "not-registered",
      letter: letter?.id,
    });
  });

  it("says that a task runs, that others have no slot, and that its workers do not know its name", async () => {
    await using world = await World.open(broker);
    const { client, service } = world;
    const gate = new Gate();
    service.task("proj.hold", { timeLimit: "10m" }, () => gate.pass());
    await world.worker({ hostname: "one@h", concurrency: 1 });
    const held = await client.sendTask("proj.hold", []);
    await gate.reached;
    const next = await client.sendTask("proj.hold", []);
    const unknown = await client.sendTask("proj.unknown", []);
    expect(await client.explain(held.id)).toMatchObject({ why: "running", worker: "one@h", timeLimit: 600_000 });
    expect(await explained(client, next.id, "no-slot")).toMatchObject({ workers: ["one@h"], slots: 1 });
    expect(await explained(client, unknown.id, "unknown-name")).toMatchObject({ name: "proj.unknown" });
    gate.open();
    await next.get(PATIENT);
  });

  it("says that a task waits for its time, or for its rate limit", async () => {
    await using world = await World.open(broker);
    const { client, service } = world;
    service.task("proj.rare", { rateLimit: "1/h" }, () => "ran");
    await world.worker({ hostname: "one@h" });
    const delayed = await client.sendTask("proj.rare", [], { countdown: "1h" });
    expect(await client.explain(delayed.id)).toMatchObject({ why: "not-due", retries: 0, queue: "default" });
    await (await client.sendTask("proj.rare", [])).get(PATIENT);
    const limited = await client.sendTask("proj.rare", []);
    expect(await explained(client, limited.id, "rate-limited")).toMatchObject({ limit: "1/h", of: "task" });
  });

  it("says which members a chord's body, and which step a later step of a chain waits for", async () => {
    await using world = await World.open(broker);
    const { client, service } = world;
    const gate = new Gate();
    const hold = service.task("proj.hold", () => gate.pass());
    const one = service.task("proj.one", () => 1);
    await world.worker({ hostname: "one@h", concurrency: 4 });
    const body = await chord([one.si(), hold.si(), one.si().set({ queue: "idle" })], one.si()).delay();
    await gate.reached;
    await eventually("one member has ended", async () => {
      const answer = await client.explain(body.id);
      return answer.why === "waiting-for-members" && answer.ended === 1;
    });
    const answer = await client.explain(body.id);
    expect(answer).toMatchObject({ why: "waiting-for-members", size: 3, ended: 1 });
    const states = "waitsFor" in answer ? answer.waitsFor.map(({ name, state }) => `${name} ${state}`) : [];
    expect(states.toSorted()).toEqual(["proj.hold running", "proj.one waiting"]);

    const last = await chain(one.si().set({ queue: "idle" }), one.si()).delay();
    expect(await client.explain(last.id)).toMatchObject({
      why: "waiting-for-step",
      waitsFor: [{ id: last.parent?.id, name: "proj.one", queue: "idle", state: "waiting" }],
    });
    gate.open();
  });
});

it("actor-cli explains a task", async () => {
  await using server = await NatsServer.start();
  await using project = await CliProject.make({
    "package.json": '{ "type": "module" }',
    "app.ts":
      'import { Troupe } from "@troupe/core";\nexport const app = new Troupe("proj", { brokerConnectionTimeout: "2s" });\n',
  });
  const run = (...words: readonly string[]) => project.run(["-A", "app.ts", "-b", server.url, ...words]);
  const id = (await run("call", "proj.add", "1", "1", "--no-wait")).stdout.trim();
  expect(await run("explain", id)).toMatchObject({
    code: 0,
    stdout:
      `no-worker  ${id}\n` +
      "what    It waits in queue default, which no worker that answers consumes.\n" +
      "rule    A task waits in its queue until a worker that consumes it has a free slot.\n" +
      "remedy  actor-cli worker -Q default\n",
  });
  const json: unknown = JSON.parse((await run("--json", "explain", id)).stdout);
  expect(json).toMatchObject({ id, why: "no-worker", queue: "default", remedy: "actor-cli worker -Q default" });
  expect(await run("explain", "nobody")).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/^unknown {2}nobody\n/),
  });
  expect(await run("explain", "no id")).toMatchObject({ code: 2 });
  expect((await run("explain", "--help")).stdout).toMatch(/^Examples?:/m);
  await server.stop();
  expect(await run("explain", id)).toMatchObject({ code: 69 });
});
