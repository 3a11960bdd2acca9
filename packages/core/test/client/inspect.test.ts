import { expect, it } from "vitest";
import type { AskOptions } from "../../src/client/ask-options.ts";
import { Inspect } from "../../src/client/inspect.ts";
import { decodeCommand, encodeReply } from "../../src/codec/control-codec.ts";
import type { ControlCommand, ControlReply } from "../../src/model/control-command.ts";
import { BrokerUnreachableError, InvalidArgumentError, PayloadTooLargeError } from "../../src/model/errors.ts";
import { deferred } from "../../src/platform/deferred.ts";
import { ManualClock } from "../../src/testing/manual-clock.ts";
import { eventually } from "../../src/testing/test-probe.ts";
import { type Line, rememberingLogger } from "../support/loggers.ts";
import { nextTurn, outcomeOf, soon } from "../support/outcomes.ts";
import { StubTransport } from "../support/stub-transport.ts";

class Scene {
  readonly transport = new StubTransport();
  readonly clock = new ManualClock();
  readonly lines: Line[] = [];
  readonly inspect: Inspect;

  constructor(options?: AskOptions) {
    const ports = {
      connect: () => Promise.resolve({ transport: this.transport }),
      clock: this.clock,
      logger: () => rememberingLogger(this.lines),
    };
    this.inspect = new Inspect(ports, options);
  }

  /** The question that was asked, and where. */
  async asked(): Promise<{ readonly topics: string[]; readonly command: ControlCommand }> {
    await eventually("the question", () => this.transport.pushed.length > 0);
    const [first] = this.transport.pushed;
    if (!first) throw new Error("nothing was asked");
    return { topics: this.transport.pushed.map(([topic]) => topic), command: decodeCommand(first[1]) };
  }

  async answer(reply: ControlReply): Promise<void> {
    const { command } = await this.asked();
    this.transport.deliver(`answer.${command.ticket}`, encodeReply(reply));
  }
}

it("asks all workers, and gathers answers until the time is over", async () => {
  const scene = new Scene();
  const replies = scene.inspect.ping();
  const { topics, command } = await scene.asked();
  expect(topics).toEqual(["control.all"]);
  expect(command).toEqual({
    command: "ping",
    args: {},
    destination: null,
    ticket: expect.any(String),
    expires: scene.transport.time + 1_000,
  });
  await scene.answer({ hostname: "w1@host", value: { ok: "pong" } });
  await scene.answer({ hostname: "w2@host", value: { ok: "pong" } });
  scene.clock.advance(1_000);
  expect(await replies).toEqual({ "w1@host": { ok: "pong" }, "w2@host": { ok: "pong" } });
  expect(scene.transport.subscribers.get(`answer.${command.ticket}`)?.size).toBe(0);
});

it("ends early when all who were asked have answered", async () => {
  const scene = new Scene({ destination: ["w1@host", "w2@host"], timeout: "5s" });
  const replies = scene.inspect.stats();
  const { topics, command } = await scene.asked();
  expect(topics).toEqual(["control.node.w1@host", "control.node.w2@host"]);
  expect(command.destination).toEqual(["w1@host", "w2@host"]);
  await scene.answer({ hostname: "w2@host", value: { pid: 2 } });
  await scene.answer({ hostname: "w1@host", value: { pid: 1 } });
  expect(await replies).toEqual({ "w1@host": { pid: 1 }, "w2@host": { pid: 2 } });
  expect(scene.clock.armed).toBe(0);
});

it("gives nothing when nobody answers in time", async () => {
  const scene = new Scene({ timeout: 200 });
  const replies = scene.inspect.active();
  await scene.asked();
  scene.clock.advance(200);
  expect(await replies).toEqual({});
});

it("listens before it asks", async () => {
  const scene = new Scene();
  void scene.inspect.registered();
  await scene.asked();
  expect(scene.transport.calls.map((call) => call.split(" ")[0])).toEqual(["subscribe", "push"]);
});

it("ignores an answer that it cannot read, or that has no worker's name, with a warning", async () => {
  const scene = new Scene();
  const replies = scene.inspect.ping();
  const { command } = await scene.asked();
  scene.transport.deliver(`answer.${command.ticket}`, Buffer.from("garbage"));
  await scene.answer({ hostname: "__proto__", value: { ok: "pong" } });
  await scene.answer({ hostname: "w1@host", value: { ok: "pong" } });
  scene.clock.advance(1_000);
  expect(await replies).toEqual({ "w1@host": { ok: "pong" } });
  expect(scene.lines.map(({ level }) => level)).toEqual(["warn", "warn"]);
});

it("asks each question under a ticket of its own", async () => {
  const scene = new Scene();
  const questions = [scene.inspect.ping(), scene.inspect.ping()];
  await eventually("both questions", () => scene.transport.pushed.length === 2);
  const tickets = scene.transport.pushed.map(([, body]) => decodeCommand(body).ticket);
  expect(new Set(tickets).size).toBe(2);
  scene.clock.advance(1_000);
  await Promise.all(questions);
});

it("says that the broker is unreachable when it does not answer in time, and listens no more", async () => {
  const scene = new Scene({ timeout: 200 });
  const gate = deferred();
  scene.transport.answer("subscribe", () => gate.promise);
  const replies = outcomeOf(scene.inspect.ping());
  await eventually("the subscription", () => scene.transport.calls.length === 1);
  scene.clock.advance(200);
  expect(await soon(replies)).toBeInstanceOf(BrokerUnreachableError);
  gate.resolve();
  await nextTurn();
  expect([...scene.transport.subscribers.values()].map((handlers) => handlers.size)).toEqual([0]);
  expect([scene.transport.pushed, scene.clock.armed]).toEqual([[], 0]);
});

