// What came of an order: the replies, and the exit code that they mean.

import type { Duration, Replies } from "@troupe/core";
import { CliError, EXIT, type ExitCode } from "../exit-code.ts";
import type { Session } from "../session.ts";
import { printOrderReplies } from "./replies-text.ts";

/** How an order was given. */
interface Given {
  readonly timeout: Duration | "";
  /** What holds though no worker replied; undefined: nothing. */
  readonly without?: string | undefined;
}

/** Prints the replies. @throws {CliError} nobody replied, and nothing holds without. */
export function tellReplies(
  replies: Replies<unknown>,
  { timeout, without }: Given,
  { output }: Pick<Session, "output">,
): ExitCode {
  const values = Object.values(replies);
  if (values.length > 0 || output.json) printOrderReplies(replies, output);
  if (values.length === 0) {
    if (without === undefined) throw new CliError(`No nodes replied within time constraint (${timeout})`);
    output.note(without);
  }
  return values.length > 0 && values.every(isError) ? EXIT.failed : EXIT.done;
}

function isError(reply: unknown): boolean {
  return typeof reply === "object" && reply !== null && "error" in reply;
}
