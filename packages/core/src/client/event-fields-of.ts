// Fields of events that tell of a call: texts, never the data.

import type { EventEnvelope, TaskReceivedEvent } from "../model/event-map.ts";
import type { TaskMessage } from "../model/task-message.ts";
import { argumentsText } from "./arguments-text.ts";

/** Of `task-sent` and `task-received`. */
export function calledFields(message: TaskMessage): Omit<TaskReceivedEvent, "type" | keyof EventEnvelope> {
  const { id, name, shadow, retries, eta, expires, queue, rootId, parentId } = message;
  return { uuid: id, name: shadow ?? name, ...argumentsText(message), retries, eta, expires, queue, rootId, parentId };
}
