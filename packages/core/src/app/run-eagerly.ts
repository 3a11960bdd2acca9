// Runs a task in the calling process: `apply`, direct calls, and everything in always-eager mode. Arguments and result take the
// trip through the serializer, so that what would fail on the wire fails here too.

import os from "node:os";
import { EagerResult, type ResultPorts } from "../client/async-result.ts";
import { type Call, type Callee, composeMessage } from "../client/compose-message.ts";
import { serializerNamed } from "../codec/serializer.ts";
import { travel } from "../codec/travel.ts";
import { failureOf } from "../model/failure.ts";
import type { TaskMessage } from "../model/task-message.ts";
import type { FinalRecord } from "../model/task-record.ts";
import type { Logger } from "../platform/logger.ts";
import { executeTask, type Within } from "../worker/execute-task.ts";
import type { FinalOutcome, Outcome } from "../worker/outcome.ts";
import type { RegisteredTask } from "../worker/registered-task.ts";
import { TaskContext } from "../worker/task-context.ts";

/** What running here works with. */
export interface EagerPorts extends ResultPorts {
  readonly within: Within;
  readonly logger: () => Logger;
}

/** Name that a task which runs in its caller's process sees as its worker. */
const HERE = `eager@${os.hostname()}`;

// Nobody stops the process that is its own worker.
const NEVER_ABORTED = new AbortController().signal;

/** Runs a call to its end. */
export async function runEagerly<R>(
  task: RegisteredTask,
  callee: Callee,
  call: Call,
  ports: EagerPorts,
): Promise<EagerResult<R>> {
  const serializer = serializerNamed(call.options.serializer ?? callee.serializer);
  const args = travel(call.args, serializer, "args");
  const kwargs = travel(call.kwargs, serializer, "kwargs");
  const message = directMessage(callee, { ...call, args, kwargs }, ports);
  const startedAt = ports.clock.monotonic();
  const ran = await executeTask(task, message, eagerContext(message, ports), ports.within);
  const outcome = travelled(ran, (value) => travel(value, serializer, "result"));
  const final: FinalRecord = {
    id: message.id,
    gen: 0,
    state: outcome.state,
    name: message.name,
    value: outcome.state === "SUCCESS" ? outcome.value : null,
    error: "error" in outcome ? failureOf(outcome.error) : null,
    hidden: message.ignoreResult,
    deadLetter: null,
    forgotten: false,
    worker: HERE,
    at: ports.clock.now(),
    runtimeMs: ports.clock.monotonic() - startedAt,
    retries: 0,
  };
  const error = "error" in outcome && outcome.error instanceof Error ? { error: outcome.error } : {};
  return new EagerResult<R>(message.id, ports, { mark: null, ignored: message.ignoreResult, final, ...error });
}

function travelled(outcome: Outcome, onWire: (value: unknown) => unknown): FinalOutcome {
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
export function eagerContext(message: TaskMessage, ports: EagerPorts): TaskContext {
  const deliveryInfo = { queue: message.queue, redelivered: false, isEager: true };
  // Nobody can ask for the state of a task that nobody but its caller knows.
  return new TaskContext(message, deliveryInfo, {
    hostname: HERE,
    logger: ports.logger(),
    saveState: async () => {},
    signal: () => NEVER_ABORTED,
  });
}

/** The message that a call in this process would be. */
export function directMessage(callee: Callee, call: Call, ports: EagerPorts): TaskMessage {
  return composeMessage(callee, call, { caller: ports.running.getStore(), reply: null, expires: null, origin: null });
}
