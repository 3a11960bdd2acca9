// The one place that decides what an error of the broker or of nats.js means to the core (R34).

import {
  BrokerRefusedError,
  BrokerTimeoutError,
  BrokerUnreachableError,
  QueueFullError,
  type TopologyError,
} from "@troupe/core/transport";
import { type Fields, fieldsAt, numberAt, textAt } from "./fields.ts";

/** The error codes of JetStream that Troupe tells apart. */
export const JS_ERROR = {
  notEnabledForAccount: 10_039,
  notEnabled: 10_076,
  notAvailable: 10_008,
  notLeader: 10_009,
  insufficientResources: 10_023,
  storageReservationRefused: 10_047,
  messageExceedsStreamMaximum: 10_054,
  storeFailed: 10_077,
  expectedStreamMismatch: 10_060,
  wrongLastSequence: 10_071,
  consumerNotFound: 10_014,
  messageNotFound: 10_037,
  streamNotFound: 10_059,
  streamNameInUse: 10_058,
  noMessageToDelete: 10_057,
  messageNotDeleted: 10_043,
  subjectsOverlap: 10_065,
  filterOverlaps: 10_100,
} as const;

const FULL: ReadonlySet<number> = new Set([
  JS_ERROR.storeFailed,
  JS_ERROR.messageExceedsStreamMaximum,
  JS_ERROR.storageReservationRefused,
  JS_ERROR.insufficientResources,
]);

const STORE_FULL = "its store is full: wait, or raise transportOptions.maxBytes or its disk limit";

const NOT_READY: ReadonlySet<number> = new Set([JS_ERROR.notAvailable, JS_ERROR.notLeader, JS_ERROR.notEnabled]);

/** What the core may be given. */
export type BrokerError =
  | BrokerRefusedError
  | BrokerTimeoutError
  | BrokerUnreachableError
  | QueueFullError
  | TopologyError;

/** An error answer of JetStream. */
export interface ApiError {
  /** Code of `JS_ERROR`, or another. */
  readonly code: number;
  /** Status in the manner of HTTP. */
  readonly status: number;
  readonly description: string;
}

/** The error in an answer, or null. */
export function apiErrorIn(answer: Fields): ApiError | null {
  if (answer["error"] === undefined) return null;
  const error = fieldsAt(answer, "error");
  return {
    code: numberAt(error, "err_code"),
    status: numberAt(error, "code"),
    description: textAt(error, "description"),
  };
}

/**
 * What an error answer means. It always means that nothing was stored.
 *
 * @param what - What was tried, for the message: "task to queue \"mail\"".
 * @param whenFull - What a full store means, and what to do.
 */
export function classify(error: ApiError, what: string, whenFull: string = STORE_FULL): BrokerError {
  const said = `${what}: the broker says "${error.description}" (${error.code})`;
  if (FULL.has(error.code)) {
    return new QueueFullError(`${said}; ${whenFull}`);
  }
  if (error.code === JS_ERROR.notEnabledForAccount) {
    return new BrokerRefusedError(`${said}; enable JetStream for this user's account in the server's configuration`);
  }
  if (error.code === JS_ERROR.expectedStreamMismatch) {
    return new BrokerRefusedError(`${said}; another stream takes this subject: give the application its own namespace`);
  }
  if (NOT_READY.has(error.code) || error.status === 503) {
    return new BrokerUnreachableError(`${said}; JetStream is not ready, try again`);
  }
  if (error.status === 408) return new BrokerTimeoutError(said);
  return new BrokerRefusedError(said);
}

/** Nobody answers JetStream's addresses. Fatal before the first success, a disturbance afterwards (M22). */
export function jetStreamMissing(address: string, workedBefore: boolean): BrokerError {
  return workedBefore
    ? new BrokerUnreachableError(`the broker at ${address} does not offer JetStream at the moment; nothing was stored`)
    : new BrokerRefusedError(`the server at ${address} runs without JetStream; start nats-server with -js`);
}

/** A stream that was there is gone. An empty one in its place would hide that (F13). */
export function streamGone(stream: string, address: string): BrokerRefusedError {
  return new BrokerRefusedError(
    `stream ${stream} does not exist on ${address} any more; what it held is lost. Restart the application to make a new one`,
  );
}

/** A try got no answer. */
export function noAnswer(what: string, reason: string): BrokerTimeoutError {
  return new BrokerTimeoutError(`${what}: ${reason}; it may or may not have been carried out`);
}

/** There is no connection. */
export function notConnected(address: string): BrokerUnreachableError {
  return new BrokerUnreachableError(`no connection to the broker at ${address}; nothing was sent`);
}

/** An error that may already be one of ours, or something that nats.js threw while it sent. */
export function asBrokerError(error: unknown, what: string): Error {
  if (isOurs(error)) return error;
  return new BrokerRefusedError(`${what}: ${reasonOf(error)}`, { cause: error });
}

/** Why something failed, in one line and without credentials. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  if (!(error instanceof Error)) return typeof error === "string" ? error : "it was closed";
  const { cause } = error;
  return error.message === "" ? (cause === undefined ? error.name : reasonOf(cause)) : error.message;
}

function isOurs(error: unknown): error is Error {
  return (
    error instanceof Error && "code" in error && typeof error.code === "string" && error.code.startsWith("TROUPE_")
  );
}
