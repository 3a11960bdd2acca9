import { expect, it } from "vitest";
import { shardOf } from "../../src/canvas/compile-barriers.ts";
import type { CalleeOptions } from "../../src/canvas/compile-options.ts";
import type { SignatureOptions } from "../../src/canvas/signature-data.ts";
import type { StepOptions } from "../../src/model/flow.ts";
import { compiled, compileEnv, s, set, taskAt } from "../support/compiled-canvas.ts";

const PLAIN: CalleeOptions = {
  queue: "default",
  priority: null,
  ignoreResult: false,
  atMostOnce: false,
  serializer: "msgpack",
  expiresMs: null,
};

function optionsOf(options: SignatureOptions, callee: Partial<CalleeOptions> = {}): StepOptions {
  const env = compileEnv({ callee: () => ({ ...PLAIN, ...callee }) });
  return taskAt(compiled(set(s("a"), options), null, env), 0).options;
}

it.each<readonly [string, SignatureOptions, Partial<CalleeOptions>, StepOptions]>([
  ["nothing that is as by default", { ignoreResult: false, serializer: "msgpack", headers: {} }, {}, {}],
  ["nothing that is not given", { expires: undefined, shadow: undefined, headers: undefined }, {}, {}],
  ["the task's or its route's priority", {}, { priority: 0 }, { priority: 0 }],
  ["a priority", { priority: 7 }, { priority: 1 }, { priority: 7 }],
  [
    "the task's own options",
    {},
    { ignoreResult: true, atMostOnce: true, serializer: "json", expiresMs: 5 },
    { ignoreResult: true, atMostOnce: true, serializer: "json", expiresMs: 5 },
  ],
  [
    "the signature's instead",
    { ignoreResult: false, serializer: "msgpack", expires: "1s" },
    { ignoreResult: true, serializer: "json", expiresMs: 5 },
    { expiresMs: 1_000 },
  ],
  ["a countdown", { countdown: "2s", eta: new Date(5) }, {}, { countdownMs: 2_000 }],
  ["when it is due", { eta: new Date(86_400_000) }, {}, { eta: 86_400_000 }],
  ["a due date before all time as the first", { eta: new Date(-1) }, {}, { eta: 0 }],
  ["time limits", { timeLimit: "2s", softTimeLimit: 0 }, {}, { timeLimitMs: 2_000, softTimeLimitMs: 0 }],
  ["a date", { expires: new Date(86_400_000) }, { expiresMs: 5 }, { expires: 86_400_000 }],
  [
    "texts and headers",
    { shadow: "", argsrepr: "x", kwargsrepr: "y", headers: { h: 1 } },
    {},
    { shadow: "", argsrepr: "x", kwargsrepr: "y", headers: { h: 1 } },
  ],
  [
    "C224 stamps as they are",
    { stampedHeaders: ["one", "list", "shadow", "gone"], one: 42, list: [4, 2], shadow: "stamp" },
    {},
    { stamps: { one: 42, list: [4, 2], shadow: "stamp" } },
  ],
])("keeps %s", (_what, options, callee, expected) => {
  expect(optionsOf(options, callee)).toEqual(expected);
});

it("refuses time limits that meet in a signature and do not fit", () => {
  expect(() => optionsOf({ timeLimit: "1s", softTimeLimit: "1s" })).toThrow(
    'option of a signature of task "a": "softTimeLimit" is 1000 ms, which is not below "timeLimit"',
  );
});

it("shares actors out by FNV-1a", () => {
  const whole = 2 ** 32;
  expect([shardOf("", whole), shardOf("a", whole), shardOf("foobar", whole)]).toEqual([
    0x811c9dc5, 0xe40c292c, 0xbf9cf968,
  ]);
  const counts = Array.from({ length: 16 }, () => 0);
  for (let i = 0; i < 1_600; i++) {
    const shard = shardOf(`group-${i}`, 16);
    counts[shard] = (counts[shard] ?? 0) + 1;
  }
  expect(Math.min(...counts)).toBeGreaterThan(50);
});
