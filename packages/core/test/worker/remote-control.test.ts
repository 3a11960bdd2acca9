import { expect, it } from "vitest";
import { decodeReply, encodeCommand } from "../../src/codec/control-codec.ts";
import type { ControlCommand } from "../../src/model/control-command.ts";
import * as rule from "../../src/model/option-rules.ts";
import { deferred } from "../../src/platform/deferred.ts";
import { eventually } from "../../src/testing/test-probe.ts";
import { answerCommands } from "../../src/worker/remote-control.ts";
import { commandWith, plainCommand, type WorkerCommand } from "../../src/worker/worker-command.ts";
import { workerCommands } from "../../src/worker/worker-commands.ts";
import { StubHost, taskOf } from "../support/hosts.ts";

const FROM_W1 = { hostname: "w1@host", known: 2 };

class Scene {
  readonly host = new StubHost(taskOf());
  stop: () => void = () => {};
  readonly done: string[] = [];
  members = ["w1@host", "w2@host"];

  static async open(...commands: readonly WorkerCommand[]): Promise<Scene> {
    const scene = new Scene();
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- these tests only pass figures on
    const inspected = {
      active: () => [],
      reserved: () => [],
      report: () => "a report",
      settings: (withDefaults: boolean) => ({ broker: "memory:", ...(withDefaults && { include: [] }) }),
      queues: () => [{ name: "default", consuming: true }],
      these: (ids: readonly string[]) => Object.fromEntries(ids.map((id) => [id, "here"])),
      addQueue: async (queue: string) => void scene.done.push(`add ${queue}`),
      cancelQueue: async (queue: string) => void scene.done.push(`cancel ${queue}`),
      restartPool: async () => void scene.done.push("restart"),
      stop: (options: object) => void scene.done.push(`stop ${JSON.stringify(options)}`),
      stats: () => ({ pid: 1 }),
      events: { commands: () => [] },
      revoked: () => ["task-1"],
      revoke: (ids: readonly string[] | null) => ids?.filter((id) => id === "runs") ?? ["stamped"],
    } as unknown as Parameters<typeof workerCommands>[1];
    scene.stop = await answerCommands(
      scene.host,
      [...workerCommands(scene.host, inspected), ...commands],
      () => scene.members,
    );
    return scene;
  }

  ask(command: Partial<ControlCommand>, topic = "control.all"): void {
    const expires = this.host.transport.time + 1_000;
    const whole = {
      command: "ping",
      args: {},
      destination: null,

      ticket: "ticket-1",
      expires,
      ...command,
    };
    this.host.transport.deliver(topic, encodeCommand(whole));
  }

  get answers(): unknown[] {
    return this.host.transport.pushed.map(([topic, body]) => [topic, decodeReply(body)]);
  }
}

it.each<readonly [string, unknown]>([
  ["ping", { ok: "pong" }],
  ["registered", ["proj.add"]],
  ["active", []],
  ["stats", { pid: 1 }],
  ["revoked", ["task-1"]],
  ["reserved", []],
  ["report", { ok: "a report" }],
  ["conf", { broker: "memory:" }],
  ["active_queues", [{ name: "default", consuming: true }]],
  ["clock", { clock: new StubHost().transport.time }],
  ["memory", expect.objectContaining({ rss: expect.any(Number), heapUsed: expect.any(Number) })],
])("answers %s to the one who asked", async (command, value) => {
  const scene = await Scene.open();
  scene.ask({ command });
  expect(scene.answers).toEqual([["answer.ticket-1", { ...FROM_W1, value }]]);
});

it.each<readonly [string, Readonly<Record<string, unknown>>, unknown]>([
  ["revoke", { ids: ["a", "b"] }, { ok: "tasks a, b flagged as revoked" }],
  ["revoke", { ids: ["a", "runs"], terminate: true, reason: "no need" }, { ok: "terminate: runs" }],
  ["revoke", { ids: ["a"], terminate: true }, { ok: "terminate: tasks unknown" }],
  ["revoke", {}, { error: 'command "revoke" needs "ids"; give a list of task ids, at most 1000' }],
  ["revoke", { ids: ["no id!"] }, { error: expect.stringContaining("a list of task ids") }],
  ["revoke_by_stamped_headers", { headers: { a: ["b", 1] } }, { ok: "headers a=b|1 flagged as revoked" }],
  ["revoke_by_stamped_headers", { headers: { a: ["b"] }, terminate: true }, { ok: "terminate: stamped" }],
  ["revoke_by_stamped_headers", { headers: {} }, { error: expect.stringContaining("give headers") }],
  ["query_task", { ids: ["a"] }, { a: "here" }],
  ["query_task", { ids: ["no id!"] }, { error: expect.stringContaining("a list of task ids") }],
  ["conf", { withDefaults: true }, { broker: "memory:", include: [] }],
  ["registered", { attributes: ["maxRetries", "serializer"] }, ["proj.add [maxRetries=3 serializer=msgpack]"]],
  ["registered", { attributes: ["colour"] }, { error: expect.stringContaining('"acksLate"') }],
])("says what became of %s %j", async (command, args, value) => {
  const scene = await Scene.open();
  scene.ask({ command, args });
  expect(scene.answers).toEqual([["answer.ticket-1", { ...FROM_W1, value }]]);
});

