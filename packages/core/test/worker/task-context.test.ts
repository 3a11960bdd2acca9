import { expect, it } from "vitest";
import type { AnySignature } from "../../src/client/signature.ts";
import { InvalidArgumentError, SerializationError } from "../../src/model/errors.ts";
import type { TaskMessage } from "../../src/model/task-message.ts";
import { ENDED, TaskContext } from "../../src/worker/task-context.ts";
import { NO_CANVAS_CONTEXT } from "../support/hosts.ts";
import { rememberingLogger } from "../support/loggers.ts";
import { messageOf } from "../support/messages.ts";
import { canvasOf } from "../support/steps.ts";

class Scene {
  readonly saved: unknown[] = [];
  readonly children: object[] = [];
  readonly aborter = new AbortController();
  readonly context: TaskContext;

  constructor(message: Partial<TaskMessage> = {}) {
    const info = { queue: "default", priority: null, redelivered: true, isEager: false };
    const logger = { ...rememberingLogger([]) };
    logger.child = (fields) => {
      this.children.push(fields);
      return logger;
    };
    const saveState = async (state: string, meta: unknown): Promise<void> => {
      this.saved.push([state, meta]);
    };
    const signal = (): AbortSignal => this.aborter.signal;
    this.context = new TaskContext(messageOf(message), info, {
      hostname: "w1@host",
      logger,
      saveState,
      signal,
      ...NO_CANVAS_CONTEXT,
    });
  }
}

it("cannot be replaced without end: its replacements could not be read any more", () => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what takes its place does not matter here
  const other = {} as AnySignature;
  const replaced = (nesting: number) => () => new Scene({ canvas: canvasOf({ nesting }) }).context.replace(other);
  expect(replaced(99)).toThrow("must not be caught");
  expect(replaced(100)).toThrow("replaced 100 times");
});

it("refuses what is added to its chord after the end", async () => {
  const { context } = new Scene();
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what is added does not matter here
  const member = {} as AnySignature;
  await context.addToChord(member);
  context[ENDED]();
  await expect(context.addToChord(member)).rejects.toThrow(
    "task task-1 (proj.add) has ended, and its chord does not wait for what it adds now; write await this.addToChord(…)",
  );
});

it("tells what its message says", () => {
  const { context } = new Scene({
    kwargs: { debug: true },
    headers: { tenant: "a" },
    rootId: "root",
    parentId: "parent",
    retries: 2,
    expires: 1_000,
  });
  const { id, name, args, kwargs, headers, rootId, parentId, retries, expires, hostname, deliveryInfo } = context;
  expect({ id, name, args, kwargs, headers, rootId, parentId, retries, expires, hostname, deliveryInfo }).toEqual({
    id: "task-1",
    name: "proj.add",
    args: [2, 2],
    kwargs: { debug: true },
    headers: { tenant: "a" },
    rootId: "root",
    parentId: "parent",
    retries: 2,
    expires: new Date(1_000),
    hostname: "w1@host",
    deliveryInfo: { queue: "default", priority: null, redelivered: true, isEager: false },
  });
  expect(new Scene().context.expires).toBeNull();
});

it("asks for its signal when a handler does", () => {
  const { context, aborter } = new Scene();
  expect(context.signal).toBe(aborter.signal);
});

it("makes one logger, which names the task", () => {
  const { context, children } = new Scene();
  expect(context.log).toBe(context.log);
  expect(children).toEqual([{ task: "proj.add", taskId: "task-1" }]);
});

it("saves states of the task's own", async () => {
  const { context, saved } = new Scene();
  await context.updateState("WARMING");
  await context.updateState("COPYING", { file: "a" });
  await context.progress(5, 10);
  expect(saved).toEqual([
    ["WARMING", null],
    ["COPYING", { file: "a" }],
    ["PROGRESS", { done: 5, total: 10 }],
  ]);
});

it.each(["", "SUCCESS", "FAILURE", "PENDING", "STARTED", "RETRY", "REVOKED", "x".repeat(65), 5, null])(
  "refuses to set the state %j",
  async (state) => {
    const { context, saved } = new Scene();
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- handlers in JavaScript give anything
    await expect(context.updateState(state as string)).rejects.toBeInstanceOf(InvalidArgumentError);
    expect(saved).toEqual([]);
  },
);

it("refuses a meta value that cannot travel", async () => {
  const { context, saved } = new Scene();
  await expect(context.updateState("COPYING", { file: () => 1 })).rejects.toBeInstanceOf(SerializationError);
  expect(saved).toEqual([]);
});
