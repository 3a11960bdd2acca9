// The lines about single tasks. Arguments and results are not logged: they may hold secrets.

import { SoftTimeLimitExceeded, type TimeLimitExceeded } from "../model/errors.ts";
import { failureOf } from "../model/failure.ts";
import type { TaskMessage } from "../model/task-message.ts";
import type { Logger } from "../platform/logger.ts";
import type { FinalOutcome } from "./outcome.ts";

/** Says that a task arrived. */
export function logReceived(message: TaskMessage, logger: Logger): void {
  logger.info(fieldsOf(message), `Task ${labelOf(message)} received`);
}

/** Says how a task ended, before that is stored. */
export function logEnd(message: TaskMessage, outcome: FinalOutcome, runtimeMs: number, logger: Logger): void {
  const fields = fieldsOf(message);
  const label = `Task ${labelOf(message)}`;
  switch (outcome.state) {
    case "SUCCESS":
      logger.info({ ...fields, runtimeMs }, `${label} succeeded in ${(runtimeMs / 1_000).toFixed(3)}s`);
      break;
    case "FAILURE":
      if (outcome.expected) logger.info(fields, `${label} raised expected: ${textOf(outcome.error)}`);
      else
        logger.error({ ...fields, err: errOf(outcome.error) }, `${label} raised unexpected: ${textOf(outcome.error)}`);
      break;
    case "REVOKED":
      logger.info(fields, `Discarding revoked task: ${labelOf(message)}: ${outcome.error.message}`);
      break;
    case "REJECTED":
      logger.warn(fields, `${label} reject requeue=false: ${outcome.error.message}`);
      break;
    case "IGNORED":
      logger.info(fields, `${label} ignored`);
      break;
  }
}

/** Says that a task ran longer than a limit. */
export function logLimit(message: TaskMessage, error: TimeLimitExceeded | SoftTimeLimitExceeded, logger: Logger): void {
  const isSoft = error instanceof SoftTimeLimitExceeded;
  const text = `${isSoft ? "Soft" : "Hard"} time limit (${error.limitMs / 1_000}s) exceeded for ${labelOf(message)}`;
  if (isSoft) logger.warn(fieldsOf(message), text);
  else logger.error(fieldsOf(message), text);
}

/** Says that a task runs again, and why. */
export function logRetry(message: TaskMessage, error: unknown, delayMs: number, logger: Logger): void {
  const seconds = Number((Math.max(delayMs, 0) / 1_000).toFixed(3));
  const err = errOf(error);
  logger.info({ ...fieldsOf(message), err }, `Task ${labelOf(message)} retry: Retry in ${seconds}s: ${textOf(error)}`);
}

function fieldsOf(message: TaskMessage): object {
  return { task: message.name, taskId: message.id };
}

function labelOf(message: TaskMessage): string {
  return `${message.shadow ?? message.name}[${message.id}]`;
}

// Pino writes the name of an error's constructor as its type, which is "Object" for plain data; without one, its name.
function errOf(error: unknown): object {
  const failure = failureOf(error);
  return { ...failure, name: failure.type, constructor: undefined };
}

function textOf(error: unknown): string {
  const { type, message } = failureOf(error);
  return `${type}: ${message}`;
}
