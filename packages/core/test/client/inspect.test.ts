import { expect, it } from "vitest";
import { Inspect, type InspectOptions } from "../../src/client/inspect.ts";
import { decodeCommand, encodeReply } from "../../src/codec/control-codec.ts";
import type { ControlCommand, ControlReply } from "../../src/model/control-command.ts";
import { BrokerUnreachableError, InvalidArgumentError, UnsupportedError } from "../../src/model/errors.ts";
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

  constructor(options?: InspectOptions) {
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
  await scene.answer({ hostname: "w2@host", value: 2 });
  await scene.answer({ hostname: "w1@host", value: 1 });
  expect(await replies).toEqual({ "w1@host": 1, "w2@host": 2 });
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

it("ignores an answer that it cannot read, with a warning, and takes any host name for data", async () => {
  const scene = new Scene();
  const replies = scene.inspect.ping();
  const { command } = await scene.asked();
  scene.transport.deliver(`answer.${command.ticket}`, Buffer.from("garbage"));
  await scene.answer({ hostname: "__proto__", value: { ok: "pong" } });
  scene.clock.advance(1_000);
  expect(Object.entries(await replies)).toEqual([["__proto__", { ok: "pong" }]]);
  expect("ok" in {}).toBe(false);
  expect(scene.lines.map(({ level }) => level)).toEqual(["warn"]);
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
    const scene = new Scene(options as unknown as InspectOptions);
    const replies = scene.inspect.ping();
    await scene.asked();
    scene.clock.advance(1_000);
    expect(await replies).toEqual({});
  }
});

it("refuses an option of later versions, and one that is none", () => {
  const make = (options: object) => (): unknown => new Scene(options as InspectOptions);
  expect(make({ pattern: "w*" })).toThrow(UnsupportedError);
  expect(make({ destinations: ["w1@host"] })).toThrow('did you mean "destination"?');
});

it("refuses a destination that is no list, and a timeout that is no duration", () => {
  const make = (options: object) => (): unknown => new Scene(options as InspectOptions);
  expect(make({ destination: "w1@host" })).toThrow(InvalidArgumentError);
  expect(make({ timeout: "1 s" })).toThrow(InvalidArgumentError);
});
