import { pino } from "pino";
import { expect, it } from "vitest";
import { Reject, TaskRevokedError } from "../../src/model/errors.ts";
import { logEnd, logReceived, logRetry } from "../../src/worker/log-task.ts";
import type { FinalOutcome } from "../../src/worker/outcome.ts";
import { type Line, rememberingLogger } from "../support/loggers.ts";
import { messageOf } from "../support/messages.ts";

const throwing = (): never => {
  throw new Error("hostile");
};

function lineOf(outcome: FinalOutcome, shadow: string | null = null): Line {
  const lines: Line[] = [];
  logEnd(messageOf({ args: ["secret"], shadow }), outcome, 1_234.5, rememberingLogger(lines));
  const [line] = lines;
  if (!line || lines.length !== 1) throw new Error(`${lines.length} lines were logged`);
  return line;
}

it("tells that a task arrived, by its shown name", () => {
  const lines: Line[] = [];
  logReceived(messageOf({ shadow: "shown" }), rememberingLogger(lines));
  expect(lines).toEqual([
    { level: "info", message: "Task shown[task-1] received", fields: { task: "proj.add", taskId: "task-1" } },
  ]);
});

it.each([
  [3_000, "3s"],
  [250, "0.25s"],
  [0, "0s"],
  [-5, "0s"],
  [180_000, "180s"],
])("tells that a task runs again, after %d ms", (delayMs, seconds) => {
  const lines: Line[] = [];
  logRetry(messageOf({ args: ["secret"] }), new TypeError("busy"), delayMs, rememberingLogger(lines));
  expect(lines).toMatchObject([
    {
      level: "info",
      message: `Task proj.add[task-1] retry: Retry in ${seconds}: TypeError: busy`,
      fields: { task: "proj.add", taskId: "task-1", err: { type: "TypeError" } },
    },
  ]);
});

it.each<readonly [FinalOutcome, string, string]>([
  [{ state: "SUCCESS", value: "secret" }, "info", "Task proj.add[task-1] succeeded in 1.234s"],
  [
    { state: "FAILURE", error: new TypeError("no"), expected: true },
    "info",
    "Task proj.add[task-1] raised expected: TypeError: no",
  ],
  [
    { state: "FAILURE", error: new TypeError("no"), expected: false },
    "error",
    "Task proj.add[task-1] raised unexpected: TypeError: no",
  ],
  [{ state: "FAILURE", error: null, expected: false }, "error", "Task proj.add[task-1] raised unexpected: Error: null"],
  [
    { state: "REVOKED", error: new TaskRevokedError("late") },
    "info",
    "Discarding revoked task: proj.add[task-1]: late",
  ],
  [{ state: "REJECTED", error: new Reject("bad") }, "warn", "Task proj.add[task-1] reject requeue=false: bad"],
  [{ state: "IGNORED" }, "info", "Task proj.add[task-1] ignored"],
])("tells how a task ended: %j", (outcome, level, message) => {
  const line = lineOf(outcome);
  expect([line.level, line.message.replace("1.235s", "1.234s")]).toEqual([level, message]);
  expect(JSON.stringify(line)).not.toContain("secret");
});

it("gives the error with an unexpected failure only", () => {
  const error = new TypeError("no");
  expect(lineOf({ state: "FAILURE", error, expected: false }).fields).toHaveProperty("err");
  expect(lineOf({ state: "FAILURE", error, expected: true }).fields).not.toHaveProperty("err");
});

it.each<readonly [string, unknown]>([
  ["a proxy that throws", new Proxy({}, { get: throwing, getPrototypeOf: throwing, has: throwing })],
  ["a proxy of an error that throws", new Proxy(new Error("x"), { get: throwing })],
  ["an error whose message throws", Object.defineProperty(new Error("x"), "message", { get: throwing })],
  ["an error whose stack throws", Object.defineProperty(new Error("x"), "stack", { get: throwing })],
  [
    "an error with a field that throws",
    Object.defineProperty(new Error("x"), "f", { enumerable: true, get: throwing }),
  ],
  ["an error whose toJSON throws", Object.assign(new Error("x"), { toJSON: throwing })],
])("writes a line about %s by pino itself", (_what, error) => {
  const written: string[] = [];
  const logger = pino({ level: "info" }, { write: (line: string) => void written.push(line) });
  expect(() => logEnd(messageOf(), { state: "FAILURE", error, expected: false }, 1, logger)).not.toThrow();
  expect(written).toHaveLength(1);
});

it("writes one line for a message with line breaks and forged fields", () => {
  const written: string[] = [];
  const logger = pino({ level: "info" }, { write: (line: string) => void written.push(line) });
  const error = new Error('x\n{"level":30,"msg":"forged"}\u001b]0;title\u0007');
  logEnd(messageOf({ shadow: "a\nb" }), { state: "FAILURE", error, expected: false }, 1, logger);
  expect(written).toHaveLength(1);
  const [line] = written;
  for (const raw of ["\u001b", "\u0007", "\nb"]) expect(line).not.toContain(raw);
  expect(line?.trimEnd()).not.toContain("\n");
});

it("gives the type of an error in what pino writes", () => {
  const written: string[] = [];
  const logger = pino({ level: "info" }, { write: (line: string) => void written.push(line) });
  logEnd(messageOf(), { state: "FAILURE", error: new TypeError("no"), expected: false }, 1, logger);
  logRetry(messageOf(), new RangeError("busy"), 10, logger);
  expect(written.map((line): unknown => JSON.parse(line))).toMatchObject([
    { err: { type: "TypeError", message: "no" } },
    { err: { type: "RangeError", message: "busy" } },
  ]);
});
