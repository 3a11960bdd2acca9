// Breakages of task queues that take more than a line.

import { randomUUID } from "node:crypto";
import { type Delivery, type OutgoingTask, QueueFullError, type Stored, type TaskQueue } from "@troupe/core/transport";
import { type Breakage, override, spoilTasks } from "./spoil.ts";

type Spoil = Breakage["spoil"];

/** Stores some messages under a key that nobody knows. */
export function rekeying(which: (task: OutgoingTask) => boolean): Spoil {
  return spoilTasks((tasks) => ({
    publish: (task) => tasks.publish(which(task) ? { ...task, key: randomUUID() } : task),
  }));
}

/** Uses another name for a queue than it is given. */
export function renamingQueues(rename: (queue: string) => string): Spoil {
  return spoilTasks((tasks) => ({
    publish: (task) => tasks.publish({ ...task, queue: rename(task.queue) }),
    consume: (options) => tasks.consume({ ...options, queue: rename(options.queue) }),
    count: (queue) => tasks.count(rename(queue)),
    names: async () => (await tasks.names()).map(rename),
    purge: (queue) => tasks.purge(rename(queue)),
    forget: (queue) => tasks.forget(rename(queue)),
  }));
}

/** Delivers the very array that was published. */
export function sharingBodies(): Spoil {
  return spoilTasks((tasks) => {
    const published = new Map<string, Uint8Array>();
    return {
      publish: (task) => {
        published.set(task.queue, task.body);
        return tasks.publish(task);
      },
      consume: (options) => {
        const body = (): Uint8Array => published.get(options.queue) ?? new Uint8Array();
        const onDelivery = (delivery: Delivery): void => options.onDelivery(override(delivery, { body: body() }));
        return tasks.consume({ ...options, onDelivery });
      },
    };
  });
}

/** Acknowledges all that a consumer has when it is closed. */
export function losingOnClose(): Spoil {
  return spoilTasks((tasks) => ({
    consume: async (options) => {
      const delivered: Delivery[] = [];
      const onDelivery = (delivery: Delivery): void => {
        delivered.push(delivery);
        options.onDelivery(delivery);
      };
      const consumer = await tasks.consume({ ...options, onDelivery });
      const close = (): Promise<void> => {
        for (const delivery of delivered) delivery.ack();
        return consumer.close();
      };
      return override(consumer, { close });
    },
  }));
}

/** Removes a message that is acknowledged after it was handed back. */
export function acknowledgingHandedBack(): Spoil {
  return spoilTasks((tasks) => ({
    consume: (options) => {
      const onDelivery = (delivery: Delivery): void => {
        let isHandedBack = false;
        const handBack = (delayMs: number): void => {
          isHandedBack = true;
          delivery.handBack(delayMs);
        };
        const ack = (): void => {
          if (isHandedBack) void tasks.purge(delivery.queue);
          else delivery.ack();
        };
        options.onDelivery(override(delivery, { handBack, ack }));
      };
      return tasks.consume({ ...options, onDelivery });
    },
  }));
}

/** Stores a message again that is handed back after it was acknowledged. */
export function takingBackAcknowledged(): Spoil {
  return spoilTasks((tasks) => ({
    consume: (options) => {
      const onDelivery = (delivery: Delivery): void => {
        let isSettled = false;
        const settle = async (): Promise<void> => {
          isSettled = true;
          await delivery.confirmAck();
        };
        const handBack = (delayMs: number): void => {
          if (isSettled) void tasks.publish(copyOf(delivery));
          else delivery.handBack(delayMs);
        };
        options.onDelivery(override(delivery, { handBack, ack: () => void settle(), confirmAck: settle }));
      };
      return tasks.consume({ ...options, onDelivery });
    },
  }));
}

function copyOf({ queue, body }: Delivery): OutgoingTask {
  return { queue, body, key: randomUUID(), exclusive: false, repeat: false, contentType: "text/plain" };
}

/** Does something else when a message does not fit into the store. */
export function whenFull(instead: (error: QueueFullError, tasks: TaskQueue) => Promise<Stored>): Spoil {
  return spoilTasks((tasks) => ({
    publish: async (task) => {
      try {
        return await tasks.publish(task);
      } catch (error) {
        if (error instanceof QueueFullError) return instead(error, tasks);
        throw error;
      }
    },
  }));
}

/** Gives a delivery to another consumer when it was held for the ack wait. */
export function takingAway(): Spoil {
  return (transport) => {
    let ackWaitMs = 0;
    const takeAway = spoilTasks((tasks) => ({
      consume: (options) => {
        const onDelivery = (delivery: Delivery): void => {
          setTimeout(() => delivery.handBack(0), ackWaitMs).unref();
          options.onDelivery(delivery);
        };
        return tasks.consume({ ...options, onDelivery });
      },
    }));
    return override(takeAway(transport), {
      connect: (settings) => {
        ackWaitMs = settings.ackWaitMs;
        return transport.connect(settings);
      },
    });
  };
}
