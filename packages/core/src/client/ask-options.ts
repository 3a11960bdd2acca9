// Whom to ask or to order, and how long to wait for replies.

import { checkOptions, type OptionTable } from "../model/check-options.ts";
import { type Duration, durationMs } from "../model/duration.ts";
import { isWorkerName } from "../model/names.ts";
import * as rule from "../model/option-rules.ts";

/** Which workers are meant, and how long to wait for what they reply. */
export interface AskOptions {
  /** Full names of the workers that are meant, as `status` shows them: `["w1@host"]`. @default all */
  readonly destination?: readonly string[] | undefined;
  /** Of these, only the workers whose full names fit this glob; `*` stands for any characters: `"w*@host"`. @default any */
  readonly pattern?: string | undefined;
  /** Longest wait; it ends early when all of `destination`, or all workers that know of each other, have replied. @default 1 s */
  readonly timeout?: Duration | undefined;
  /** Replies that are enough. @default all */
  readonly limit?: number | undefined;
  /** Called for each reply, as it comes. What it throws is logged. */
  readonly onReply?: ((hostname: string, reply: unknown) => void) | undefined;
}

const MAX_PATTERN = 200;

const ASK_OPTION_TABLE: OptionTable = {
  destination: {
    wants: 'a list of full names of workers, for example ["w1@host"]',
    is: (value) => Array.isArray(value) && value.every(isWorkerName),
  },
  pattern: rule.textUpTo(MAX_PATTERN),
  timeout: rule.duration,
  limit: rule.integer(1, 1_000_000),
  onReply: { wants: "a function", is: (value) => typeof value === "function" },
};

/** Whom to ask, with all defaults filled in. */
export interface Audience {
  /** Names of workers; null: all. */
  readonly destination: readonly string[] | null;
  readonly pattern: string | null;
  readonly timeoutMs: number;
  /** Null: all. */
  readonly limit: number | null;
  readonly onReply: ((hostname: string, reply: unknown) => void) | null;
}

/** @throws {InvalidArgumentError} an option is unknown or wrong. @param what - what the options belong to, for the error. */
export function audienceOf(
  options: AskOptions | null | undefined,
  what: string,
  defaultTimeout: Duration = 1_000,
): Audience {
  checkOptions(options, ASK_OPTION_TABLE, { what, kind: "argument" });
  const { destination, pattern, timeout, limit, onReply } = options ?? {};
  return {
    destination: destination == null ? null : [...new Set(destination)],
    pattern: pattern ?? null,
    timeoutMs: durationMs(timeout ?? defaultTimeout, "timeout"),
    limit: limit ?? null,
    onReply: onReply ?? null,
  };
}
