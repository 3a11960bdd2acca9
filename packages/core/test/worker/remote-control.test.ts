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

class Scene {
  readonly host = new StubHost(taskOf());
  stop: () => void = () => {};

  static async open(...commands: readonly WorkerCommand[]): Promise<Scene> {
    const scene = new Scene();
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- these tests only pass figures on
    const inspected = {
      active: () => [],
      stats: () => ({ pid: 1 }),
      revoked: () => ["task-1"],
      revoke: (ids: readonly string[] | null) => ids?.filter((id) => id === "runs") ?? ["stamped"],
    } as unknown as Parameters<typeof workerCommands>[1];
    scene.stop = await answerCommands(scene.host, [...workerCommands(scene.host, inspected), ...commands]);
    return scene;
  }

  ask(command: Partial<ControlCommand>, topic = "control.all"): void {
    const expires = this.host.transport.time + 1_000;
    const whole = { command: "ping", args: {}, destination: null, ticket: "ticket-1", expires, ...command };
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
])("answers %s to the one who asked", async (command, value) => {
  const scene = await Scene.open();
  scene.ask({ command });
  expect(scene.answers).toEqual([["answer.ticket-1", { hostname: "w1@host", value }]]);
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
])("says what became of %s %j", async (command, args, value) => {
  const scene = await Scene.open();
  scene.ask({ command, args });
  expect(scene.answers).toEqual([["answer.ticket-1", { hostname: "w1@host", value }]]);
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

it.each(["constructor", "toString", "hasOwnProperty", "shutdown", "eval"])("knows no command %s", async (command) => {
  const scene = await Scene.open();
  scene.ask({ command });
  const error = expect.stringMatching(`^unknown command "${command}"; this worker knows ping, active, .*registered, `);
  expect(scene.answers).toEqual([["answer.ticket-1", { hostname: "w1@host", value: { error } }]]);
});

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
  expect(scene.answers).toEqual([["answer.ticket-1", { hostname: "w1@host", value }]]);
});

it("refuses arguments that a command does not take", async () => {
  const scene = await Scene.open();
  scene.ask({ command: "ping", args: { loudly: true } });
  expect(scene.answers).toEqual([
    ["answer.ticket-1", { hostname: "w1@host", value: { error: expect.stringContaining('"loudly"') } }],
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
  expect(scene.answers).toContainEqual(["answer.ticket-1", { hostname: "w1@host", value: { error: "broken" } }]);
  expect(scene.host.lines).toHaveLength(3);
});

it("bounds the commands that take their time", async () => {
  const end = deferred();
  const scene = await Scene.open(plainCommand("slow", () => end.promise.then(() => ({ ok: "done" }))));
  for (let asked = 0; asked < 101; asked++) scene.ask({ command: "slow" });
  expect(scene.answers).toEqual([
    ["answer.ticket-1", { hostname: "w1@host", value: { error: expect.stringContaining("100 commands still run") } }],
  ]);
  end.resolve();
  await eventually("the other answers", () => scene.answers.length === 101);
  scene.ask({ command: "slow" });
  await eventually("one more", () => scene.answers.length === 102);
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
  await expect(answerCommands(host, [])).rejects.toThrow("refused");
  expect([...host.transport.subscribers.values()].map((handlers) => handlers.size)).toEqual([0]);
});
