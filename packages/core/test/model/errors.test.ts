import { expect, it } from "vitest";
import type { ErrorCode } from "../../src/model/errors.ts";
import * as errors from "../../src/model/errors.ts";

const SAMPLES = {
  TROUPE_CONFIG: () => new errors.ConfigError("m"),
  TROUPE_INVALID_ARGUMENT: () => new errors.InvalidArgumentError("m"),
  TROUPE_INVALID_CANVAS: () => new errors.InvalidCanvasError("m"),
  TROUPE_UNSUPPORTED: () => new errors.UnsupportedError("m"),
  TROUPE_NOT_REGISTERED: () => new errors.NotRegistered("m"),
  TROUPE_ALREADY_REGISTERED: () => new errors.AlreadyRegisteredError("m"),
  TROUPE_QUEUE_NOT_FOUND: () => new errors.QueueNotFound("m"),
  TROUPE_QUEUE_FULL: () => new errors.QueueFullError("m"),
  TROUPE_PAYLOAD_TOO_LARGE: () => new errors.PayloadTooLargeError("the message", 2_000, 1_000),
  TROUPE_SERIALIZATION: () => new errors.SerializationError("m"),
  TROUPE_INVALID_MESSAGE: () => new errors.InvalidMessageError("m"),
  TROUPE_BROKER_UNREACHABLE: () => new errors.BrokerUnreachableError("m"),
  TROUPE_BROKER_REFUSED: () => new errors.BrokerRefusedError("m"),
  TROUPE_BROKER_TIMEOUT: () => new errors.BrokerTimeoutError("m"),
  TROUPE_OUTCOME_UNKNOWN: () => new errors.OutcomeUnknownError("task-1", "m"),
  TROUPE_TOPOLOGY: () => new errors.TopologyError("m"),
  TROUPE_CLOSED: () => new errors.ClosedError("m"),
  TROUPE_TASK_TIMEOUT: () => new errors.TaskTimeoutError("task-1", 1_000),
  TROUPE_TASK_REVOKED: () => new errors.TaskRevokedError("m"),
  TROUPE_TASK_EXISTS: () => new errors.TaskExistsError("id-1", "text"),
  TROUPE_TASK_REJECTED: () => new errors.Reject("m"),
  TROUPE_WORKER_LOST: () => new errors.WorkerLostError("m"),
  TROUPE_TIME_LIMIT: () => new errors.TimeLimitExceeded("m", 1),
  TROUPE_SOFT_TIME_LIMIT: () => new errors.SoftTimeLimitExceeded("m", 1),
  TROUPE_MAX_RETRIES: () => new errors.MaxRetriesExceededError("proj.add", "task-1", 3),
  TROUPE_CHORD: () => new errors.ChordError("m"),
  TROUPE_GET_INSIDE_TASK: () => new errors.GetInsideTaskError("task-1"),
  TROUPE_RESULT_FORGOTTEN: () => new errors.ResultForgottenError("task-1"),
  TROUPE_INCOMPLETE: () => new errors.IncompleteStream("text"),
  TROUPE_LIMIT_REACHED: () => new errors.LimitReachedError("m"),
  TROUPE_REMOTE: () => new errors.RemoteError("RemoteError", "m"),
} satisfies Record<ErrorCode, () => errors.TroupeError>;

it.each(Object.entries(SAMPLES))("%s is the code of one class, which bears its own name", (code, make) => {
  const error = make();
  expect(error).toBeInstanceOf(errors.TroupeError);
  expect(error).toBeInstanceOf(Error);
  expect(error.code).toBe(code);
  expect(error.name).toBe(error.constructor.name);
  expect(error.stack).toContain(error.message);
});

it("has a sample here of every class", () => {
  const classes = Object.values(errors).filter((value) => value.prototype instanceof errors.TroupeError);
  const sampled = Object.values(SAMPLES).map((make) => make().constructor);
  expect(new Set(sampled)).toEqual(new Set(classes));
});

it("keeps the cause", () => {
  const cause = new Error("inner");
  expect(new errors.BrokerUnreachableError("m", { cause }).cause).toBe(cause);
  expect(new errors.OutcomeUnknownError("task-1", "m", { cause }).cause).toBe(cause);
  expect("cause" in new errors.ConfigError("m")).toBe(false);
});

it("says what can be done, with the values", () => {
  expect(new errors.PayloadTooLargeError("the message", 2_000, 1_000)).toMatchObject({
    sizeBytes: 2_000,
    limitBytes: 1_000,
    message: expect.stringMatching(/the message is 2000 bytes, the broker takes at most 1000; .*max_payload/),
  });
  expect(new errors.TaskTimeoutError("task-1", 1_000)).toMatchObject({
    taskId: "task-1",
    message: expect.stringMatching(/task-1 did not finish within 1000 ms/),
  });
  expect(new errors.OutcomeUnknownError("task-1", "m")).toMatchObject({ taskId: "task-1" });
  expect(new errors.MaxRetriesExceededError("proj.add", "task-1", 3)).toMatchObject({
    task: "proj.add",
    taskId: "task-1",
    retries: 3,
    message: expect.stringMatching(
      /task task-1 \(proj.add\) cannot be retried any more after 3 retries; raise maxRetries/,
    ),
  });
  expect(new errors.GetInsideTaskError("task-1").message).toContain("allowInTask");
  expect(new errors.Reject("why")).toMatchObject({ message: "why", requeue: false });
  expect(new errors.Reject("why", { requeue: true }).requeue).toBe(true);
  expect(new errors.Ignore()).toMatchObject({ name: "Ignore", message: "ignored" });
});
