import { expect, it } from "vitest";
import { MaxRetriesExceededError } from "../../src/model/errors.ts";
import { kw } from "../../src/model/kw.ts";
import { Retry, type RetryOptions } from "../../src/model/retry.ts";
import { DEFAULT_RETRY_RULES } from "../../src/model/retry-policy.ts";
import { askedRetry, automaticRetry } from "../../src/worker/ask-retry.ts";
import { messageOf } from "../support/messages.ts";

const RULES = { ...DEFAULT_RETRY_RULES, delayMs: 70, on: [TypeError] };
const asked = (options: RetryOptions, retries = 0): ReturnType<typeof askedRetry> =>
  askedRetry(messageOf({ retries }), new Retry(options), RULES);

it.each<readonly [RetryOptions, unknown]>([
  [{}, 70],
  [{ countdown: "2s" }, 2_000],
  [{ countdown: 0 }, 0],
  [{ eta: new Date(5) }, { at: 5 }],
  [{ countdown: "2s", eta: new Date(5) }, 2_000],
])("takes the delay of %j", (options, delay) => {
  expect(asked(options)).toMatchObject({ state: "RETRY", delay });
});

it("tells why: the given error, else that it is a retry", () => {
  const exc = new Error("busy");
  expect(asked({ exc })).toMatchObject({ error: exc });
  expect(asked({})).toMatchObject({ error: { name: "Retry" } });
});

it("takes new arguments where they are given", () => {
  expect(asked({})).not.toHaveProperty("args");
  expect(asked({})).not.toHaveProperty("kwargs");
  expect(asked({ args: [] })).toMatchObject({ args: [] });
  expect(asked({ args: [1], kwargs: { z: 2 } })).toMatchObject({ args: [1], kwargs: { z: 2 } });
  expect(asked({ args: [1, kw({ z: 3 })] })).toMatchObject({ args: [1], kwargs: { z: 3 } });
});

it("ends with the given error, else with one that names the task, when the limit is reached", () => {
  const exc = new Error("busy");
  expect(asked({ exc }, 3)).toEqual({ state: "EXHAUSTED", error: exc });
  const { error } = asked({}, 3);
  expect(error).toBeInstanceOf(MaxRetriesExceededError);
  expect(error).toMatchObject({ task: "proj.add", taskId: "task-1", retries: 3 });
  expect(asked({ maxRetries: 4 }, 3).state).toBe("RETRY");
});

it("retries by itself what the task lists, up to its limit", () => {
  const error = new TypeError("busy");
  const message = (retries: number): ReturnType<typeof messageOf> => messageOf({ retries });
  expect(automaticRetry(message(2), error, RULES)).toEqual({ state: "RETRY", error, delay: "automatic", rules: RULES });
  expect(automaticRetry(message(3), error, RULES)).toBeNull();
  expect(automaticRetry(message(0), new RangeError(), RULES)).toBeNull();
});
