// Handlers of error callbacks: the error that travelled as plain data becomes an Error again.

import { failureField } from "../codec/task-record-codec.ts";
import { type ErrorClass, errorFromFailure } from "../model/failure.ts";
import { isPlainObject } from "../model/option-rules.ts";
import type { Handler } from "../worker/registered-task.ts";

/** @param errors - Classes that errors may become. */
export function errbackHandler(handler: Handler, errors: readonly ErrorClass[]): Handler {
  return function (request, error, ...rest) {
    // An immutable errback gets its own arguments only.
    if (!isPlainObject(request) || !isPlainObject(error) || rest.length === 0)
      return handler.apply(this, [request, error, ...rest].slice(0, arguments.length));
    const id = typeof request["id"] === "string" ? request["id"] : undefined;
    return handler.apply(this, [request, errorFromFailure(failureField(error), errors, id), ...rest]);
  };
}
