// Handlers of error callbacks: the error that travelled as plain data becomes an Error again.

import type { Fields } from "../codec/read-fields.ts";
import { failureField } from "../codec/task-record-codec.ts";
import { type ErrorClass, errorFromFailure } from "../model/failure.ts";
import { isPlainObject } from "../model/option-rules.ts";
import type { Handler } from "../worker/registered-task.ts";

/** @param errors - Classes that errors may become. */
export function errbackHandler(handler: Handler, errors: readonly ErrorClass[]): Handler {
  return function (...args) {
    const [request, error, ...rest] = args;
    // An immutable errback gets its own arguments only.
    if (!isPlainObject(request) || !isFailure(error)) return handler.apply(this, args);
    const id = typeof request["id"] === "string" ? request["id"] : undefined;
    return handler.apply(this, [request, errorFromFailure(failureField(error), errors, id), ...rest]);
  };
}

function isFailure(value: unknown): value is Fields {
  return isPlainObject(value) && typeof value["type"] === "string" && typeof value["message"] === "string";
}
