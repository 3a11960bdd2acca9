// What of a canvas cannot travel, told before any of it is sent, wherever in the canvas it is.

import { serializerNamed } from "../codec/serializer.ts";
import { PayloadTooLargeError } from "../model/errors.ts";
import { type Flow, taskStepsOf } from "../model/flow.ts";
import type { Transport } from "../transport/transport.ts";
import { leastBytes } from "./least-bytes.ts";

/** @throws {SerializationError} an argument cannot travel. */
export function checkArguments(flow: Flow): void {
  for (const { args, kwargs, options } of taskStepsOf(flow)) {
    const serializer = serializerNamed(options.serializer ?? "msgpack");
    serializer.check(args, "args");
    serializer.check(kwargs, "kwargs");
  }
}

/**
 * A call that is far too large would be refused when its turn comes, with others sent and a chord open.
 *
 * @throws {PayloadTooLargeError}
 */
export function checkSizes(flow: Flow, { maxMessageBytes }: Transport): void {
  for (const { name, args, kwargs } of taskStepsOf(flow)) {
    const bytes = leastBytes(args) + leastBytes(kwargs);
    if (bytes > maxMessageBytes) throw new PayloadTooLargeError(`the call of ${name}`, bytes, maxMessageBytes);
  }
}
