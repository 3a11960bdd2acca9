// Task queues that break a promise.

import {
  acknowledgingHandedBack,
  losingOnClose,
  rekeying,
  renamingQueues,
  sharingBodies,
  takingAway,
  takingBackAcknowledged,
  whenFull,
} from "./longer-breakages.ts";
import { type Breakage, override, spoilConsumers, spoilDelayed, spoilDeliveries, spoilTasks } from "./spoil.ts";

const later = (callback: () => void): void => void setImmediate(callback);

const inTheQueue: Omit<Breakage, "noticedBy">[] = [
  { name: "loses messages", spoil: spoilTasks(() => ({ publish: async () => "stored" })) },
  { name: "loses acks", spoil: spoilDeliveries(() => ({ ack: () => undefined })) },
  { name: "loses confirmed acks", spoil: spoilDeliveries(() => ({ confirmAck: async () => undefined })) },
  {
    name: "delivers twice",
    spoil: spoilConsumers(
      () => ({}),
      ({ onDelivery }) => ({
        onDelivery: (delivery) => {
          onDelivery(delivery);
          later(() => onDelivery(delivery));
        },
      }),
    ),
  },
  { name: "forgets content types", spoil: spoilDeliveries(() => ({ contentType: null })) },
  {
    name: "changes bodies",
    spoil: spoilDeliveries(({ body }) => ({ body: body.byteLength === 0 ? new Uint8Array(1) : body })),
  },
  { name: "shares bodies with their senders", spoil: sharingBodies() },
  { name: "makes one queue of similar names", spoil: renamingQueues((queue) => queue.toLowerCase()) },
  { name: "takes a part of a name for the queue", spoil: renamingQueues((queue) => queue.split(".")[0] ?? "") },
  {
    name: "counts only what waits",
    spoil: spoilTasks((tasks) => ({
      count: async (queue) => ({ waiting: (await tasks.count(queue)).waiting, unsettled: 0 }),
    })),
  },
  {
    name: "names only what is consumed",
    spoil: spoilTasks((tasks) => {
      const consumed = new Set<string>();
      return {
        consume: (options) => {
          consumed.add(options.queue);
          return tasks.consume(options);
        },
        names: async () => [...consumed],
      };
    }),
  },
  { name: "forgets nothing", spoil: spoilTasks(() => ({ forget: async () => {} })) },
  { name: "purges nothing", spoil: spoilTasks(() => ({ purge: async () => 3 })) },
  {
    name: "counts wrongly what it purges",
    spoil: spoilTasks((tasks) => ({ purge: async (queue) => (await tasks.purge(queue)) + 1 })),
  },
];

const inConsumers: Omit<Breakage, "noticedBy">[] = [
  {
    name: "delivers before the first request",
    spoil: spoilConsumers((consumer) => {
      consumer.request(1);
      return {};
    }),
  },
  {
    name: "delivers one too many",
    spoil: spoilConsumers((consumer) => ({ request: (count) => consumer.request(count + 1) })),
  },
  {
    name: "delivers one too few",
    spoil: spoilConsumers((consumer) => ({ request: (count) => consumer.request(count - 1) })),
  },
  {
    name: "keeps unused requests to itself",
    spoil: spoilConsumers(
      () => ({}),
      () => ({ onUnused: () => undefined }),
    ),
  },
  {
    name: "tells more unused requests than there were",
    spoil: spoilConsumers(
      () => ({}),
      ({ onUnused }) => ({ onUnused: (count) => onUnused(count + 1) }),
    ),
  },
  {
    name: "answers a request by onUnused and by deliveries",
    spoil: spoilTasks((tasks) => ({
      consume: async (options) => {
        const onUnused = (count: number): void => {
          options.onUnused(count);
          consumer.request(count);
        };
        const consumer = await tasks.consume({ ...options, onUnused });
        return consumer;
      },
    })),
  },
  { name: "does not stop", spoil: spoilConsumers(() => ({ stop: async () => undefined })) },
  {
    name: "gives deliveries back when it stops",
    spoil: spoilConsumers((consumer) => ({ stop: () => consumer.close() })),
  },
  { name: "keeps deliveries when it closes", spoil: spoilConsumers((consumer) => ({ close: () => consumer.stop() })) },
  { name: "loses deliveries when it closes", spoil: losingOnClose() },
];

