// What goes wrong in a task, around it and with its message: each ends the task with a clear error and leaves the worker as it was.

import { PayloadTooLargeError } from "@troupe/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BROKERS, World } from "../support/world.ts";

const MIB = 1024 * 1024;

class Account {
  readonly id = 1;
}

const circular: { self?: unknown } = {};
circular.self = circular;

const throwing = {
  get value(): unknown {
    throw new Error("no value");
  },
};
const proxy = new Proxy(
  {},
  {
    ownKeys: () => {
      throw new Error("no keys");
    },
  },
);

/** Values that cannot travel, and what the error says of them. */
const UNTRAVELLED: readonly (readonly [what: string, value: () => unknown, says: string])[] = [
  ["a function", () => () => 1, "a function"],
  ["a symbol", () => Symbol("s"), "a symbol"],
  ["a bigint over 64 bits", () => 2n ** 64n, "64 bits"],
  ["a circular object", () => circular, "circular"],
  ["a proxy that throws", () => proxy, "no keys"],
  ["a getter that throws", () => throwing, "no value"],
  ["an invalid date", () => new Date(Number.NaN), "an invalid Date"],
  ["a map", () => new Map([[1, 2]]), "an instance of Map"],
  ["a set", () => [new Set([1])], "result[0]"],
  ["a regular expression", () => /x/, "an instance of RegExp"],
  ["a class instance", () => ({ account: new Account() }), "result.account"],
  ["a stream", () => new ReadableStream(), "ReadableStream"],
  ["an array of too many elements", () => Array.from({ length: 110_001 }, () => 0), "more than 110000 elements"],
  ["nesting without end", () => nested(100), "nested deeper than"],
];

/** What handlers throw that is no error, and what becomes of it. */
const ODDITIES: readonly (readonly [what: string, thrown: () => unknown, message: string])[] = [
  ["null", () => null, "null"],
  ["undefined", () => undefined, "undefined"],
  ["a string", () => "just text", "just text"],
  ["a number", () => 42, "42"],
  ["an object", () => ({ reason: 1 }), '{"reason":1}'],
  ["a frozen error", () => Object.freeze(new Error("cold")), "cold"],
  ["a circular object", () => circular, "could not be read"],
  ["a proxy that throws", () => proxy, "could not be read"],
];

function nested(depth: number): unknown {
  return depth === 0 ? 1 : [nested(depth - 1)];
}

