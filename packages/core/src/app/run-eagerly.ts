// Runs a task in the calling process: `apply`, direct calls, and everything in always-eager mode. Arguments and result take the
// trip through the serializer, so that what would fail on the wire fails here too.

import os from "node:os";
import type { ResultPorts } from "../client/async-result.ts";
import { type Call, type Callee, composeMessage } from "../client/compose-message.ts";
import { inheritedHeaders } from "../client/inherit-headers.ts";
import type { Outgoing } from "../client/outgoing.ts";
import type { Serializer } from "../codec/serializer.ts";
import { travel } from "../codec/travel.ts";
import { checkOwnEvent } from "../events/own-event.ts";
import { InvalidCanvasError } from "../model/errors.ts";
import { failureOf } from "../model/failure.ts";
import type { Flow } from "../model/flow.ts";
import type { TaskMessage } from "../model/task-message.ts";
import type { FinalRecord } from "../model/task-record.ts";
import type { Logger } from "../platform/logger.ts";
import { executeTask, type Within } from "../worker/execute-task.ts";
import type { FinalOutcome, NextOutcome, Outcome } from "../worker/outcome.ts";
import type { RegisteredTask } from "../worker/registered-task.ts";
import { replacementOf } from "../worker/replacement.ts";
import { reportEnd, reportRetry } from "../worker/report-outcome.ts";
import { nextMessage } from "../worker/retry-task.ts";
import { TaskContext } from "../worker/task-context.ts";

/** What running here works with. */
export interface EagerPorts extends ResultPorts {
  readonly outgoing: Outgoing;
  readonly within: Within;
  readonly logger: () => Logger;
  /** Freezes a canvas that takes the place of a task. */
  readonly freeze: (signature: unknown, message: TaskMessage) => Flow;
}

/** Name that a task which runs in its caller's process sees as its worker. */
const HERE = `eager@${os.hostname()}`;

// Nobody stops the process that is its own worker.
const NEVER_ABORTED = new AbortController().signal;

/** How a message's run ended here. */
export interface EagerEnd {
  readonly final: FinalRecord;
  /** The very error, where one was thrown. */
  readonly error: Error | null;
}

/** Runs a message to its end; or gives the canvas that takes its place. */
export async function runMessage(
  task: RegisteredTask,
  message: TaskMessage,
  serializer: Serializer,
  ports: EagerPorts,
): Promise<EagerEnd | Flow> {
  const onWire = {
    ...message,
    args: travel(message.args, serializer, "args"),
    kwargs: travel(message.kwargs, serializer, "kwargs"),
  };
  const told = { hooks: ports.outgoing.hooks, own: task.config.hooks };
  const startedAt = ports.clock.monotonic();
  let current: TaskMessage = onWire;
  let ran = await executeTask(task, current, eagerContext(task, current, ports), ports.within);
  // At once: nobody waits for delays here.
  while (ran.state === "RETRY") {
    const before = current;
    current = nextMessage(before, ran, { now: ports.clock.now(), dueAt: null });
    await reportRetry(told, before, ran.error);
    ran = await executeTask(task, current, eagerContext(task, current, ports), ports.within);
  }
  if (ran.state === "REPLACED") return ran.flow;
  const outcome = travelled(ran, (value) => travel(value, serializer, "result"));
  const runtimeMs = ports.clock.monotonic() - startedAt;
  const error = "error" in outcome && outcome.error instanceof Error ? outcome.error : null;
  const { retries, attempts } = current;
  const final = { ...eagerRecord(message, outcome, runtimeMs, ports), retries, ...(attempts && { attempts }) };
  await reportEnd(told, current, outcome, { runtimeMs, isUnknown: false });
  return { final, error };
}

/** The record of a task that runs here. */
export function eagerRecord(
  { id, name, ignoreResult }: Pick<TaskMessage, "id" | "name" | "ignoreResult">,
  outcome: FinalOutcome,
  runtimeMs: number,
  { clock }: EagerPorts,
): FinalRecord {
  return {
    id,
    gen: 0,
    state: outcome.state,
    name,
    value: outcome.state === "SUCCESS" ? outcome.value : null,
    error: "error" in outcome ? failureOf(outcome.error) : null,
    hidden: ignoreResult,
    deadLetter: null,
    forgotten: false,
    worker: HERE,
    at: clock.now(),
    runtimeMs,
    retries: 0,
  };
}

function travelled(outcome: Exclude<Outcome, NextOutcome>, onWire: (value: unknown) => unknown): FinalOutcome {
  if (outcome.state === "RELEASED")
    return { state: "REJECTED", error: new Error("the task asked to be queued again, but runs without a queue") };
  if (outcome.state !== "SUCCESS") return outcome;
  try {
    return { state: "SUCCESS", value: onWire(outcome.value) };
  } catch (error) {
    return { state: "FAILURE", error, expected: false };
  }
}

/** The context of a task that runs in its caller's process. */
export function eagerContext(task: RegisteredTask, message: TaskMessage, ports: EagerPorts): TaskContext {
  const deliveryInfo = { queue: message.queue, priority: message.priority ?? null, redelivered: false, isEager: true };
  // Nobody can ask for the state of a task that nobody but its caller knows.
  return new TaskContext(message, deliveryInfo, {
    hostname: HERE,
    logger: ports.logger(),
    saveState: async () => {},
    // Nor does it have a worker that sends events.
    sendEvent: async (type, fields) => void checkOwnEvent(type, fields),
    signal: () => NEVER_ABORTED,
    freeze: (signature) => ports.freeze(replacementOf(signature, message, task.config.hooks), message),
    addToChord: () =>
      Promise.reject(new InvalidCanvasError("a task that runs in its caller's process cannot add to a chord")),
  });
}

/** The message that a call in this process would be. */
export function directMessage(callee: Callee, call: Call, ports: EagerPorts): TaskMessage {
  const caller = ports.running.getStore();
  return composeMessage(callee, call, {
    caller,
    inherited: inheritedHeaders(caller?.headers, ports.outgoing.inherited),
    reply: null,
    eta: null,
    expires: null,
    origin: null,
  });
}