it.each<readonly [string, Readonly<Record<string, unknown>>, string, string]>([
  ["add_consumer", { queue: "media" }, "add media", "add consumer media"],
  ["cancel_consumer", { queue: "media" }, "cancel media", "no longer consuming from media"],
  ["pool_restart", {}, "restart", "pool restarted"],
  ["shutdown", {}, 'stop {"mode":"warm"}', "warm shutdown"],
  ["shutdown", { mode: "soft", timeout: "5s" }, 'stop {"mode":"soft","timeout":"5s"}', "soft shutdown"],
])("obeys %s %j", async (command, args, done, ok) => {
  const scene = await Scene.open();
  scene.ask({ command, args });
  await eventually("the answer", () => scene.answers.length === 1);
  expect(scene.done).toEqual([done]);
  expect(scene.answers).toEqual([["answer.ticket-1", { ...FROM_W1, value: { ok } }]]);
});

it.each<readonly [string, Readonly<Record<string, unknown>>]>([
  ["add_consumer", {}],
  ["add_consumer", { queue: "no queue!" }],
  ["cancel_consumer", { queue: 5 }],
  ["shutdown", { mode: "at once" }],
  ["shutdown", { timeout: "soon" }],
])("refuses %s %j", async (command, args) => {
  const scene = await Scene.open();
  scene.ask({ command, args });
  expect(scene.answers).toEqual([["answer.ticket-1", { ...FROM_W1, value: { error: expect.any(String) } }]]);
  expect(scene.done).toEqual([]);
});

it("answers when its name fits the pattern, and says how many workers it knows whose names do", async () => {
  const scene = await Scene.open();
  scene.members = ["w1@host", "w2@host", "w1@other", "w1@host"];
  scene.ask({ pattern: "w1@*" });
  scene.ask({ pattern: "w2@*" });
  scene.ask({ pattern: "(w+)+@host" });
  scene.ask({ pattern: "w2@*", destination: ["w1@host"] });
  const value = { ok: "pong" };
  expect(scene.answers).toEqual([["answer.ticket-1", { hostname: "w1@host", known: 3, value }]]);
});

it("says that a reply is too large", async () => {
  const scene = await Scene.open(plainCommand("large", () => "x".repeat(2_000)));
  scene.host.transport.maxMessageBytes = 1_000;
  scene.ask({ command: "large" });
  expect(scene.answers).toEqual([
    [
      "answer.ticket-1",
      { ...FROM_W1, value: { error: expect.stringMatching(/the reply to "large" is 20\d\d bytes/) } },
    ],
  ]);
});

it("hears what is sent to all and to it, and answers when it is meant", async () => {
  const scene = await Scene.open();
  scene.ask({ destination: ["w1@host"] }, "control.node.w1@host");
  scene.ask({ destination: ["w2@host", "w1@host"] });
  scene.ask({ destination: ["w2@host"] });
  scene.ask({ destination: [] });
  expect(scene.answers).toHaveLength(2);
});

it("does not answer what nobody waits for any more", async () => {
  const scene = await Scene.open();
  scene.ask({ expires: scene.host.transport.time - 1 });
  scene.ask({ expires: scene.host.transport.time });
  expect(scene.answers).toHaveLength(1);
});

it.each(["constructor", "toString", "hasOwnProperty", "shutdown_all", "eval"])(
  "knows no command %s",
  async (command) => {
    const scene = await Scene.open();
    scene.ask({ command });
    const error = expect.stringMatching(
      `^unknown command "${command}"; this worker knows ping, active, .*registered, `,
    );
    expect(scene.answers).toEqual([["answer.ticket-1", { ...FROM_W1, value: { error } }]]);
  },
);

