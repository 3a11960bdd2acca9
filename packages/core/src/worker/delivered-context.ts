// What a handler sees of its worker when it runs a delivered task.

import { checkOwnEvent } from "../events/own-event.ts";
import type { TaskMessage } from "../model/task-message.ts";
import type { Delivery } from "../transport/task-queue.ts";
import { addMember } from "./added-member.ts";
import { replacementOf } from "./replacement.ts";
import { TaskContext } from "./task-context.ts";
import { tellProgress } from "./task-events.ts";
import type { TaskHost } from "./task-host.ts";

/** What only the task's actor knows. */
export interface ContextSteps {
  readonly saveState: (state: string, meta: unknown) => Promise<void>;
  readonly signal: () => AbortSignal;
}

/** The context of one run. */
export function deliveredContext(
  message: TaskMessage,
  delivery: Delivery,
  host: TaskHost,
  { saveState, signal }: ContextSteps,
): TaskContext {
  const { queue, redelivered, suspicious } = delivery;
  return new TaskContext(
    message,
    { queue, priority: message.priority ?? null, redelivered, isEager: false },
    {
      hostname: host.hostname,
      logger: host.logger,
      // After a cold stop the task may run elsewhere, and its state is that run's.
      saveState: async (state, meta) => {
        if (host.abandoned) return;
        if (host.tellsTasks && state === "PROGRESS") tellProgress(message, meta, host);
        await saveState(state, meta);
      },
      sendEvent: async (type, fields) => {
        const [name, checked] = checkOwnEvent(type, fields);
        host.events.own(name, { ...checked, uuid: message.id });
      },
      signal,
      freeze: (signature) =>
        host.freeze(replacementOf(signature, message, host.tasks.get(message.name)?.config.hooks), message),
      addToChord: (signature, k) => addMember(message, signature, { k, repeat: suspicious }, host),
    },
  );
}
