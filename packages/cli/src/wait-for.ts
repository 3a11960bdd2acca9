// Waits for a task's outcome; the outcome itself, good or bad, is read afterwards.

import type { AsyncResult, Duration } from "@troupe/core";
import { CliError } from "./exit-code.ts";
import type { Output } from "./output/output.ts";
import { jsonText } from "./output/value-text.ts";

/**
 * Waits until a task is final. With `--json`, a wait that is over in vain is an object with `id` and `error` on standard output.
 *
 * @param timeout - Longest wait. Default: no limit.
 * @throws {CliError} not final within `timeout`.
 */
export async function waitFor(
  result: AsyncResult<unknown>,
  timeout: Duration | undefined,
  output: Output,
): Promise<void> {
  try {
    await result.get({ propagate: false, timeout });
  } catch (error) {
    const isLate = error instanceof Error && "code" in error && error.code === "TROUPE_TASK_TIMEOUT";
    if (!isLate) throw error;
    const limit = typeof timeout === "number" ? `${timeout} ms` : (timeout ?? "");
    const message = `task ${result.id} did not finish within ${limit}; it goes on: ask later with "result ${result.id}", and for workers with "status"`;
    if (output.json) output.print(jsonText({ id: result.id, error: { name: error.name, message } }, 2));
    throw new CliError(message);
  }
}