const whenSettling: Omit<Breakage, "noticedBy">[] = [
  { name: "loses what is handed back", spoil: spoilDeliveries((delivery) => ({ handBack: () => delivery.ack() })) },
  {
    name: "ignores the delay of a handing back",
    spoil: spoilDeliveries((delivery) => ({ handBack: () => delivery.handBack(0) })),
  },
  { name: "tells nothing as redelivered", spoil: spoilDeliveries(() => ({ redelivered: false })) },
  {
    name: "does not suspect what was redelivered",
    spoil: spoilDeliveries(({ redelivered, suspicious }) => ({ suspicious: suspicious && !redelivered })),
  },
  { name: "takes back what was acknowledged", spoil: takingBackAcknowledged() },
  { name: "acknowledges what was handed back", spoil: acknowledgingHandedBack() },
  { name: "takes deliveries away after the ack wait", spoil: takingAway() },
];

const withKeys: Omit<Breakage, "noticedBy">[] = [
  { name: "ignores that a key is exclusive", spoil: rekeying((task) => task.exclusive) },
  { name: "does not recognise repeats", spoil: rekeying((task) => !task.exclusive) },
  {
    name: "does not suspect repeats",
    spoil: spoilTasks((tasks) => ({ publish: (task) => tasks.publish({ ...task, repeat: false }) })),
  },
  { name: "suspects everything", spoil: spoilDeliveries(() => ({ suspicious: true })) },
  { name: "tells nothing as exclusive", spoil: spoilDeliveries(() => ({ exclusive: false })) },
  {
    name: "makes one key of similar ones",
    spoil: spoilTasks((tasks) => ({ publish: (task) => tasks.publish({ ...task, key: task.key.toLowerCase() }) })),
  },
];

const withPriorities: Omit<Breakage, "noticedBy">[] = [
  {
    name: "ignores priorities",
    spoil: spoilTasks((tasks) => ({ publish: (task) => tasks.publish({ ...task, priority: 0 }) })),
  },
  {
    name: "delivers lower priorities first",
    spoil: spoilTasks((tasks) => ({
      publish: (task) => tasks.publish({ ...task, priority: 9 - (task.priority ?? 0) }),
    })),
  },
  {
    name: "forgets the priority of delayed tasks",
    spoil: spoilDelayed((delayed) => ({
      schedule: (task, dueAt) => delayed.schedule({ ...task, priority: 0 }, dueAt),
    })),
  },
];

const atLimits: Omit<Breakage, "noticedBy">[] = [
  {
    name: "takes messages that are too large",
    spoil: (transport) => override(transport, { maxMessageBytes: transport.maxMessageBytes / 2 }),
  },
  {
    name: "pretends to store what does not fit",
    spoil: whenFull(async () => "stored"),
  },
  {
    name: "loses messages when it is full",
    spoil: whenFull(async (error, tasks) => {
      await tasks.purge("q");
      throw error;
    }),
  },
];

/** All of them. */
export const brokenTasks: readonly Breakage[] = [
  ...inTheQueue.map((breakage) => ({ ...breakage, noticedBy: "task queue" })),
  ...inConsumers.map((breakage) => ({ ...breakage, noticedBy: "queue consumer" })),
  ...whenSettling.map((breakage) => ({ ...breakage, noticedBy: "settling a delivery" })),
  ...withKeys.map((breakage) => ({ ...breakage, noticedBy: "keys of messages" })),
  ...withPriorities.map((breakage) => ({ ...breakage, noticedBy: "priorities" })),
  ...atLimits.map((breakage) => ({ ...breakage, noticedBy: "limits of messages" })),
];
