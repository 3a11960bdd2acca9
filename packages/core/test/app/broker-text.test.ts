import { memoryTransport } from "@troupe/core";
import { describe, expect, it } from "vitest";
import { brokerText } from "../../src/app/broker-text.ts";

describe("a broker's address for people", () => {
  it.each([
    ["memory:", "memory:"],
    ["nats://127.0.0.1:4222", "nats://127.0.0.1:4222"],
    ["nats://user:secret@host:4222", "nats://host:4222"],
    ["nats://token@host", "nats://host"],
    ["nats://user:p@ss/w@host", "nats://host"],
    ["nats://user:p,ss@host", "nats://host"],
    ["nats://user:p,ss:s@host", "nats://host"],
    ["user:secret@host:4222", "host:4222"],
    ["user:se//cret@host:4222", "host:4222"],
    ["nats://host:4222?token=secret", "nats://host:4222"],
    ["tls://u:secret@a:1, nats://u:secret@b:2", "tls://a:1,nats://b:2"],
  ])("%s is shown as %s", (broker, text) => {
    expect(brokerText(broker)).toBe(text);
  });

  it("joins the servers of a list", () => {
    expect(brokerText(["nats://u:secret@a:1", "nats://b:2"])).toBe("nats://a:1,nats://b:2");
  });

  it("is the transport's own where there is one", () => {
    expect(brokerText(memoryTransport())).toBe("memory:");
  });
});
