import { expect, it } from "vitest";
import { DEFAULT_SETTINGS } from "../../src/app/config.ts";
import { openTransport } from "../../src/app/open-transport.ts";
import { ConfigError } from "../../src/model/errors.ts";
import { StubTransport } from "../support/stub-transport.ts";

const open = (broker: string | string[] | StubTransport): ReturnType<typeof openTransport> =>
  openTransport({ ...DEFAULT_SETTINGS, broker });

it("takes a transport as it is", async () => {
  const transport = new StubTransport();
  expect(await open(transport)).toBe(transport);
});

it.each(["memory:", "MEMORY:", " memory: "])("makes a new in-process transport for %j", async (broker) => {
  const first = await open(broker);
  expect(first.address).toBe("memory:");
  expect(await open(broker)).not.toBe(first);
});

it("gives the transport its options", async () => {
  const transport = await openTransport({ ...DEFAULT_SETTINGS, transportOptions: { maxMessageBytes: 1_000 } });
  expect(transport.maxMessageBytes).toBe(1_000);
});

it.each([
  ["redis://localhost"],
  ["localhost:4222"],
  ["nats"],
  [["nats://a:4222", "redis://b"]],
  [["memory:", "nats://a:4222"]],
  ["nats://a:4222,memory:"],
])("refuses %j, and says what it takes", async (broker) => {
  await expect(open(broker)).rejects.toBeInstanceOf(ConfigError);
  await expect(open(broker)).rejects.toThrow('use "memory:", "nats://host:4222" or "tls://host:4222"');
});

it.each([
  "redis://user:secret@host",
  "amqp://secret@host,redis://a:secret@b",
  "x://a:b@secret@host/",
  "x://u:secret,secret:a@host",
  "secret:secret@host",
])("never shows the credentials of %s", async (broker) => {
  await expect(open(broker)).rejects.toThrow(/^(?!.*secret).*\*\*\*/s);
});
