import type { NatsConnection } from "@nats-io/transport-node";
import { expect, it } from "vitest";
import { inOnePiece } from "../src/connection/one-piece.ts";
import { encodeHeaders, HeaderCarrier } from "../src/wire/header-block.ts";

const bytes = (text: string): Uint8Array => Buffer.from(text, "utf8");

/** A connection that notes what is queued in one piece, and what is published the ordinary way. */
function scene(queues = true) {
  const pieces: Uint8Array[] = [];
  const ordinary: unknown[][] = [];
  const state = { isClosed: false };
  const protocol = queues ? { sendCommand: (piece: Uint8Array) => void pieces.push(piece) } : {};
  const made = {
    protocol,
    publish: (...args: unknown[]) => void ordinary.push(args),
    isClosed: () => state.isClosed,
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what of a connection is used here
  const nats = inOnePiece(made as unknown as NatsConnection);
  return { nats, ordinary, state, queued: () => pieces.map((piece) => Buffer.from(piece).toString("utf8")) };
}

it("writes each message as nats.js does, in order", () => {
  const { nats, ordinary, queued } = scene();
  const headers = new HeaderCarrier().carry(encodeHeaders([["A", "b"]]));
  nats.publish("s.1", bytes("body"));
  nats.publish("s.2", bytes("größer"), { reply: "inbox.7" });
  nats.publish("s.3", bytes("x"), { reply: "inbox.8", headers });
  nats.publish("s.ö", bytes(""), { headers });
  expect(queued()).toEqual([
    "PUB s.1 4\r\nbody\r\n",
    "PUB s.2 inbox.7 8\r\ngrößer\r\n",
    "HPUB s.3 inbox.8 18 19\r\nNATS/1.0\r\nA: b\r\n\r\nx\r\n",
    "HPUB s.ö 18 18\r\nNATS/1.0\r\nA: b\r\n\r\n\r\n",
  ]);
  expect(ordinary).toEqual([]);
});

it("never overwrites what is queued", () => {
  const { nats, queued } = scene();
  const expected = Array.from({ length: 500 }, (_, i) => `PUB s ${1_000}\r\n${String(i).padStart(1_000)}\r\n`);
  for (let i = 0; i < expected.length; i++) nats.publish("s", bytes(String(i).padStart(1_000)));
  expect(queued()).toEqual(expected);
});

it("leaves to nats.js what is large, no bytes, or for a connection that is closed", () => {
  const { nats, ordinary, state, queued } = scene();
  nats.publish("s", new Uint8Array(8_192), { reply: "r" });
  nats.publish("s", "text");
  nats.publish("s");
  state.isClosed = true;
  nats.publish("s", bytes("late"));
  expect(ordinary).toHaveLength(4);
  expect(queued()).toEqual([]);
});

it("leaves a connection as it is whose queue it does not know", () => {
  const { nats, ordinary } = scene(false);
  nats.publish("s", bytes("body"));
  expect(ordinary).toEqual([["s", bytes("body")]]);
});
