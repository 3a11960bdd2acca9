// Tools to spoil a transport: replace single members of it, of its ports, or of the deliveries it makes.

import type {
  ConsumeOptions,
  DelayedTasks,
  Delivery,
  Mailboxes,
  QueueConsumer,
  Shard,
  ShardOwner,
  TaskQueue,
  Transport,
} from "@troupe/core/transport";

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

/** A transport whose delayed tasks are others. */
export function spoilDelayed(change: (delayed: DelayedTasks) => Partial<DelayedTasks>): Breakage["spoil"] {
  return (transport) => override(transport, { delayed: override(transport.delayed, change(transport.delayed)) });
}

/** A transport whose mailboxes are others. */
export function spoilMailboxes(change: (mailboxes: Mailboxes) => Partial<Mailboxes>): Breakage["spoil"] {
  return (transport) => override(transport, { mailboxes: override(transport.mailboxes, change(transport.mailboxes)) });
}

/** A transport that tells owners of shards other things. */
export function spoilOwners(change: (owner: ShardOwner) => Partial<ShardOwner>): Breakage["spoil"] {
  return spoilMailboxes((mailboxes) => ({
    take: (shard, owner) => mailboxes.take(shard, { ...owner, ...change(owner) }),
  }));
}

/** A transport whose shards are others. */
export function spoilShards(change: (shard: Shard) => Partial<Shard>): Breakage["spoil"] {
  return spoilMailboxes((mailboxes) => ({
    take: async (shard, owner) => {
      const taken = await mailboxes.take(shard, owner);
      return taken && override(taken, change(taken));
    },
  }));
}
