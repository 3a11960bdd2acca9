// How a client's sending is repeated: what the call says, else the settings, else the defaults.

import { type ApplyOptions, RETRY_POLICY_TABLE, type RetryPolicy } from "../model/apply-options.ts";
import { checkOptions } from "../model/check-options.ts";
import { type Duration, durationMs } from "../model/duration.ts";
import type { SubmitPolicy } from "./submit.ts";

/** What the settings say. */
export interface RetrySettings {
  readonly enabled: boolean;
  readonly policy: RetryPolicy;
}

const DEFAULT_POLICY: SubmitPolicy = {
  maxRetries: Number.POSITIVE_INFINITY,
  intervalStartMs: 0,
  intervalStepMs: 200,
  intervalMaxMs: 1_000,
  timeoutMs: 10_000,
};

/** @throws {InvalidArgumentError} the call's policy is wrong. */
export function submitPolicy(
  { enabled, policy: settings }: RetrySettings,
  options: Pick<ApplyOptions, "retry" | "retryPolicy"> = {},
): SubmitPolicy {
  const given = options.retryPolicy;
  if (given) checkOptions(given, RETRY_POLICY_TABLE, { what: "option retryPolicy:", kind: "argument" });
  const of = <K extends keyof RetryPolicy>(name: K): RetryPolicy[K] => given?.[name] ?? settings[name];
  return {
    maxRetries: (options.retry ?? enabled) ? (of("maxRetries") ?? DEFAULT_POLICY.maxRetries) : 0,
    intervalStartMs: ms(of("intervalStart"), DEFAULT_POLICY.intervalStartMs),
    intervalStepMs: ms(of("intervalStep"), DEFAULT_POLICY.intervalStepMs),
    intervalMaxMs: ms(of("intervalMax"), DEFAULT_POLICY.intervalMaxMs),
    timeoutMs: ms(of("timeout"), DEFAULT_POLICY.timeoutMs),
  };
}

function ms(value: Duration | undefined, otherwise: number): number {
  return value == null ? otherwise : durationMs(value, "retryPolicy");
}
