// Tools to spoil a transport: replace single members of it, of its ports, or of the deliveries it makes.

import type { ConsumeOptions, Delivery, QueueConsumer, TaskQueue, Transport } from "@troupe/core/transport";

/** One promise that is broken. */
export interface Breakage {
  /** What the transport does wrong. */
  readonly name: string;
  /** Part of the suite that must notice. */
  readonly noticedBy: string;
  readonly spoil: (transport: Transport) => Transport;
}

/** The same object, but for some members. */
export function override<Target extends object>(target: Target, changes: Partial<Target>): Target {
  return new Proxy(target, {
    get: (_, name): unknown => {
      const value: unknown = Reflect.get(name in changes ? changes : target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** A transport whose task queue is another. */
export function spoilTasks(change: (tasks: TaskQueue) => Partial<TaskQueue>): Breakage["spoil"] {
  return (transport) => override(transport, { tasks: override(transport.tasks, change(transport.tasks)) });
}

/** A transport whose consumers are others. */
export function spoilConsumers(
  change: (consumer: QueueConsumer) => Partial<QueueConsumer>,
  options: (options: ConsumeOptions) => Partial<ConsumeOptions> = () => ({}),
): Breakage["spoil"] {
  return spoilTasks((tasks) => ({
    consume: async (given) => {
      const consumer = await tasks.consume({ ...given, ...options(given) });
      return override(consumer, change(consumer));
    },
  }));
}

/** A transport whose deliveries are others. */
export function spoilDeliveries(change: (delivery: Delivery) => Partial<Delivery>): Breakage["spoil"] {
  return spoilConsumers(
    () => ({}),
    ({ onDelivery }) => ({ onDelivery: (delivery) => onDelivery(override(delivery, change(delivery))) }),
  );
}
