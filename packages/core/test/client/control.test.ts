import { expect, it } from "vitest";
import type { AskOptions } from "../../src/client/ask-options.ts";
import { Control } from "../../src/client/control.ts";
import { decodeCommand, encodeReply } from "../../src/codec/control-codec.ts";
import { decodeRevocation } from "../../src/codec/revocation-codec.ts";
import { serializerNamed } from "../../src/codec/serializer.ts";
import { encodeTaskMessage } from "../../src/codec/task-message-codec.ts";
import { decodeFinalRecord } from "../../src/codec/task-record-codec.ts";
import { InvalidArgumentError, LimitReachedError } from "../../src/model/errors.ts";
import { ManualClock } from "../../src/testing/manual-clock.ts";
import { eventually } from "../../src/testing/test-probe.ts";
import { type Line, rememberingLogger } from "../support/loggers.ts";
import { messageOf } from "../support/messages.ts";
import { StubTransport } from "../support/stub-transport.ts";

class Scene {
  readonly transport = new StubTransport();
  readonly clock = new ManualClock();
  readonly lines: Line[] = [];
  readonly control = new Control({
    connect: () => Promise.resolve({ transport: this.transport }),
    clock: this.clock,
    origin: "1@host",
    logger: () => rememberingLogger(this.lines),
  });
}

it("sends a command with its arguments, and gives the replies", async () => {
  const { transport, control } = new Scene();
  const replies = control.broadcast("rate_limit", { task: "proj.add", rate: "10/m" }, { destination: ["w1@host"] });
  await eventually("the command", () => transport.pushed.length > 0);
  const [[topic, body] = ["", new Uint8Array()]] = transport.pushed;
  const sent = decodeCommand(body);
  expect(topic).toBe("control.node.w1@host");
  expect(sent).toMatchObject({ command: "rate_limit", args: { task: "proj.add", rate: "10/m" } });
  transport.deliver(`answer.${sent.ticket}`, encodeReply({ hostname: "w1@host", value: { error: "unknown task" } }));
  expect(await replies).toEqual({ "w1@host": { error: "unknown task" } });
});

it("stores what is revoked before it asks for replies, and asks nobody unless they are wanted", async () => {
  const { transport, control } = new Scene();
  expect(await control.revoke(["a", "b", "a"], { reason: "no need" })).toEqual({});
  expect([...transport.revoked].map(([key, { body }]) => [key, decodeRevocation(body)])).toEqual([
    ["task a", { terminate: false, reason: "no need", stamps: null }],
    ["task b", { terminate: false, reason: "no need", stamps: null }],
  ]);
  expect(transport.pushed).toEqual([]);
});

it("revokes a delayed retry, whatever its number", async () => {
  const { transport, control } = new Scene();
  const message = messageOf({ id: "a", gen: 2, reply: "client-1" });
  transport.stored.set("decision a 0", Buffer.from("a retry"));
  transport.stored.set("decision a 1", Buffer.from("a retry"));
  const body = encodeTaskMessage(message, serializerNamed("msgpack"));
  transport.delayedTasks.set("a-2", { key: "a-2", queue: "default", contentType: "", priority: 0, dueAt: 0, body });
  await control.revoke("a", { reason: "no need" });
  expect(decodeFinalRecord(transport.stored.get("result a") ?? new Uint8Array())).toMatchObject({
    state: "REVOKED",
    gen: 2,
    error: { message: "task a (proj.add) was revoked: no need" },
  });
  expect(transport.delayedTasks.size).toBe(0);
  expect(transport.callsOf("revoke", "find", "create", "cancel")).toEqual([
    "revoke task a",
    "find a-2",
    "create result a",
    "cancel a-2",
  ]);
});

it("leaves a delayed message alone that it cannot read", async () => {
  const { transport, control } = new Scene();
  const body = Buffer.from("garbage");
  transport.delayedTasks.set("a-0", { key: "a-0", queue: "default", contentType: "", priority: 0, dueAt: 0, body });
  await control.revoke("a");
  expect([transport.delayedTasks.size, transport.stored.size]).toEqual([1, 0]);
});

it("stores the same stamps once, and not more than workers keep", async () => {
  const { transport, control } = new Scene();
  await control.revokeByStampedHeaders({ a: [1, 2], b: "x" });
  await control.revokeByStampedHeaders({ b: ["x"], a: [2, 1] });
  expect(transport.revoked.size).toBe(1);
  for (let i = 1; i < 1_000; i++) await control.revokeByStampedHeaders({ a: i, c: true });
  await expect(control.revokeByStampedHeaders({ a: "one more" })).rejects.toThrow(LimitReachedError);
  await control.revokeByStampedHeaders({ a: 1, c: true }, { terminate: true });
});

it.each([{ a: null }, { a: [] }, { a: [{}] }, { a: Number.NaN }, {}])("refuses the stamps %j", async (headers) => {
  const { control } = new Scene();
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- callers in JavaScript give anything
  const given = headers as Readonly<Record<string, string>>;
  await expect(control.revokeByStampedHeaders(given)).rejects.toThrow(InvalidArgumentError);
});

it("refuses options that it does not have", () => {
  const { control } = new Scene();
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- callers in JavaScript give anything
  const options = { destinations: ["w1@host"] } as unknown as AskOptions;
  expect(() => control.broadcast("ping", {}, options)).toThrow('did you mean "destination"?');
});
