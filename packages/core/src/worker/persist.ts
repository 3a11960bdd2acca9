// Writes that must succeed before a task can go on: repeated until the broker has taken them. Meanwhile the delivery stays
// alive and uses up a place, so that a broker that takes nothing is not given more work.

import { pauseUntilConnected } from "../client/pause.ts";
import { PayloadTooLargeError, SerializationError } from "../model/errors.ts";
import type { TaskHost } from "./task-host.ts";

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/** Rejected by `persist` after a cold stop: nobody is left to go on. */
export class Abandoned extends Error {}

/**
 * Carries out `write` until it succeeds. The first try is made at once, without further cost.
 *
 * @throws {PayloadTooLargeError | SerializationError} repeating would not help.
 * @throws {Abandoned} the worker was stopped cold.
 */
export function persist<T>(host: TaskHost, what: string, write: () => Promise<T>): Promise<T> {
  return write().catch((error: unknown) => again(host, what, write, error));
}

async function again<T>(host: TaskHost, what: string, write: () => Promise<T>, first: unknown): Promise<T> {
  let error = first;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    if (error instanceof PayloadTooLargeError || error instanceof SerializationError) throw error;
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