it("ignores what it cannot read, with a warning each, and goes on", async () => {
  const scene = await Scene.open();
  for (const body of [new Uint8Array(), Buffer.from("garbage"), Buffer.from('{"command":5}')]) {
    scene.host.transport.deliver("control.all", body);
  }
  scene.ask({});
  expect(scene.host.lines.map(({ level }) => level)).toEqual(["warn", "warn", "warn"]);
  expect(scene.answers).toHaveLength(1);
});

const REPEAT = commandWith<{ word: string; times?: number }>(
  "repeat",
  { rules: { word: rule.text, times: rule.integer(1, 3) }, needed: ["word"] },
  ({ word, times = 1 }) => ({ ok: word.repeat(times) }),
);

it.each<readonly [Readonly<Record<string, unknown>>, unknown]>([
  [{ word: "a", times: 2 }, { ok: "aa" }],
  [{ word: "a", times: null }, { ok: "a" }],
  [{}, { error: 'command "repeat" needs "word"; give a string' }],
  [{ word: null }, { error: 'command "repeat" needs "word"; give a string' }],
  [{ word: 5 }, { error: 'argument of command "repeat": "word" is 5; it takes a string' }],
  [{ word: "a", times: 9 }, { error: 'argument of command "repeat": "times" is 9; it takes an integer from 1 to 3' }],
  [{ word: "a", time: 2 }, { error: 'unknown argument of command "repeat": "time"; did you mean "times"?' }],
])("runs a command with the arguments %j, or says what is wrong with them", async (args, value) => {
  const scene = await Scene.open(REPEAT);
  scene.ask({ command: "repeat", args });
  expect(scene.answers).toEqual([["answer.ticket-1", { ...FROM_W1, value }]]);
});

it("refuses arguments that a command does not take", async () => {
  const scene = await Scene.open();
  scene.ask({ command: "ping", args: { loudly: true } });
  expect(scene.answers).toEqual([
    ["answer.ticket-1", { ...FROM_W1, value: { error: expect.stringContaining('"loudly"') } }],
  ]);
});

it("answers with the error where a command fails, and goes on", async () => {
  const broken = new Error("broken");
  const scene = await Scene.open(
    plainCommand("throws", () => {
      throw broken;
    }),
    plainCommand("rejects", () => Promise.reject(broken)),
    plainCommand("unsendable", () => ({
      get value() {
        throw broken;
      },
    })),
  );
  for (const command of ["throws", "rejects", "unsendable", "ping"]) scene.ask({ command });
  await eventually("four answers", () => scene.answers.length === 4);
  expect(scene.answers).toContainEqual(["answer.ticket-1", { ...FROM_W1, value: { error: "broken" } }]);
  expect(scene.host.lines).toHaveLength(3);
});

it("bounds the runs of a command that take their time, and obeys the others", async () => {
  const end = deferred();
  const scene = await Scene.open(plainCommand("slow", () => end.promise.then(() => ({ ok: "done" }))));
  for (let asked = 0; asked < 101; asked++) scene.ask({ command: "slow" });
  expect(scene.answers).toEqual([
    ["answer.ticket-1", { ...FROM_W1, value: { error: expect.stringContaining("100 runs of it have not ended") } }],
  ]);
  scene.ask({ command: "ping" });
  expect(scene.answers.at(-1)).toEqual(["answer.ticket-1", { ...FROM_W1, value: { ok: "pong" } }]);
  end.resolve();
  await eventually("the other answers", () => scene.answers.length === 102);
  scene.ask({ command: "slow" });
  await eventually("one more", () => scene.answers.length === 103);
});

it("hears nothing any more when it is stopped", async () => {
  const scene = await Scene.open();
  scene.stop();
  scene.ask({});
  scene.ask({}, "control.node.w1@host");
  expect(scene.answers).toEqual([]);
  expect([...scene.host.transport.subscribers.values()].map((handlers) => handlers.size)).toEqual([0, 0]);
});

it("leaves nothing behind when it can hear only half", async () => {
  const host = new StubHost();
  host.transport.answer("subscribe", () => Promise.resolve(), new Error("refused"));
  await expect(answerCommands(host, [], () => [])).rejects.toThrow("refused");
  expect([...host.transport.subscribers.values()].map((handlers) => handlers.size)).toEqual([0]);
});
