// Confirmations: the text that nats-server 2.9 sends, other forms of it, errors and forgeries.

import { describe, expect, it } from "vitest";
import { PubAckReader } from "../src/wire/pub-ack.ts";

const reader = new PubAckReader("troupe_TASKS");
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("PubAckReader", () => {
  it("reads the plain form without JSON", () => {
    expect(reader.plainSequence(bytes('{"stream":"troupe_TASKS", "seq":1}'))).toBe(1);
    expect(reader.plainSequence(bytes('{"stream":"troupe_TASKS", "seq":90071992547}'))).toBe(90_071_992_547);
  });

  it.each([
    '{"stream":"troupe_TASKS", "seq":7, "duplicate": true}',
    '{"stream":"troupe_TASKS","seq":7}',
    '{"stream":"troupe_TASKS", "seq":}',
    '{"stream":"troupe_TASKS", "seq":0}',
    '{"stream":"troupe_TASKS", "seq":-1}',
    '{"stream":"troupe_TASKz", "seq":1}',
    '{"stream":"troupe_TASKS", "seq":1',
    "",
    "}",
  ])("leaves %s to the full reading", (text) => {
    expect(reader.plainSequence(bytes(text))).toBe(0);
  });

  it.each([
    ['{"stream":"troupe_TASKS","seq":7}', { verdict: "stored", sequence: 7 }],
    ['{"stream":"troupe_TASKS","domain":"hub","seq":7}', { verdict: "stored", sequence: 7 }],
    ['{"stream":"troupe_TASKS", "seq":7, "duplicate": true}', { verdict: "duplicate", sequence: 7 }],
    [
      '{"error":{"code":400,"err_code":10071,"description":"wrong last sequence: 3"},"stream":"troupe_TASKS","seq":0}',
      { verdict: "exists", sequence: 0 },
    ],
    [
      '{"error":{"code":503,"err_code":10077,"description":"maximum bytes exceeded"},"stream":"troupe_TASKS","seq":0}',
      { verdict: "error", error: { status: 503, code: 10_077, description: "maximum bytes exceeded" } },
    ],
    ['{"stream":"other","seq":7}', { verdict: "forged", stream: "other" }],
    ['{"stream":"troupe_TASKS","seq":0}', { verdict: "forged", stream: "troupe_TASKS" }],
    ['{"stream":"troupe_TASKS","seq":"7"}', { verdict: "forged", stream: "troupe_TASKS" }],
    ["+OK", { verdict: "forged", stream: "" }],
    ["", { verdict: "forged", stream: "" }],
    ["[]", { verdict: "forged", stream: "" }],
  ])("reads %s", (text, expected) => {
    expect(reader.read(bytes(text))).toEqual(expected);
  });
});