it("says that the broker is unreachable when the connection is lost before anybody answered", async () => {
  const scene = new Scene({ timeout: 200 });
  const replies = outcomeOf(scene.inspect.ping());
  await scene.asked();
  scene.transport.connected = false;
  scene.clock.advance(200);
  expect(await replies).toBeInstanceOf(BrokerUnreachableError);
});

it("takes null for no options", async () => {
  for (const options of [null, { destination: null, timeout: null }]) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- callers in JavaScript give anything
    const scene = new Scene(options as unknown as AskOptions);
    const replies = scene.inspect.ping();
    await scene.asked();
    scene.clock.advance(1_000);
    expect(await replies).toEqual({});
  }
});

it.each<readonly [object, string]>([
  [{ destinations: ["w1@host"] }, 'did you mean "destination"?'],
  [{ destination: "w1@host" }, "it takes a list of full names"],
  [{ destination: ["w1"] }, "it takes a list of full names"],
  [{ pattern: 5 }, "it takes a string"],
  [{ timeout: "1 s" }, '"10s"'],
  [{ limit: 0 }, "an integer from 1"],
  [{ onReply: "print" }, "it takes a function"],
])("refuses the options %j", (options, message) => {
  const make = (): unknown => new Scene(options as AskOptions);
  expect(make).toThrow(InvalidArgumentError);
  expect(make).toThrow(message);
});

it("ends when all workers have answered that those know which have answered", async () => {
  const scene = new Scene({ timeout: "1h" });
  const replies = scene.inspect.ping();
  await scene.answer({ hostname: "w1@host", value: { ok: "pong" }, known: 1 });
  await scene.answer({ hostname: "w2@host", value: { ok: "pong" }, known: 3 });
  scene.clock.advance(50);
  await scene.answer({ hostname: "w3@host", value: { ok: "pong" }, known: 2 });
  scene.clock.advance(50);
  expect(Object.keys(await replies)).toEqual(["w1@host", "w2@host", "w3@host"]);
  expect(scene.clock.armed).toBe(0);
});

it("waits until the time is over for workers that do not say whom they know", async () => {
  const scene = new Scene();
  const replies = scene.inspect.ping();
  await scene.answer({ hostname: "w1@host", value: { ok: "pong" } });
  await scene.answer({ hostname: "w2@host", value: { ok: "pong" }, known: 1 });
  scene.clock.advance(999);
  expect(scene.clock.armed).toBe(1);
  scene.clock.advance(1);
  expect(Object.keys(await replies)).toHaveLength(2);
});

it("has enough of as many replies as its limit says", async () => {
  const scene = new Scene({ limit: 1 });
  const replies = scene.inspect.ping();
  await scene.answer({ hostname: "w1@host", value: { ok: "pong" } });
  expect(await replies).toEqual({ "w1@host": { ok: "pong" } });
});

it("asks those whose names fit, and takes no reply of others", async () => {
  const scene = new Scene({ pattern: "w*@host", destination: ["w1@host", "x1@host"], timeout: "1h" });
  const replies = scene.inspect.ping();
  const { command } = await scene.asked();
  expect(command.pattern).toBe("w*@host");
  for (const hostname of ["x1@host", "w2@host", "w1@host"]) await scene.answer({ hostname, value: { ok: "pong" } });
  expect(await replies).toEqual({ "w1@host": { ok: "pong" } });
});

it("asks nobody where the destination is empty", async () => {
  const scene = new Scene({ destination: [] });
  expect(await scene.inspect.ping()).toEqual({});
  expect(scene.transport.pushed).toEqual([]);
});

it("asks all together where many are named", async () => {
  const scene = new Scene({ destination: Array.from({ length: 65 }, (_, i) => `w${i}@host`) });
  void scene.inspect.ping();
  expect((await scene.asked()).topics).toEqual(["control.all"]);
});

it("tells each reply as it comes, whatever is done with it", async () => {
  const told: unknown[] = [];
  const onReply = (...reply: readonly unknown[]): void => {
    told.push(reply);
    throw new Error("no");
  };
  const scene = new Scene({ onReply, limit: 2 });
  const replies = scene.inspect.ping();
  await scene.answer({ hostname: "w1@host", value: 1 });
  expect(told).toEqual([["w1@host", 1]]);
  await scene.answer({ hostname: "w2@host", value: { error: "no" } });
  expect(await replies).toEqual({ "w2@host": { error: "no" } });
  expect(scene.lines.map(({ level }) => level)).toEqual(["error", "error", "warn"]);
});

it("warns of workers with the same name, and keeps one reply", async () => {
  const scene = new Scene({ limit: 2 });
  const replies = scene.inspect.active();
  await scene.answer({ hostname: "w1@host", value: [] });
  await scene.answer({ hostname: "w1@host", value: [] });
  expect(await replies).toEqual({ "w1@host": [] });
  expect(scene.lines).toMatchObject([
    { level: "warn", message: expect.stringContaining("several workers are named w1@host") },
  ]);
});

it.each<readonly [unknown, string]>([
  [{ error: "broken" }, "broken"],
  ["garbage", 'it replied with "garbage"'],
  [null, "it replied with null"],
])("leaves out the reply %j, which is no list of tasks, with a warning", async (value, why) => {
  const scene = new Scene({ limit: 1 });
  const replies = scene.inspect.active();
  await scene.answer({ hostname: "w1@host", value });
  expect(await replies).toEqual({});
  expect(scene.lines).toMatchObject([{ level: "warn", message: `worker w1@host did not answer "active": ${why}` }]);
});

it("refuses arguments that do not fit into a message", async () => {
  const scene = new Scene();
  scene.transport.maxMessageBytes = 100;
  await expect(scene.inspect.queryTask("x".repeat(100))).rejects.toThrow(PayloadTooLargeError);
});
