// Outcomes of runs in a child as plain data, and back in the worker. What cannot travel makes the task a failure that says so.

import { AsyncResult, GroupResult, refOf } from "../../client/async-result.ts";
import { flowFromWire, wireOfFlow } from "../../codec/flow-codec.ts";
import { serializerNamed } from "../../codec/serializer.ts";
import { carriedError, type Failure, failureOf } from "../../model/failure.ts";
import type { Outcome, ReleasedOutcome, RetryOutcome } from "../outcome.ts";
import type { RegisteredTask } from "../registered-task.ts";

/** An outcome on its way from a child. */
export type WireOutcome =
  | { readonly state: "SUCCESS"; readonly value: Uint8Array; readonly isHandle: boolean }
  | { readonly state: "FAILURE"; readonly error: Failure; readonly expected: boolean }
  | { readonly state: "REVOKED" | "REJECTED"; readonly error: Failure }
  | { readonly state: "IGNORED" }
  | { readonly state: "REPLACED"; readonly flow: unknown }
  | {
      readonly state: "RETRY";
      readonly error: Failure;
      readonly delay: RetryOutcome["delay"];
      readonly args: Uint8Array | null;
      readonly kwargs: Uint8Array | null;
    }
  | ReleasedOutcome;

const MSGPACK = serializerNamed("msgpack");

/** An outcome as it travels. Never throws. */
export function outcomeToWire(outcome: Outcome): WireOutcome {
  try {
    return toWire(outcome);
  } catch (error) {
    return { state: "FAILURE", error: failureOf(error), expected: false };
  }
}

function toWire(outcome: Outcome): WireOutcome {
  switch (outcome.state) {
    case "SUCCESS":
      return success(outcome.value);
    case "FAILURE":
      return { state: "FAILURE", error: failureOf(outcome.error), expected: outcome.expected };
    case "REVOKED":
    case "REJECTED":
      return { state: outcome.state, error: failureOf(outcome.error) };
    case "REPLACED":
      return { state: "REPLACED", flow: wireOfFlow(outcome.flow, MSGPACK) };
    case "RETRY":
      return retry(outcome);
    case "IGNORED":
    case "RELEASED":
      return outcome;
  }
}

// A result handle travels as what it stands for.
function success(value: unknown): WireOutcome {
  const isHandle = value instanceof AsyncResult || value instanceof GroupResult;
  return { state: "SUCCESS", value: valueToBytes(isHandle ? refOf(value) : value, "result"), isHandle };
}

function retry({ error, delay, args, kwargs }: RetryOutcome): WireOutcome {
  return {
    state: "RETRY",
    error: failureOf(error),
    delay,
    args: args ? valueToBytes(args, "args") : null,
    kwargs: kwargs ? valueToBytes(kwargs, "kwargs") : null,
  };
}

/** The outcome of a task that a child has run. */
export function outcomeFromWire(wire: WireOutcome, { config }: RegisteredTask): Outcome {
  switch (wire.state) {
    case "SUCCESS":
      return { state: "SUCCESS", value: MSGPACK.decode(wire.value), ...(wire.isHandle && { isHandle: true }) };
    case "FAILURE":
      return { ...wire, error: carriedError(wire.error) };
    case "REVOKED":
    case "REJECTED":
      return { state: wire.state, error: carriedError(wire.error) };
    case "REPLACED":
      return { state: "REPLACED", flow: flowFromWire(wire.flow, "flow") };
    case "RETRY": {
      const { state, delay, args, kwargs } = wire;
      const error = carriedError(wire.error);
      return {
        state,
        error,
        delay,
        rules: config.retry,
        ...(args && { args: listOf(args) }),
        ...(kwargs && { kwargs: mapOf(kwargs) }),
      };
    }
    case "IGNORED":
    case "RELEASED":
      return wire;
  }
}

// With nothing else behind them: a thread is given the whole memory that bytes are in.
function valueToBytes(value: unknown, what: string): Uint8Array {
  MSGPACK.check(value, what);
  return new Uint8Array(MSGPACK.encode(value));
}

function listOf(bytes: Uint8Array): readonly unknown[] {
  const value = MSGPACK.decode(bytes);
  return Array.isArray(value) ? value : [];
}

function mapOf(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  const value = MSGPACK.decode(bytes);
  return typeof value === "object" && value !== null ? { ...value } : {};
}
