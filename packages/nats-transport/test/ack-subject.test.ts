// What the reply subject of a delivery tells.

import { describe, expect, it } from "vitest";
import { ackPrefix, readAckSubject, readAckSubjectWhole } from "../src/wire/ack-subject.ts";

const prefix = ackPrefix("troupe_TASKS", "q-mail-0");

describe("readAckSubject", () => {
  it.each([
    ["$JS.ACK.troupe_TASKS.q-mail-0.1.42.7.1700000000000000000.0", { redelivered: false, sequence: 42 }],
    ["$JS.ACK.troupe_TASKS.q-mail-0.2.42.7.1700000000000000000.0", { redelivered: true, sequence: 42 }],
    [
      "$JS.ACK.troupe_TASKS.q-mail-0.10.123456789012.7.1700000000000000000.0",
      { redelivered: true, sequence: 123_456_789_012 },
    ],
    [
      "$JS.ACK.hub.ACCHASH.troupe_TASKS.q-mail-0.1.42.7.1700000000000000000.0.rnd",
      { redelivered: false, sequence: 42 },
    ],
    ["$JS.ACK.hub.ACCHASH.troupe_TASKS.q-mail-0.3.42.7.1700000000000000000.0.rnd", { redelivered: true, sequence: 42 }],
  ])("%s", (subject, expected) => {
    expect(readAckSubject(subject, prefix)).toEqual(expected);
  });

  it("takes what it cannot read for a redelivery", () => {
    expect(readAckSubject("_INBOX.x", prefix)).toMatchObject({ redelivered: true });
  });
});

describe("readAckSubjectWhole", () => {
  const whole = {
    redelivered: false,
    delivered: 1,
    sequence: 42,
    consumerSequence: 7,
    storedAtMs: 1_700_000_000_123,
    pending: 3,
  };

  it.each([
    ["$JS.ACK.troupe_ACTORS.s3-e7.1.42.7.1700000000123456789.3", whole],
    ["$JS.ACK.hub.ACCHASH.troupe_ACTORS.s3-e7.1.42.7.1700000000123456789.3.rnd", whole],
    ["$JS.ACK.troupe_ACTORS.s3-e7.2.42.7.1700000000123456789.3", { ...whole, redelivered: true, delivered: 2 }],
  ])("%s", (subject, expected) => {
    expect(readAckSubjectWhole(subject)).toEqual(expected);
  });

  it("takes what it cannot read for nothing in order", () => {
    expect(readAckSubjectWhole("_INBOX.x")).toMatchObject({ sequence: 0, consumerSequence: 0 });
  });
});
