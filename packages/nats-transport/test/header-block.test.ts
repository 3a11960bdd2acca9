// Header blocks as text. That nats.js keeps a block directly in front of the body is tested with its own parser.

import { headers, type Msg } from "@nats-io/transport-node";
import { describe, expect, it } from "vitest";
import { encodeHeaders, HeaderCarrier, HeaderReader, headerValue } from "../src/wire/header-block.ts";

const INITIALS = [67, 84] as const;

/** A message as nats.js hands it over: its headers lie in front of the body in one buffer. */
function message(lines: [string, string][], body: string, before = ""): Msg {
  const block = encodeHeaders(lines);
  const buffer = Buffer.concat([Buffer.from(before), block, Buffer.from(body)]);
  return fake(new Uint8Array(buffer).subarray(before.length + block.length), lines);
}

function fake(data: Uint8Array, lines: [string, string][]): Msg {
  const slow = headers();
  for (const [name, value] of lines) slow.set(name, value);
  return {
    subject: "s",
    sid: 1,
    data,
    headers: slow,
    respond: () => false,
    json: () => {
      throw new Error("not used");
    },
    string: () => "",
  };
}

const read = (from: Msg): string => new HeaderReader().linesOf(from, from.data, INITIALS);

describe("encodeHeaders", () => {
  it("writes what the broker expects", () => {
    expect(
      Buffer.from(
        encodeHeaders([
          ["A", "1"],
          ["B", "x y"],
        ]),
      ).toString(),
    ).toBe("NATS/1.0\r\nA: 1\r\nB: x y\r\n\r\n");
  });

  it.each(["a\r\nNats-Rollup: all", "ä", "\0"])("refuses the value %j", (value) => {
    expect(() => encodeHeaders([["A", value]])).toThrow(expect.objectContaining({ code: "TROUPE_BROKER_REFUSED" }));
  });

  it("is carried by an object that nats.js asks for its bytes", () => {
    const carrier = new HeaderCarrier();
    const block = encodeHeaders([["A", "1"]]);
    const carried = carrier.carry(block);
    expect("encode" in carried && typeof carried.encode === "function" && carried.encode()).toBe(block);
  });
});

describe("HeaderReader", () => {
  const plain: [string, string][] = [
    ["Nats-Expected-Stream", "troupe_TASKS"],
    ["Nats-Msg-Id", "q.x-0"],
  ];

  it("finds nothing where nothing matters", () => {
    expect(read(message(plain, "body", "MSG x 1 2\r\nolder\r\n"))).toBe("");
    expect(read(message(plain, "", "MSG x 1 2\r\nolder\r\n"))).toBe("");
  });

  it("gives all lines where one matters", () => {
    const text = read(
      message([...plain, ["Content-Type", "application/json"], ["Troupe-Repeat", "1"]], "body", "…\r\n"),
    );
    expect(headerValue(text, "Content-Type")).toBe("application/json");
    expect(headerValue(text, "Troupe-Repeat")).toBe("1");
    expect(headerValue(text, "Nats-Msg-Id")).toBe("q.x-0");
    expect(headerValue(text, "Troupe")).toBeNull();
  });

  it("reads the slow way what lies otherwise", () => {
    const lines: [string, string][] = [...plain, ["Troupe-Repeat", "1"]];
    for (const odd of [fake(new Uint8Array(4), lines), message(lines, "at the begin of its buffer")]) {
      expect(headerValue(read(odd), "Troupe-Repeat")).toBe("1");
    }
    expect(read(fake(new Uint8Array(0), []))).toBe("");
    const long = message(
      [
        ["A", "x".repeat(2000)],
        ["Troupe-Repeat", "1"],
      ],
      "body",
      "…\r\n",
    );
    expect(headerValue(read(long), "Troupe-Repeat")).toBe("1");
  });

  it("is not led astray by what a message says", () => {
    const body = "NATS/1.0\r\nTroupe-Repeat: 1\r\n\r\n";
    expect(read(message(plain, body, `${body}\r\n`))).toBe("");
  });
});
