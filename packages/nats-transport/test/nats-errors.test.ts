// What errors of the broker mean to the core.

import { describe, expect, it } from "vitest";
import { apiErrorIn, asBrokerError, classify, jetStreamMissing, reasonOf } from "../src/wire/nats-errors.ts";
import { readPullStatus } from "../src/wire/pull-status.ts";

const answer = (status: number, code: number): ReturnType<typeof classify> =>
  classify({ status, code, description: "said so" }, "task");

describe("classify", () => {
  it.each([
    [503, 10_077, "TROUPE_QUEUE_FULL"],
    [400, 10_054, "TROUPE_QUEUE_FULL"],
    [500, 10_047, "TROUPE_QUEUE_FULL"],
    [503, 10_023, "TROUPE_QUEUE_FULL"],
    [400, 10_060, "TROUPE_BROKER_REFUSED"],
    [503, 10_039, "TROUPE_BROKER_REFUSED"],
    [404, 10_059, "TROUPE_BROKER_REFUSED"],
    [503, 10_008, "TROUPE_BROKER_UNREACHABLE"],
    [500, 10_009, "TROUPE_BROKER_UNREACHABLE"],
    [503, 0, "TROUPE_BROKER_UNREACHABLE"],
    [408, 0, "TROUPE_BROKER_TIMEOUT"],
    [400, 12_345, "TROUPE_BROKER_REFUSED"],
  ])("status %i, code %i: %s", (status, code, expected) => {
    const error = answer(status, code);
    expect(error.code).toBe(expected);
    expect(error.message).toContain(`task: the broker says "said so" (${code})`);
  });

  it("takes a missing JetStream for a wrong set-up only before it has ever answered", () => {
    expect(jetStreamMissing("nats://h", false).message).toContain("start nats-server with -js");
    expect(jetStreamMissing("nats://h", false).code).toBe("TROUPE_BROKER_REFUSED");
    expect(jetStreamMissing("nats://h", true).code).toBe("TROUPE_BROKER_UNREACHABLE");
  });

  it("finds the error in an answer", () => {
    expect(apiErrorIn({ config: {} })).toBeNull();
    expect(apiErrorIn({ error: { code: 404, err_code: 10_059, description: "stream not found" } })).toEqual({
      status: 404,
      code: 10_059,
      description: "stream not found",
    });
  });

  it("passes our own errors on and wraps all others", () => {
    const ours = answer(408, 0);
    expect(asBrokerError(ours, "x")).toBe(ours);
    const foreign = new TypeError("odd");
    expect(asBrokerError(foreign, "message")).toMatchObject({ code: "TROUPE_BROKER_REFUSED", cause: foreign });
  });

  it("gives a reason in one line", () => {
    expect(reasonOf(new Error("outer", { cause: new Error("inner") }))).toBe("outer");
    expect(reasonOf(new Error("", { cause: new Error("inner") }))).toBe("inner");
    expect(reasonOf(new AggregateError([new Error("first"), new Error("second")]))).toBe("first");
    expect(reasonOf(undefined)).toBe("it was closed");
  });
});

describe("status of a pull request", () => {
  it.each([
    [100, "Idle Heartbeat", "alive", false],
    [404, "No Messages", "again", false],
    [408, "Request Timeout", "again", false],
    [409, "Consumer Deleted", "check", true],
    [409, "Exceeded MaxWaiting", "pause", true],
    [409, "Exceeded MaxRequestBatch of 1", "pause", true],
    [409, "Message Size Exceeds MaxBytes", "pause", true],
    [409, "Leadership Change", "again", true],
    [409, "Server Shutdown", "pause", true],
    [503, "", "check", true],
    [400, "Bad Request", "pause", true],
    [599, "never heard of", "pause", true],
  ])("%i %s: %s", (code, description, next, disturbed) => {
    expect(readPullStatus(code, description)).toMatchObject({ next, disturbed });
  });
});
