import { expect, it } from "vitest";
import { attemptsIn } from "../../src/codec/attempts-codec.ts";
import { serializerNamed } from "../../src/codec/serializer.ts";
import { decodeTaskMessage, encodeTaskMessage } from "../../src/codec/task-message-codec.ts";
import { decodeFinalRecord, encodeFinalRecord } from "../../src/codec/task-record-codec.ts";
import { InvalidMessageError } from "../../src/model/errors.ts";
import { messageOf, recordOf } from "../support/messages.ts";

const MSGPACK = serializerNamed("msgpack");
const ATTEMPTS = [{ type: "TypeError", message: "busy", at: 5 }];

it("travels with messages and records", () => {
  const message = messageOf({ retries: 1, attempts: ATTEMPTS });
  const record = recordOf({ retries: 1, attempts: ATTEMPTS });
  expect(decodeTaskMessage(encodeTaskMessage(message, MSGPACK))).toEqual(message);
  expect(decodeFinalRecord(encodeFinalRecord(record, MSGPACK))).toEqual(record);
});

it.each<unknown>([
  1,
  "busy",
  {},
  [1],
  [{ at: -1 }],
  [{ message: "x".repeat(257) }],
  Array.from({ length: 11 }, () => ({})),
])("refuses %j", (attempts) => {
  expect(() => attemptsIn({ attempts })).toThrow(InvalidMessageError);
});

it("fills in what is missing, and takes none for none", () => {
  expect(attemptsIn({ attempts: [{}] })).toEqual({ attempts: [{ type: "Error", message: "", at: 0 }] });
  expect([attemptsIn({}), attemptsIn({ attempts: null })]).toEqual([{}, {}]);
});
