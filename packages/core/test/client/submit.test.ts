import { expect, it } from "vitest";
import { type SubmitPolicy, submit } from "../../src/client/submit.ts";
import {
  BrokerRefusedError,
  BrokerTimeoutError,
  BrokerUnreachableError,
  OutcomeUnknownError,
  PayloadTooLargeError,
  QueueFullError,
} from "../../src/model/errors.ts";
import { ManualClock } from "../../src/testing/manual-clock.ts";
import { eventually } from "../../src/testing/test-probe.ts";
import type { OutgoingTask } from "../../src/transport/task-queue.ts";
import { StubTransport } from "../support/stub-transport.ts";

const TASK: OutgoingTask = {
  queue: "default",
  key: "task-1-0",
  exclusive: false,
  repeat: false,
  contentType: "application/msgpack",
  body: new Uint8Array([1, 2, 3]),
};
const POLICY: SubmitPolicy = {
  maxRetries: Number.POSITIVE_INFINITY,
  intervalStartMs: 0,
  intervalStepMs: 200,
  intervalMaxMs: 1_000,
  timeoutMs: 10_000,
};

const timeout = (): Error => new BrokerTimeoutError("no answer");
const unreachable = (): Error => new BrokerUnreachableError("no connection");

interface Scene {
  readonly transport: StubTransport;
  readonly clock: ManualClock;
  readonly done: Promise<unknown>;
}

/** Submits; `done` is null when it was accepted, else the error. */
function submitting(policy: Partial<SubmitPolicy>, ...answers: readonly Error[]): Scene {
  const transport = new StubTransport();
  const clock = new ManualClock();
  transport.answer("publish", ...answers);
  const done = submit(
    { task: TASK, taskId: "task-1", dueAt: null },
    { ...POLICY, ...policy },
    { transport, clock },
  ).then(
    () => null,
    (error: unknown) => error,
  );
  return { transport, clock, done };
}

/** Moves time on until `count` tries were made. */
async function tries({ transport, clock }: Scene, count: number): Promise<void> {
  await eventually(`try ${count}`, () => {
    if (transport.calls.length < count) clock.advance(50);
    return transport.calls.length >= count;
  });
}

it("is done when the broker has answered, in one try", async () => {
  const { transport, clock, done } = submitting({});
  expect(await done).toBeNull();
  expect(transport.calls).toEqual(["publish task-1-0"]);
  expect(clock.armed).toBe(0);
});

it.each([
  ["full", new QueueFullError("full")],
  ["too large", new PayloadTooLargeError("message", 2, 1)],
  ["refused", new BrokerRefusedError("no permission")],
  ["any other error", new TypeError("broken")],
])("does not repeat what is %s", async (_what, error) => {
  const { transport, done } = submitting({}, error);
  expect(await done).toBe(error);
  expect(transport.calls).toEqual(["publish task-1-0"]);
});

it("marks a repeat only when an earlier try may have arrived", async () => {
  const scene = submitting({}, unreachable(), timeout(), unreachable());
  await tries(scene, 4);
  expect(await scene.done).toBeNull();
  expect(scene.transport.calls).toEqual([
    "publish task-1-0",
    "publish task-1-0",
    "publish task-1-0 repeat",
    "publish task-1-0 repeat",
  ]);
});

it("stores a task that is not due until it is, by the same rules", async () => {
  const transport = new StubTransport();
  const clock = new ManualClock();
  transport.answer("schedule", timeout());
  const done = submit({ task: TASK, taskId: "task-1", dueAt: 7 }, POLICY, { transport, clock });
  await eventually("the second try", () => {
    clock.advance(50);
    return transport.calls.length >= 2;
  });
  await done;
  expect(transport.calls).toEqual(["schedule task-1-0 at 7", "schedule task-1-0 repeat at 7"]);
});

it("sends the very same bytes again", async () => {
  const scene = submitting({}, timeout());
  await tries(scene, 2);
  await scene.done;
  expect(scene.transport.published).toEqual([{ ...TASK, repeat: true }]);
  expect(scene.transport.published[0]?.body).toBe(TASK.body);
});

it("says that nothing was sent when no broker was reached within the deadline", async () => {
  const { transport, clock, done } = submitting({}, ...Array.from({ length: 100 }, unreachable));
  transport.connected = false;
  await eventually("the end of the deadline", async () => {
    clock.advance(1_000);
    return clock.monotonic() > 10_000;
  });
  const error = await done;
  expect(error).toBeInstanceOf(BrokerUnreachableError);
  expect(error).toMatchObject({ message: expect.stringContaining("task task-1 was not sent: no broker at stub:") });
  expect(transport.listeners.size).toBe(0);
});

it("says that the outcome is unknown when a try may have arrived", async () => {
  const scene = submitting({ maxRetries: 2 }, timeout(), unreachable(), unreachable());
  await tries(scene, 3);
  const error = await scene.done;
  expect(error).toBeInstanceOf(OutcomeUnknownError);
  expect(error).toMatchObject({ taskId: "task-1", message: expect.stringContaining('taskId: "task-1"') });
});

it.each([new QueueFullError("the queue is full"), new BrokerRefusedError("no permission"), new TypeError("broken")])(
  "says that the outcome is unknown when only the repeat was refused: %s",
  async (refusal) => {
    const scene = submitting({}, timeout(), unreachable(), refusal);
    await tries(scene, 3);
    const error = await scene.done;
    expect(error).toBeInstanceOf(OutcomeUnknownError);
    expect(error).toMatchObject({ cause: refusal, message: expect.stringContaining(refusal.message) });
  },
);

it("tries once more for each repeat that is allowed", async () => {
  for (const maxRetries of [0, 1, 3]) {
    const scene = submitting({ maxRetries }, ...Array.from({ length: 10 }, unreachable));
    await tries(scene, maxRetries + 1);
    expect(await scene.done).toBeInstanceOf(BrokerUnreachableError);
    expect(scene.transport.calls).toHaveLength(maxRetries + 1);
  }
});

it("pauses longer each time, up to the longest pause", async () => {
  const policy = { intervalStartMs: 100, intervalStepMs: 200, intervalMaxMs: 400 };
  const scene = submitting(policy, ...Array.from({ length: 4 }, timeout));
  const pauses: number[] = [];
  for (let last = 0, count = 2; count <= 5; count++) {
    await eventually("a pause", () => scene.clock.armed === 1);
    while (scene.clock.armed === 1) scene.clock.advance(50);
    pauses.push(scene.clock.monotonic() - last);
    last = scene.clock.monotonic();
  }
  expect(await scene.done).toBeNull();
  expect(pauses).toEqual([100, 300, 400, 400]);
});

it("waits for the connection instead of using up its tries", async () => {
  const { transport, clock, done } = submitting({ maxRetries: 1 }, unreachable());
  transport.connected = false;
  await eventually("the wait", () => transport.listeners.size === 1);
  clock.advance(9_000);
  expect(transport.calls).toHaveLength(1);
  transport.change({ type: "connected", restarted: true });
  expect(await done).toBeNull();
  expect(transport.calls).toHaveLength(2);
  expect(clock.armed).toBe(0);
});
