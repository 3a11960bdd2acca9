// The server that other tests rely on does what they ask of it.

import { access } from "node:fs/promises";
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { within } from "@troupe/core/testing";
import { expect, it } from "vitest";
import { NatsServer } from "./nats-server.ts";

it("answers as soon as it is started, and keeps its store and port over a crash", async () => {
  const server = await NatsServer.start();
  const { url, pid, folder } = server;
  const first = await connect({ servers: url, reconnect: false });
  const manager = await jetstreamManager(first);
  await manager.streams.add({ name: "S", subjects: ["s.*"] });
  await jetstream(first).publish("s.a");
  await first.close();
  await server.restart();
  expect(server.url).toBe(url);
  expect(server.pid).not.toBe(pid);
  const second = await connect({ servers: url, reconnect: false });
  const { state } = await (await jetstreamManager(second)).streams.info("S");
  expect(state.messages).toBe(1);
  await second.close();
  await server[Symbol.asyncDispose]();
  expect(server.pid).toBeNull();
  await expect(access(folder)).rejects.toThrow("ENOENT");
});

it("answers nothing while it is frozen", async () => {
  await using server = await NatsServer.start();
  const connection = await connect({ servers: server.url, reconnect: false });
  await server.freeze();
  const answer = connection.flush();
  await expect(within(answer, () => "an answer", 200)).rejects.toThrow("did not happen within 200 ms: an answer");
  server.thaw();
  await answer;
  await connection.close();
});

it("takes a configuration", async () => {
  await using server = await NatsServer.start({ config: 'authorization { user: "u", password: "p" }' });
  await expect(connect({ servers: server.url, reconnect: false })).rejects.toThrow("Authorization");
  const connection = await connect({ servers: server.url, user: "u", pass: "p", reconnect: false });
  await connection.close();
});

it("tells why it does not start", async () => {
  await expect(NatsServer.start({ config: "no such setting: {" })).rejects.toThrow("does not start; its log:");
});
