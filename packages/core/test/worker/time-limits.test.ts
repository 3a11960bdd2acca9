import { expect, it } from "vitest";
import { InvalidArgumentError } from "../../src/model/errors.ts";
import type { TimeLimits } from "../../src/model/time-limits.ts";
import { WorkerTimeLimits } from "../../src/worker/time-limits.ts";
import { sourceOf, taskOf } from "../support/hosts.ts";
import { messageOf } from "../support/messages.ts";

type Said = TimeLimits | null;

const hard = (hardMs: number): TimeLimits => ({ softMs: null, hardMs });

/** What holds when these are said: by the call, while the worker runs, by the task, by the worker. */
function limitsOf(call: Said, changed: Said, task: Said, worker: Said): unknown {
  const registered = taskOf(() => 4, { timeLimits: task });
  const limits = new WorkerTimeLimits(sourceOf(registered), worker);
  if (changed)
    limits.set("proj.add", { timeLimit: changed.hardMs ?? undefined, softTimeLimit: changed.softMs ?? undefined });
  return limits.of(registered, messageOf(call ? { timeLimits: call } : {}));
}

it.each<readonly [string, ...(readonly [Said, Said, Said, Said, unknown])]>([
  ["nobody", null, null, null, null, null],
  ["the worker", null, null, null, hard(4), hard(4)],
  ["the task before the worker", null, null, hard(3), hard(4), hard(3)],
  ["who changed it before the task", null, hard(2), hard(3), hard(4), hard(2)],
  ["the caller before all", hard(1), hard(2), hard(3), hard(4), hard(1)],
  ["each about its own", { softMs: 1, hardMs: null }, null, hard(3), null, { softMs: 1, hardMs: 3 }],
  ["the caller, who wants none", hard(0), null, hard(3), hard(4), null],
  [
    "one who wants no hard one",
    { softMs: null, hardMs: 0 },
    null,
    { softMs: 2, hardMs: 3 },
    null,
    { softMs: 2, hardMs: null },
  ],
  ["two that do not fit: the hard one counts", hard(1), null, { softMs: 2, hardMs: 3 }, null, hard(1)],
])("takes the limits of %s", (_who, ...[call, changed, task, worker, expected]) => {
  expect(limitsOf(call, changed, task, worker)).toEqual(expected);
});

it("takes a change back", () => {
  const task = taskOf(() => 4, { timeLimits: hard(3) });
  const limits = new WorkerTimeLimits(sourceOf(task), null);
  limits.set("proj.add", { timeLimit: "5s" });
  expect(limits.of(task, messageOf())).toEqual(hard(5_000));
  limits.set("proj.add", {});
  expect(limits.of(task, messageOf())).toEqual(hard(3));
});

it("refuses a change for a task that is not there, or that does not fit", () => {
  const limits = new WorkerTimeLimits(sourceOf(taskOf()), null);
  expect(() => limits.set("proj.sub", { timeLimit: 5 })).toThrow(InvalidArgumentError);
  expect(() => limits.set("proj.sub", { timeLimit: 5 })).toThrow('task "proj.sub" is not registered in this worker');
  expect(() => limits.set("proj.add", { timeLimit: 5, softTimeLimit: 5 })).toThrow('is not below "timeLimit", 5 ms');
});
