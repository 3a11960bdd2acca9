// Writes that must succeed before a task can go on: repeated until the broker has taken them. Meanwhile the delivery stays
// alive and uses up a place, so that a broker that takes nothing is not given more work.

import { PayloadTooLargeError, SerializationError } from "../model/errors.ts";
import type { Clock } from "../platform/clock.ts";
import type { Logger } from "../platform/logger.ts";
import type { Transport } from "../transport/transport.ts";
import { pauseUntilConnected } from "./pause.ts";

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/** On whose behalf something is written. */
export interface PersistHost {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly logger: Logger;
  /** True when nobody is left to go on: nothing more is written. */
  readonly abandoned: boolean;
}

/** Rejected by `persist` after a cold stop: nobody is left to go on. */
export class Abandoned extends Error {}

/**
 * Carries out `write` until it succeeds. The first try is made at once, without further cost.
 *
 * @throws {PayloadTooLargeError | SerializationError} repeating would not help.
 * @throws {Abandoned} the worker was stopped cold.
 */
export function persist<T>(host: PersistHost, what: string, write: () => Promise<T>): Promise<T> {
  return write().catch((error: unknown) => again(host, what, write, error));
}

async function again<T>(host: PersistHost, what: string, write: () => Promise<T>, first: unknown): Promise<T> {
  let error = first;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    if (isRefusal(error)) throw error;
    if (host.abandoned) throw new Abandoned();
    host.logger.warn({ err: error }, `the broker did not take ${what}; it is sent again`);
    await pauseUntilConnected(host.transport, host.clock, pauseMs);
    if (host.abandoned) throw new Abandoned();
    try {
      return await write();
    } catch (next) {
      error = next;
    }
  }
}

/** Whether a message was refused for what it is: sending it again would not help. */
export function isRefusal(error: unknown): error is SerializationError | PayloadTooLargeError {
  return error instanceof SerializationError || error instanceof PayloadTooLargeError;
}
