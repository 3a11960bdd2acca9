// Breakages of delayed tasks that take more than a line.

import type { DelayedTask } from "@troupe/core/transport";
import { type Breakage, override, spoilDelayed } from "./spoil.ts";

type Spoil = Breakage["spoil"];

/** Uses another key than it is given. */
export function confusingKeys(rename: (key: string) => string): Spoil {
  return spoilDelayed((delayed) => ({
    schedule: (task, dueAt) => delayed.schedule({ ...task, key: rename(task.key) }, dueAt),
    find: (key) => delayed.find(rename(key)),
    cancel: (key) => delayed.cancel(rename(key)),
  }));
}

/** Cancels the first that waits when the key is a wildcard. */
export function lookingForWildcards(): Spoil {
  return spoilDelayed((delayed) => ({
    cancel: async (key) => {
      const [first] = key.includes("*") ? await delayed.list(1) : [];
      return delayed.cancel(first?.key ?? key);
    },
  }));
}

/** Finds the very same object again and again. */
export function sharingDelayed(): Spoil {
  return spoilDelayed((delayed) => {
    const known = new Map<string, DelayedTask>();
    return {
      find: async (key) => {
        const task = known.get(key) ?? (await delayed.find(key));
        if (task !== null) known.set(key, task);
        return task;
      },
    };
  });
}

/** Takes all out that waits when a mover is closed. */
export function dropping(): Spoil {
  return spoilDelayed((delayed) => ({
    move: async (holder) => {
      const mover = await delayed.move(holder);
      const close = async (): Promise<void> => {
        await mover.close();
        for (const { key } of await delayed.list(100)) await delayed.cancel(key);
      };
      return override(mover, { close });
    },
  }));
}

/** Takes tasks out when they are due, and sends them whether they are taken or not. */
export function movingByHand(): Spoil {
  return (transport) => {
    const { delayed, tasks } = transport;
    const moveDue = async (): Promise<void> => {
      for (const task of transport.connected ? await delayed.list(5_000) : []) {
        if (task.dueAt > transport.now()) break;
        await delayed.cancel(task.key);
        await tasks.publish({ ...task, exclusive: true, repeat: true }).catch(() => undefined);
      }
    };
    const move = async (): Promise<{ close(): Promise<void> }> => {
      const timer = setInterval(() => void moveDue(), 5);
      const close = async (): Promise<void> => clearInterval(timer);
      return { close };
    };
    return override(transport, { delayed: override(delayed, { move }) });
  };
}
