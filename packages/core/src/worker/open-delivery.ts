// First look at a delivery: is it a task message that this worker may read? What is not is set aside with the reason; it never
// stops the worker and never comes back.

import { type SerializerName, serializerOf } from "../codec/serializer.ts";
import { decodeTaskMessage } from "../codec/task-message-codec.ts";
import { InvalidMessageError } from "../model/errors.ts";
import type { TaskMessage } from "../model/task-message.ts";
import type { Delivery } from "../transport/task-queue.ts";

/** A delivery that can become a task, or why it cannot. */
export type Opened =
  | { readonly type: "task"; readonly message: TaskMessage }
  | { readonly type: "bad"; readonly reason: "refused-content" | "undecodable" | "invalid"; readonly detail: string };

/** @param accepted - Serializers that this application reads (`acceptContent`). */
export function openDelivery(delivery: Delivery, accepted: ReadonlySet<SerializerName>): Opened {
  const serializer = serializerOf(delivery.body);
  const declared = delivery.contentType ?? serializer.contentType;
  if (declared !== serializer.contentType || !accepted.has(serializer.name)) {
    const detail = `content of type ${JSON.stringify(declared.slice(0, 100))} is not accepted; acceptContent is ${[...accepted].join(", ")}`;
    return { type: "bad", reason: "refused-content", detail };
  }
  try {
    const message = decodeTaskMessage(delivery.body);
    if (message.queue === delivery.queue) return { type: "task", message };
    return {
      type: "bad",
      reason: "invalid",
      detail: `the message is for queue "${message.queue}", but came from "${delivery.queue}"`,
    };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { type: "bad", reason: error instanceof InvalidMessageError ? "invalid" : "undecodable", detail };
  }
}