describe.each(BROKERS)("a failure over %s", (broker) => {
  let world: World;
  beforeAll(async () => {
    world = await World.open(broker);
    await world.worker({ concurrency: 4 });
    world.service.task("failures.return", (i: number) => UNTRAVELLED[i]?.[1]());
    world.service.task("failures.throw", (i: number) => Promise.reject(ODDITIES[i]?.[1]()));
    world.service.task("failures.echo", (value: unknown) => value);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  it.each(UNTRAVELLED.map(([what], i) => [what, i] as const))(
    "by a result that is %s: FAILURE that says so",
    async (_, i) => {
      const result = await world.client.sendTask("failures.return", [i]);
      await expect(result.get({ timeout: "10s" })).rejects.toMatchObject({
        code: "TROUPE_SERIALIZATION",
        message: expect.stringContaining(UNTRAVELLED[i]?.[2] ?? ""),
      });
      expect(await result.state()).toBe("FAILURE");
    },
  );

  it.each(ODDITIES.map(([what], i) => [what, i] as const))("by throwing %s: FAILURE with an error", async (_, i) => {
    const result = await world.client.sendTask("failures.throw", [i]);
    const error: unknown = await result.get({ timeout: "10s" }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ message: expect.stringContaining(ODDITIES[i]?.[2] ?? "") });
  });

  it("by an error with enormous parts: it arrives, cut", async () => {
    world.service.task("failures.enormous", () => {
      const cause = Array.from({ length: 1_000 }).reduce<Error>(
        (inner) => new Error("c", { cause: inner }),
        new Error("c"),
      );
      const errors = Array.from({ length: 10_000 }, (_, i) => new Error(String(i)));
      throw Object.assign(new AggregateError(errors, "m".repeat(2 * MIB), { cause }), { stack: "s".repeat(2 * MIB) });
    });
    const result = await world.client.sendTask("failures.enormous");
    const error: unknown = await result.get({ timeout: "10s" }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(AggregateError);
    expect(JSON.stringify(await result.info()).length).toBeLessThan(MIB);
  });

  it("by arguments that cannot travel: refused in the caller, with their place", async () => {
    const send = (value: unknown) => world.client.sendTask("failures.echo", [{ deep: [value] }]);
    await expect(send(() => 1)).rejects.toThrow("args[0].deep[0] cannot be sent: it is a function");
    await expect(send(new Account())).rejects.toThrow("an instance of Account");
    await expect(world.client.sendTask("failures.echo", [], { kwargs: { a: circular } })).rejects.toThrow(
      "kwargs.a.self",
    );
    await expect(world.client.sendTask("failures.echo", [], { headers: { a: proxy } })).rejects.toThrow("no keys");
  });

  it("by arguments that are too large: refused in the caller, with both sizes", async () => {
    const sending = world.client.sendTask("failures.echo", ["x".repeat(2 * MIB)]);
    const error: unknown = await sending.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(PayloadTooLargeError);
    expect(error).toMatchObject({ code: "TROUPE_PAYLOAD_TOO_LARGE", limitBytes: world.transport.maxMessageBytes });
    expect(error).toMatchObject({
      message: expect.stringMatching(/is 2097\d{3} bytes, the broker takes at most 10\d{5}/),
    });
    expect(await world.transport.tasks.count("default")).toEqual({ waiting: 0, unsettled: 0 });
  });

  it("by a message just at the limit: it is taken or refused, but never half", async () => {
    const sizes = Array.from({ length: 24 }, (_, i) => MIB - 640 + i * 32);
    const sent = await Promise.allSettled(
      sizes.map((size) => world.client.sendTask<string>("failures.echo", ["x".repeat(size)])),
    );
    const codes = sent.map((outcome) => (outcome.status === "rejected" ? outcome.reason.code : "sent"));
    expect(codes[0]).toBe("sent");
    expect(codes.at(-1)).toBe("TROUPE_PAYLOAD_TOO_LARGE");
    expect(new Set(codes)).toEqual(new Set(["sent", "TROUPE_PAYLOAD_TOO_LARGE"]));
    for (const outcome of sent) {
      if (outcome.status === "rejected") continue;
      const value = await outcome.value.get({ timeout: "20s", propagate: false });
      if (value instanceof Error && !(value instanceof PayloadTooLargeError)) throw value;
    }
    await world.emptied();
  });

  it("by a result that is too large: FAILURE with both sizes", async () => {
    world.service.task("failures.large", () => "x".repeat(2 * MIB));
    const result = await world.client.sendTask("failures.large");
    await expect(result.get({ timeout: "10s" })).rejects.toMatchObject({
      code: "TROUPE_PAYLOAD_TOO_LARGE",
      message: expect.stringMatching(/result.* is 2097\d{3} bytes, the broker takes at most 10\d{5}/),
    });
    expect(await result.state()).toBe("FAILURE");
  });

  it("by an unknown task: FAILURE that says what to do, and a dead letter", async () => {
    const result = await world.client.sendTask("failures.nobody", [], { queue: "default" });
    await expect(result.get({ timeout: "10s" })).rejects.toMatchObject({
      code: "TROUPE_NOT_REGISTERED",
      message: expect.stringContaining("import its module there"),
    });
    expect(await world.reported()).toContain("not-registered");
  });

  it.each(["__proto__", "constructor", "toString", "hasOwnProperty"])(
    "by the unknown task %s: it is not found in an object",
    async (name) => {
      const result = await world.client.sendTask(name);
      await expect(result.get({ timeout: "10s" })).rejects.toMatchObject({ code: "TROUPE_NOT_REGISTERED" });
    },
  );

  it("by a content type that the worker does not accept: a dead letter, the task is not run", async () => {
    let runs = 0;
    const strict = world.app({ acceptContent: ["json"] });
    strict.task("failures.strict", () => ++runs);
    await world.worker({ queues: ["strict"] }, strict);
    await world.client.sendTask("failures.strict", [], { queue: "strict", serializer: "msgpack" });
    await world.emptied("strict");
    expect(await world.reported("strict")).toEqual(["refused-content"]);
    const json = await world.client.sendTask("failures.strict", [], { queue: "strict", serializer: "json" });
    expect(await json.get({ timeout: "10s" })).toBe(1);
  });

  it("leaves the worker at work", async () => {
    const result = await world.client.sendTask("failures.echo", ["still here"]);
    expect(await result.get({ timeout: "10s" })).toBe("still here");
  });
});
