// Options and server URLs: defaults, wrong values, and that credentials are never shown.

import { describe, expect, it } from "vitest";
import { resolveConfig } from "../src/config.ts";
import { parseServers } from "../src/connection/servers.ts";
import { createTransport, natsTransport } from "../src/index.ts";

const configError = (message: RegExp): unknown =>
  expect.objectContaining({ code: "TROUPE_CONFIG", message: expect.stringMatching(message) });

describe("options", () => {
  it("have defaults", () => {
    expect(resolveConfig({})).toEqual({
      servers: { hosts: ["127.0.0.1:4222"], address: "nats://127.0.0.1:4222", encrypted: false, credentials: null },
      credentials: { type: "none" },
      tls: null,
      replicas: 1,
      maxBytes: {
        tasks: 2 ** 30,
        results: 2 ** 30,
        dead: 64 * 2 ** 20,
        leases: 8 * 2 ** 20,
        actors: 2 ** 30,
        delayed: 2 ** 28,
        revoked: 2 ** 26,
        events: 2 ** 28,
        pauses: 2 ** 20,
        epochs: 2 ** 20,
      },
      leaseMs: 15_000,
      maxInFlight: 1024,
      pullExpiresMs: 5000,
      shards: 16,
      inboxPrefix: "_INBOX",
      name: "troupe",
    });
  });

  it("keep the other defaults when one is given", () => {
    expect(resolveConfig({ maxBytes: { tasks: 5000 } }).maxBytes.results).toBe(2 ** 30);
  });

  it("name the nearest one when one is unknown", () => {
    const make = (options: Record<string, unknown>) => () => createTransport(["nats://h"], options);
    expect(make({ replica: 3 })).toThrow(configError(/NATS transport: "replica"; did you mean "replicas"\?/));
    expect(make({ maxBytes: { task: 3 } })).toThrow(configError(/maxBytes "task"; did you mean "tasks"\?/));
    expect(make({ tls: { cafile: "x" } })).toThrow(configError(/tls "cafile"; did you mean "caFile"\?/));
    expect(make({ somethingElse: 1 })).toThrow(configError(/known are servers, user, /));
  });

  it.each([
    [{ replicas: 2 }, /"replicas" is 2; it takes 1, 3 or 5/],
    [{ leaseMs: "1s" }, /"leaseMs" is "1s"; it takes milliseconds/],
    [{ maxInFlight: 0 }, /maxInFlight/],
    [{ shards: 0 }, /"shards" is 0; it takes a whole number from 1 to 256/],
    [{ shards: 257 }, /shards/],
    [{ inboxPrefix: "a.>" }, /inboxPrefix/],
    [{ token: 17 }, /"token" is wrong; it takes a text/],
    [{ pass: "secret" }, /pass is given without user/],
    [{ user: "u", token: "t" }, /more than one kind of credentials/],
    [{ user: "u", authenticator: () => ({ token: "t" }) }, /more than one kind of credentials/],
  ])("refuse %j", (options, message) => {
    expect(() => createTransport(["nats://h"], options)).toThrow(configError(message));
  });

  it("show no secret in an error", () => {
    expect(() => createTransport(["nats://h"], { nkeySeed: "secret" })).toThrow(expect.not.stringContaining("secret"));
    expect(() => createTransport(["nats://h"], { creds: ["secret"] })).toThrow(expect.not.stringContaining("secret"));
  });
});

describe("server URLs", () => {
  it("lose their credentials in the address", () => {
    const transport = natsTransport({ servers: ["nats://joe:p%40ss@one:4333", "nats://two"] });
    expect(transport.address).toBe("nats://one:4333,nats://two:4222");
    expect(resolveConfig({ servers: "nats://joe:p%40ss@one" }).credentials).toEqual({
      type: "fixed",
      credentials: { user: "joe", pass: "p@ss" },
    });
    expect(parseServers(["nats://t0ken@one"]).credentials).toEqual({ token: "t0ken" });
  });

  it("are divided by a comma only where the next one begins", () => {
    const { servers, credentials } = resolveConfig({ servers: "nats://joe:p,a:ss@one, nats://joe:p,a:ss@two:4333" });
    expect(servers.hosts).toEqual(["one:4222", "two:4333"]);
    expect(credentials).toMatchObject({ credentials: { user: "joe", pass: "p,a:ss" } });
  });

  it("choose encryption", () => {
    expect(resolveConfig({ servers: "tls://h" }).tls).toEqual({});
    expect(resolveConfig({ servers: "nats://h" }).tls).toBeNull();
  });

  it("may be IPv6", () => {
    expect(parseServers(["nats://[::1]:4222"]).hosts).toEqual(["[::1]:4222"]);
  });

  it.each([
    [["http://h"], /begins with http:/],
    [["not a url secret@"], /cannot be read/],
    [["nats://a:b@h", "nats://c:d@h"], /different credentials/],
    [[], /servers is empty/],
  ])("refuse %j", (urls, message) => {
    expect(() => parseServers(urls)).toThrow(configError(message));
    expect(() => parseServers(urls)).toThrow(expect.not.stringContaining("secret"));
  });
});
