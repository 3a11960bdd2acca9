// The ways to a NATS server, and what a user reads where there is none.

import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { connect, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { nkeys } from "@nats-io/transport-node";
import { type Settings, Troupe } from "@troupe/core";
import { eventually } from "@troupe/core/testing";
import { describe, expect, it } from "vitest";
import { NatsServer } from "../support/nats-server.ts";
import { selfSigned } from "../support/self-signed.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { TestOperator } from "../support/user-jwt.ts";

/** Calls a task and gets its result over a broker. */
async function roundTrip(settings: Partial<Settings>): Promise<number> {
  await using app = new Troupe("test", { logLevel: "silent", ...settings });
  const add = app.task("connections.add", (x: number, y: number) => x + y);
  await using worker = app.worker();
  await worker.start();
  return await (await add.delay(2, 2)).get({ timeout: "10s" });
}

/** Why an application cannot connect. */
async function refusal(settings: Partial<Settings>): Promise<unknown> {
  await using app = new Troupe("test", { logLevel: "silent", brokerConnectionTimeout: 700, ...settings });
  return await app.connect().then(
    () => "connected",
    (error: unknown) => error,
  );
}

/** Certificate and key as files, and the server's configuration with them. */
async function tlsFiles(folder: string, host: "localhost" | "127.0.0.1") {
  const { certificate, key } = selfSigned(host);
  const [certFile, keyFile] = [join(folder, `${host}-cert.pem`), join(folder, `${host}-key.pem`)];
  await writeFile(certFile, certificate);
  await writeFile(keyFile, key);
  return { certificate, certFile, config: `tls { cert_file: "${certFile}", key_file: "${keyFile}" }` };
}

/** A port that nobody listens on. */
async function deadPort(): Promise<number> {
  const server = createServer();
  const port = await listen(server, 0);
  server.close();
  await once(server, "close");
  return port;
}

async function listen(server: Server, at: number): Promise<number> {
  server.listen(at, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** An address of its own for a server: what it lets through can be cut, and let through again. */
async function wayTo(port: number) {
  const sockets = new Set<Socket>();
  const forward = (socket: Socket): void => {
    const onward = connect(port, "127.0.0.1");
    sockets.add(socket.on("close", () => sockets.delete(socket)).on("error", () => onward.destroy()));
    onward.on("error", () => socket.destroy());
    socket.pipe(onward).pipe(socket);
  };
  const server = createServer(forward);
  const at = await listen(server, 0);
  const close = async (): Promise<void> => {
    const closed = once(server, "close");
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return {
    url: `nats://127.0.0.1:${at}`,
    get connections() {
      return sockets.size;
    },
    close,
    open: () => listen(server, at),
  };
}

describe("a broker", () => {
  it("is given as a URL, as one of several in a text, or as a list; the first that answers is used", async () => {
    await using server = await NatsServer.start();
    const dead = `nats://127.0.0.1:${await deadPort()}`;
    expect(await roundTrip({ broker: server.url })).toBe(4);
    expect(await roundTrip({ broker: `${dead}, ${server.url}` })).toBe(4);
    expect(await roundTrip({ broker: [dead, server.url] })).toBe(4);
  });

  it("goes on at another one of the list when the one that it is connected to is lost", async () => {
    await using server = await NatsServer.start();
    const ways = [await wayTo(server.port), await wayTo(server.port)] as const;
    await using app = new Troupe("test", { broker: ways.map(({ url }) => url), logLevel: "silent" });
    const add = app.task("connections.add", (x: number, y: number) => x + y);
    await using worker = app.worker();
    await worker.start();
    expect(await (await add.delay(1, 1)).get({ timeout: "10s" })).toBe(2);
    for (const lost of ways) {
      const [other] = ways.filter((way) => way !== lost);
      await lost.close();
      expect(await (await add.delay(2, 2)).get({ timeout: "30s" })).toBe(4);
      expect(other?.connections).toBeGreaterThan(0);
      await lost.open();
    }
    await worker.stop();
    for (const way of ways) await way.close();
  });

  it("that is new takes many applications that start at the same time", async () => {
    await using server = await NatsServer.start();
    for (let round = 0; round < 5; round++) {
      const settings = { broker: server.url, namespace: `round-${round}` };
      const outcomes = await Promise.all(Array.from({ length: 10 }, () => refusal(settings)));
      expect(new Set(outcomes.map(String))).toEqual(new Set(["connected"]));
    }
  });

  it("asks for user and password: in the URL or as options; wrong ones are refused without being shown", async () => {
    await using server = await NatsServer.start({ config: 'authorization { user: "ann", password: "s3cr:t/" }' });
    const at = (user: string): string => server.url.replace("//", `//${user}@`);
    expect(await roundTrip({ broker: at("ann:s3cr%3At%2F") })).toBe(4);
    expect(await roundTrip({ broker: server.url, transportOptions: { user: "ann", pass: "s3cr:t/" } })).toBe(4);
    for (const settings of [{ broker: at("ann:wr0ng") }, { broker: server.url }]) {
      const error = await refusal(settings);
      expect(error).toMatchObject({
        code: "TROUPE_BROKER_UNREACHABLE",
        message: expect.stringMatching(/authorization/i),
      });
      expect(String(error)).toContain(server.url);
      expect(String(error)).not.toContain("wr0ng");
    }
  });

  it("asks for an nkey", async () => {
    const user = nkeys.createUser();
    const seed = Buffer.from(user.getSeed()).toString();
    await using server = await NatsServer.start({
      config: `authorization { users: [ { nkey: "${user.getPublicKey()}" } ] }`,
    });
    expect(await roundTrip({ broker: server.url, transportOptions: { nkeySeed: seed } })).toBe(4);
    const other = Buffer.from(nkeys.createUser().getSeed()).toString();
    const error = await refusal({ broker: server.url, transportOptions: { nkeySeed: other } });
    expect(error).toMatchObject({ code: "TROUPE_BROKER_UNREACHABLE" });
    expect(String(error)).not.toContain(other);
  });

  it("asks for credentials of an operator's account: as a file or a text; those of another operator are refused", async () => {
    await using folder = await temporaryFolder("troupe-creds-");
    const operator = new TestOperator();
    await using server = await NatsServer.start({ config: operator.config });
    const creds = operator.credentials();
    const credsFile = join(folder.path, "user.creds");
    await writeFile(credsFile, creds);
    expect(await roundTrip({ broker: server.url, transportOptions: { creds } })).toBe(4);
    expect(await roundTrip({ broker: server.url, transportOptions: { creds: creds.replaceAll("\n", "\r\n") } })).toBe(
      4,
    );
    expect(await roundTrip({ broker: server.url, transportOptions: { credsFile } })).toBe(4);
    const other = new TestOperator().credentials();
    for (const options of [{ creds: other }, { credsFile: join(folder.path, "missing.creds") }, {}]) {
      const error = await refusal({ broker: server.url, transportOptions: options });
      expect(error).toMatchObject({ code: "TROUPE_BROKER_UNREACHABLE" });
      expect(String(error)).not.toContain(other.split("\n")[1]);
    }
  });

  it("takes new credentials from the file that a program was started with", async () => {
    await using folder = await temporaryFolder("troupe-creds-");
    const operator = new TestOperator();
    await using server = await NatsServer.start({ config: operator.config });
    const credsFile = join(folder.path, "user.creds");
    await writeFile(credsFile, new TestOperator().credentials());
    await using app = new Troupe("test", { broker: server.url, transportOptions: { credsFile }, logLevel: "silent" });
    const connected = app.connect();
    await eventually("the old ones are refused", () => server.log.includes("authentication error"));
    await writeFile(credsFile, operator.credentials());
    await connected;
    expect(await app.result("nobody").state()).toBe("PENDING");
  });

  it("speaks TLS; a certificate that nobody vouches for is refused", async () => {
    await using folder = await temporaryFolder("troupe-tls-");
    const { config, certFile, certificate } = await tlsFiles(folder.path, "localhost");
    await using server = await NatsServer.start({ config });
    const broker = `tls://localhost:${server.port}`;
    expect(await roundTrip({ broker, transportOptions: { tls: { caFile: certFile } } })).toBe(4);
    const encrypted = { broker: `nats://localhost:${server.port}`, transportOptions: { tls: { ca: certificate } } };
    expect(await roundTrip(encrypted)).toBe(4);
    expect(await refusal({ broker })).toMatchObject({
      code: "TROUPE_BROKER_UNREACHABLE",
      message: expect.stringContaining("self-signed certificate"),
    });
  });

  it("speaks TLS: the certificate has to be for the host, or for the address, that the URL names", async () => {
    await using folder = await temporaryFolder("troupe-tls-");
    const forAddress = await tlsFiles(folder.path, "127.0.0.1");
    await using byAddress = await NatsServer.start({ config: forAddress.config });
    const tls = { caFile: forAddress.certFile };
    const settings = { broker: `tls://127.0.0.1:${byAddress.port}`, transportOptions: { tls } };
    expect(String(await refusal(settings))).toBe("connected");
    expect(await roundTrip(settings)).toBe(4);
    const forName = await tlsFiles(folder.path, "localhost");
    await using byName = await NatsServer.start({ config: forName.config });
    const wrong = { broker: `tls://127.0.0.1:${byName.port}`, transportOptions: { tls: { caFile: forName.certFile } } };
    expect(await refusal(wrong)).toMatchObject({ code: "TROUPE_BROKER_UNREACHABLE" });
  });

  it("that is not there: the error says where, why and what to do, when the time is over", async () => {
    const broker = `nats://127.0.0.1:${await deadPort()}`;
    const startedAt = performance.now();
    const error = await refusal({ broker });
    expect(performance.now() - startedAt).toBeGreaterThan(600);
    expect(performance.now() - startedAt).toBeLessThan(3_000);
    expect(error).toMatchObject({
      code: "TROUPE_BROKER_UNREACHABLE",
      message: expect.stringMatching(
        /^no broker answered at nats:\/\/127\.0\.0\.1:\d+: connection refused; start it, or correct the address/,
      ),
    });
  });

  it("that is not there: a call rejects in the same way, and an application can be closed", async () => {
    await using app = new Troupe("test", {
      broker: `nats://127.0.0.1:${await deadPort()}`,
      brokerConnectionTimeout: 300,
      logLevel: "silent",
    });
    await expect(app.sendTask("connections.add", [1])).rejects.toMatchObject({ code: "TROUPE_BROKER_UNREACHABLE" });
  });

  it("that is not there yet: a worker waits for it", async () => {
    const port = await deadPort();
    await using app = new Troupe("test", {
      broker: `nats://127.0.0.1:${port}`,
      brokerConnectionTimeout: 300,
      logLevel: "silent",
    });
    app.task("connections.late", () => "at last");
    const worker = app.worker();
    const ready = worker.start();
    await expect(app.connect()).rejects.toMatchObject({ code: "TROUPE_BROKER_UNREACHABLE" });
    await using _server = await NatsServer.start({ port });
    await ready;
    expect(await (await app.sendTask("connections.late")).get({ timeout: "10s" })).toBe("at last");
    await worker.stop();
  });

  it("that is not there: a worker that waits for it can be stopped", async () => {
    const broker = `nats://127.0.0.1:${await deadPort()}`;
    await using app = new Troupe("test", { broker, brokerConnectionTimeout: 300, logLevel: "silent" });
    const worker = app.worker();
    const ready = worker.start();
    const outcome = ready.catch((error: unknown) => error);
    await worker.stop();
    expect(await outcome).toMatchObject({ code: "TROUPE_CLOSED" });
  });

  it("without JetStream is refused at once, with what to do", async () => {
    await using server = await NatsServer.start({ jetStream: false });
    expect(await refusal({ broker: server.url, brokerConnectionTimeout: "20s" })).toMatchObject({
      code: "TROUPE_BROKER_REFUSED",
      message: expect.stringContaining("start nats-server with -js"),
    });
  });

  it("of an unknown kind is refused, without showing credentials", async () => {
    const error = await refusal({ broker: "amqp://ann:s3cret@localhost" });
    expect(error).toMatchObject({ code: "TROUPE_CONFIG", message: expect.stringContaining('"nats://host:4222"') });
    expect(String(error)).not.toContain("s3cret");
    expect(await refusal({ broker: "nats://127.0.0.1:1", transportOptions: { usr: "ann" } })).toMatchObject({
      code: "TROUPE_CONFIG",
      message: expect.stringContaining("did you mean"),
    });
  });
});
