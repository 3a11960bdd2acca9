import { expect, it } from "vitest";
import { AppConnection } from "../../src/app/app-connection.ts";
import { DEFAULT_SETTINGS, mergeSettings } from "../../src/app/config.ts";
import { BrokerUnreachableError, ConfigError, TopologyError } from "../../src/model/errors.ts";
import { deferred } from "../../src/platform/deferred.ts";
import { eventually } from "../../src/testing/test-probe.ts";
import { silentLogger } from "../support/loggers.ts";
import { outcomeOf, soon } from "../support/outcomes.ts";
import { StubTransport } from "../support/stub-transport.ts";

class Scene {
  readonly transport = new StubTransport();
  readonly connection = new AppConnection(() =>
    mergeSettings(DEFAULT_SETTINGS, { broker: this.transport, logger: silentLogger }),
  );
}

it("connects once, however often it is asked", async () => {
  const { connection, transport } = new Scene();
  expect([connection.isOpen, connection.session]).toEqual([false, null]);
  const sessions = await Promise.all([connection.connect(), connection.connect()]);
  expect(sessions[0]).toBe(sessions[1]);
  expect(connection.session).toBe(sessions[0]);
  expect(connection.isOpen).toBe(true);
  expect(transport.callsOf("connect")).toHaveLength(1);
  expect(transport.callsOf("subscribe")).toEqual([`subscribe reply.${sessions[0]?.receiver.clientId}`]);
});

it("closes, and connects anew with a new client id", async () => {
  const { connection, transport } = new Scene();
  const first = await connection.connect();
  await connection.close();
  await connection.close();
  expect([connection.isOpen, connection.session]).toEqual([false, null]);
  expect(transport.callsOf("close")).toHaveLength(1);
  expect((await connection.connect()).receiver.clientId).not.toBe(first.receiver.clientId);
});

it("tries again after a failure", async () => {
  const { connection, transport } = new Scene();
  transport.answer("connect", new BrokerUnreachableError("no broker"));
  await expect(connection.connect()).rejects.toBeInstanceOf(BrokerUnreachableError);
  expect(connection.isOpen).toBe(false);
  await connection.connect();
});

it("closes the transport when it cannot listen for results", async () => {
  const { connection, transport } = new Scene();
  transport.answer("subscribe", new BrokerUnreachableError("lost"));
  await expect(connection.connect()).rejects.toBeInstanceOf(BrokerUnreachableError);
  expect(transport.callsOf("close")).toHaveLength(1);
});

it("has no session after it was closed while it connected, and can be used again", async () => {
  const { connection, transport } = new Scene();
  const gate = deferred();
  transport.answer("connect", () => gate.promise);
  const connecting = outcomeOf(connection.connect());
  const closing = connection.close();
  gate.resolve();
  await closing;
  await connecting;
  expect([connection.isOpen, connection.session]).toEqual([false, null]);
  expect(transport.callsOf("close")).toHaveLength(1);
  const session = await connection.connect();
  expect(connection.session).toBe(session);
});

it("ends the wait for a broker when it is closed, and waits patiently no more", async () => {
  const { connection, transport } = new Scene();
  const signals: (AbortSignal | undefined)[] = [];
  transport.connect = (settings) =>
    new Promise((_resolve, reject) => {
      signals.push(settings.signal);
      settings.signal?.addEventListener("abort", () => reject(new BrokerUnreachableError("no broker")));
    });
  const connecting = [connection.connect(), connection.connectPatiently(new AbortController().signal)].map(outcomeOf);
  await eventually("the connecting", () => signals.length === 1);
  expect(await soon(connection.close())).toBeUndefined();
  for (const outcome of await Promise.all(connecting)) expect(outcome).toMatchObject({ code: "TROUPE_CLOSED" });
  expect(signals).toHaveLength(1);
  void outcomeOf(connection.connect());
  await eventually("the next connecting", () => signals.length === 2);
  expect(signals[1]?.aborted).toBe(false);
});

it("keeps the newer of two connections when an older one comes late, or fails late", async () => {
  for (const late of [null, new BrokerUnreachableError("too late")]) {
    const { connection, transport } = new Scene();
    const gate = deferred();
    transport.answer("connect", async () => {
      await gate.promise;
      if (late) throw late;
    });
    const older = outcomeOf(connection.connect());
    const closing = connection.close();
    const newer = await connection.connect();
    gate.resolve();
    await closing;
    await older;
    expect([connection.isOpen, connection.session]).toEqual([true, newer]);
  }
});

it("waits patiently for a broker, until it is told to stop", async () => {
  const { connection, transport } = new Scene();
  const aborter = new AbortController();
  transport.answer("connect", ...Array.from({ length: 3 }, () => new BrokerUnreachableError("no broker")));
  await connection.connectPatiently(aborter.signal);
  expect(transport.callsOf("connect")).toHaveLength(4);
  await connection.close();
  transport.answer("connect", async () => {
    aborter.abort(new Error("stop"));
    throw new BrokerUnreachableError("no broker");
  });
  await expect(connection.connectPatiently(aborter.signal)).rejects.toThrow("stop");
});

it.each([new TopologyError("it differs"), new ConfigError("wrong")])(
  "waits for nothing that waiting cannot mend: %s",
  async (error) => {
    const { connection, transport } = new Scene();
    transport.answer("connect", error);
    await expect(connection.connectPatiently(new AbortController().signal)).rejects.toBe(error);
  },
);
