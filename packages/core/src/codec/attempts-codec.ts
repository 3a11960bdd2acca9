// Earlier runs of a task, as fields of messages and records.

import { type Attempt, MAX_ATTEMPT_TEXT, MAX_ATTEMPTS } from "../model/attempt.ts";
import { type Fields, field, fieldsOf, listField, textField, timeField, wrong } from "./read-fields.ts";

const MAX_TYPE = 256;

/** @throws {InvalidMessageError} the field `attempts` does not hold earlier runs. */
export function attemptsIn(fields: Fields): { readonly attempts?: readonly Attempt[] } {
  if (field(fields, "attempts") === undefined) return {};
  const list = listField(fields, "attempts");
  if (list.length > MAX_ATTEMPTS) throw wrong("attempts", list.length, `at most ${MAX_ATTEMPTS}`);
  return { attempts: list.map((one) => attemptFrom(fieldsOf(one))) };
}

function attemptFrom(fields: Fields): Attempt {
  return {
    type: textField(fields, "type", MAX_TYPE) ?? "Error",
    message: textField(fields, "message", MAX_ATTEMPT_TEXT) ?? "",
    at: timeField(fields, "at") ?? 0,
  };
}
