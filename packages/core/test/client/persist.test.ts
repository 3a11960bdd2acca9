import { expect, it } from "vitest";
import { Abandoned, persist } from "../../src/client/persist.ts";
import {
  BrokerRefusedError,
  BrokerTimeoutError,
  PayloadTooLargeError,
  QueueFullError,
  SerializationError,
} from "../../src/model/errors.ts";
import { StubHost } from "../support/hosts.ts";
import { nextTurn, outcomeOf, soon } from "../support/outcomes.ts";

/** A write that fails with these errors, then succeeds. */
function failing(...errors: readonly Error[]): { readonly write: () => Promise<string>; readonly tries: () => number } {
  const left = [...errors];
  let tries = 0;
  const write = async (): Promise<string> => {
    tries += 1;
    const error = left.shift();
    if (error) throw error;
    return "written";
  };
  return { write, tries: () => tries };
}

it("writes once when that succeeds, without a timer or a word", async () => {
  const host = new StubHost();
  const { write, tries } = failing();
  expect(await persist(host, "the result", write)).toBe("written");
  expect([tries(), host.clock.armed, host.lines]).toEqual([1, 0, []]);
});

it("repeats until it succeeds, after longer and longer pauses", async () => {
  const host = new StubHost();
  const errors = Array.from({ length: 8 }, () => new BrokerTimeoutError("no answer"));
  const { write, tries } = failing(...errors, new QueueFullError("full"), new BrokerRefusedError("no"));
  const done = persist(host, "the result", write);
  const pauses: number[] = [];
  for (let last = 0; (await soon(done)) === "pending"; last = host.clock.monotonic()) {
    const before = tries();
    while (tries() === before) {
      host.clock.advance(100);
      await nextTurn();
    }
    pauses.push(host.clock.monotonic() - last);
  }
  expect(await done).toBe("written");
  expect(pauses).toEqual([100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000, 5_000, 5_000]);
  expect(host.lines).toHaveLength(10);
  expect(host.lines[0]).toMatchObject({
    level: "warn",
    message: "the broker did not take the result; it is sent again",
    fields: { err: errors[0] },
  });
});

it("tries at once when the broker is back", async () => {
  const host = new StubHost();
  const { write } = failing(new BrokerTimeoutError("no answer"));
  const done = persist(host, "the result", write);
  await nextTurn();
  host.transport.change({ type: "connected", restarted: true });
  expect(await done).toBe("written");
  expect(host.clock.armed).toBe(0);
});

it.each([new PayloadTooLargeError("result", 2, 1), new SerializationError("no")])(
  "does not repeat what repeating cannot help: %s",
  async (error) => {
    const { write, tries } = failing(error);
    await expect(persist(new StubHost(), "the result", write)).rejects.toBe(error);
    expect(tries()).toBe(1);
  },
);

it("gives up after a cold stop", async () => {
  const host = new StubHost();
  host.abandoned = true;
  const { write, tries } = failing(new BrokerTimeoutError("no answer"));
  await expect(persist(host, "the result", write)).rejects.toBeInstanceOf(Abandoned);
  expect(tries()).toBe(1);
});

it("writes nothing more when a cold stop comes during a pause", async () => {
  const host = new StubHost();
  const { write, tries } = failing(new BrokerTimeoutError("no answer"));
  const done = outcomeOf(persist(host, "the result", write));
  await nextTurn();
  host.abandoned = true;
  host.clock.advance(100);
  expect(await done).toBeInstanceOf(Abandoned);
  expect(tries()).toBe(1);
});
