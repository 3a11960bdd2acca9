import { beforeEach, describe, expect, it } from "vitest";
import { decodeEvents } from "../../src/codec/event-codec.ts";
import { EventSender } from "../../src/events/event-sender.ts";
import { LogicalClock } from "../../src/events/logical-clock.ts";
import { ManualClock } from "../../src/testing/manual-clock.ts";
import { rememberingLogger } from "../support/loggers.ts";
import { StubTransport } from "../support/stub-transport.ts";

describe("sending events", () => {
  let transport: StubTransport;
  let clock: ManualClock;
  let sender: EventSender;

  beforeEach(() => {
    transport = new StubTransport();
    clock = new ManualClock();
    const logical = new LogicalClock(() => transport.time);
    sender = new EventSender("w1@host", { transport, clock, logical, logger: rememberingLogger([]) });
  });

  const started = (uuid: string): void => sender.task("task-started", { uuid });
  const sent = (): string[] =>
    transport.sentEvents.flatMap(([, body]) => decodeEvents(body, 0).map(({ type, uuid }) => `${type} ${uuid}`));

  it("lets events of tasks travel together, in a moment", () => {
    for (const uuid of ["a", "b", "c"]) started(uuid);
    expect(transport.sentEvents).toEqual([]);
    clock.advance(50);
    expect(transport.sentEvents.map(([address]) => address)).toEqual([{ group: "task", name: "started" }]);
    expect(sent()).toEqual(["task-started a", "task-started b", "task-started c"]);
    clock.advance(1_000);
    expect(transport.sentEvents).toHaveLength(1);
  });

  it("keeps the order of each task", () => {
    started("a");
    sender.task("task-ignored", { uuid: "a" });
    started("b");
    sender.own("x-one", { uuid: "b" });
    sender.own("x-two", { uuid: "b" });
    sender.own("x-one", { uuid: "b" });
    sender.task("task-ignored", { uuid: "b" });
    sender.task("task-started", { uuid: "b" }, true);
    clock.advance(50);
    for (const uuid of ["a", "b"]) {
      const own = sent().filter((told) => told.endsWith(` ${uuid}`));
      const expected = {
        a: ["task-started a", "task-ignored a"],
        b: ["task-started b", "x-one b", "x-two b", "x-one b", "task-ignored b", "task-started b"],
      };
      expect(own).toEqual(expected[uuid === "a" ? "a" : "b"]);
    }
  });

  it("sends those of workers at once, after what waits", () => {
    started("a");
    sender.now("worker-offline", { freqMs: 2_000 });
    expect(sent()).toEqual(["task-started a", "worker-offline undefined"]);
  });

  it("sends what is much before its time", () => {
    for (let n = 0; n < 250; n += 1) started(`t${n}`);
    expect(transport.sentEvents).toHaveLength(1);
    const large = "ü".repeat(16_000);
    for (let n = 0; n < 40; n += 1) sender.own("x-large", { large });
    clock.advance(50);
    for (const [, body] of transport.sentEvents) expect(body.length).toBeLessThan(transport.maxMessageBytes / 2);
    expect(sent()).toHaveLength(290);
  });

  it("gives each event a higher clock than those before it, and than what was heard of", () => {
    const logical = new LogicalClock(() => 5);
    const first = logical.tick();
    const second = logical.tick();
    expect(second).toBeGreaterThan(first);
    logical.adjust(second + 1_000);
    expect(logical.tick()).toBe(second + 1_001);
    logical.adjust(Number.MAX_SAFE_INTEGER);
    expect(logical.tick()).toBe(second + 1_002);
  });
});
