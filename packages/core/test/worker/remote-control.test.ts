import { expect, it } from "vitest";
import { decodeReply, encodeCommand } from "../../src/codec/control-codec.ts";
import type { ControlCommand } from "../../src/model/control-command.ts";
import { answerCommands, type Inspected } from "../../src/worker/remote-control.ts";
import { StubHost, taskOf } from "../support/hosts.ts";

class Scene {
  readonly host = new StubHost(taskOf());
  stop: () => void = () => {};

  static async open(inspected: Partial<Inspected> = {}): Promise<Scene> {
    const scene = new Scene();
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- these tests only pass figures on
    const stats = { pid: 1 } as ReturnType<Inspected["stats"]>;
    scene.stop = await answerCommands(scene.host, { active: () => [], stats: () => stats, ...inspected });
    return scene;
  }

  ask(command: Partial<ControlCommand>, topic = "control.all"): void {
    const expires = this.host.transport.time + 1_000;
    const whole = { command: "ping", destination: null, ticket: "ticket-1", expires, ...command };
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
])("answers %s to the one who asked", async (command, value) => {
  const scene = await Scene.open();
  scene.ask({ command });
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
  expect(scene.answers).toEqual([
    [
      "answer.ticket-1",
      {
        hostname: "w1@host",
        value: { error: `unknown command "${command}"; this worker knows ping, active, registered, stats` },
      },
    ],
  ]);
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

it("survives a question that it cannot answer, and says so in its log", async () => {
  const scene = await Scene.open({
    active: () => {
      throw new Error("broken");
    },
  });
  scene.ask({ command: "active" });
  scene.ask({});
  expect(scene.host.lines).toHaveLength(1);
  expect(scene.answers).toHaveLength(1);
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
  const inspected = { active: () => [], stats: () => expect.unreachable() };
  await expect(answerCommands(host, inspected)).rejects.toThrow("refused");
  expect([...host.transport.subscribers.values()].map((handlers) => handlers.size)).toEqual([0]);
});
