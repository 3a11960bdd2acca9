// Delayed tasks that break a promise.

import type { DelayedTask, OutgoingTask } from "@troupe/core/transport";
import { confusingKeys, dropping, lookingForWildcards, movingByHand, sharingDelayed } from "./delayed-breakages.ts";
import { type Breakage, spoilDelayed, spoilDeliveries } from "./spoil.ts";

type Named = Omit<Breakage, "noticedBy">;

const NOTHING = new Uint8Array();

const scheduling = (change: (task: OutgoingTask) => Partial<OutgoingTask>): Breakage["spoil"] =>
  spoilDelayed((delayed) => ({ schedule: (task, dueAt) => delayed.schedule({ ...task, ...change(task) }, dueAt) }));

const timing = (change: (dueAt: number) => number): Breakage["spoil"] =>
  spoilDelayed((delayed) => ({ schedule: (task, dueAt) => delayed.schedule(task, change(dueAt)) }));

const finding = (change: (task: DelayedTask) => Partial<DelayedTask>): Breakage["spoil"] =>
  spoilDelayed((delayed) => ({
    find: async (key) => {
      const task = await delayed.find(key);
      return task && { ...task, ...change(task) };
    },
  }));

const inTheStore: Named[] = [
  { name: "loses delayed tasks", spoil: spoilDelayed(() => ({ schedule: async () => "stored" })) },
  {
    name: "delays what is due",
    spoil: (transport) => timing((dueAt) => Math.max(dueAt, transport.now() + 5_000))(transport),
  },
  {
    name: "calls all that goes straight to its queue exclusive",
    spoil: (transport) =>
      spoilDelayed((delayed) => ({
        schedule: (task, dueAt) =>
          delayed.schedule({ ...task, exclusive: task.exclusive || dueAt < transport.now() + 1_000 }, dueAt),
      }))(transport),
  },
  {
    name: "says of every delayed task that it was stored",
    spoil: spoilDelayed((delayed) => ({ schedule: (task, at) => delayed.schedule(task, at).then(() => "stored") })),
  },
  {
    name: "says of every delayed task that it exists",
    spoil: spoilDelayed((delayed) => ({ schedule: (task, at) => delayed.schedule(task, at).then(() => "exists") })),
  },
  {
    name: "puts a second task in the place of the first",
    spoil: spoilDelayed((delayed) => ({
      schedule: async (task, dueAt) => {
        const former = await delayed.cancel(task.key);
        await delayed.schedule(task, dueAt);
        return former === null ? "stored" : "exists";
      },
    })),
  },
  {
    name: "lists no delayed tasks",
    spoil: spoilDelayed(() => ({ list: async () => [] })),
  },
  {
    name: "lists the latest first",
    spoil: spoilDelayed((delayed) => ({ list: async (limit) => (await delayed.list(limit)).toReversed() })),
  },
  {
    name: "lists more than was asked for",
    spoil: spoilDelayed((delayed) => ({ list: (limit) => delayed.list(limit + 1) })),
  },
  {
    name: "lists any tasks first",
    spoil: spoilDelayed((delayed) => ({ list: async (limit) => (await delayed.list(100)).slice(-limit) })),
  },
  { name: "finds no delayed tasks", spoil: spoilDelayed(() => ({ find: async () => null })) },
  { name: "finds a delayed task without its queue", spoil: finding(() => ({ queue: "" })) },
  { name: "finds a delayed task without its content type", spoil: finding(() => ({ contentType: "" })) },
  { name: "finds a delayed task without its time", spoil: finding(() => ({ dueAt: 0 })) },
  { name: "gives out its own bytes of delayed tasks", spoil: sharingDelayed() },
  { name: "cancels nothing", spoil: spoilDelayed((delayed) => ({ cancel: (key) => delayed.find(key) })) },
  {
    name: "cancels without telling",
    spoil: spoilDelayed((delayed) => ({ cancel: (key) => delayed.cancel(key).then(() => null) })),
  },
  { name: "takes wildcards in keys of delayed tasks", spoil: lookingForWildcards() },
  { name: "confuses keys of delayed tasks", spoil: confusingKeys((key) => key.toLowerCase()) },
  { name: "cuts delayed tasks", spoil: scheduling(({ body }) => ({ body: body.subarray(0, 1_000) })) },
  {
    name: "takes delayed tasks that are too large for empty",
    spoil: (transport) =>
      scheduling(({ body }) => ({ body: body.byteLength > transport.maxMessageBytes ? NOTHING : body }))(transport),
  },
  { name: "takes anything for a time", spoil: timing((dueAt) => (dueAt < 1e13 ? dueAt : 9e12)) },
  {
    name: "pretends to store delayed tasks that do not fit",
    spoil: spoilDelayed((delayed) => ({ schedule: (task, at) => delayed.schedule(task, at).catch(() => "stored") })),
  },
];

const whenMoving: Named[] = [
  { name: "moves nothing", spoil: spoilDelayed(() => ({ move: async () => ({ close: async () => undefined }) })) },
  { name: "moves too early", spoil: timing((dueAt) => dueAt - 150) },
  {
    name: "moves without being asked",
    spoil: spoilDelayed((delayed) => ({
      schedule: async (task, dueAt) => {
        await delayed.move("eager");
        return delayed.schedule(task, dueAt);
      },
    })),
  },
  {
    name: "moves on after it was told to stop",
    spoil: spoilDelayed((delayed) => ({
      move: async (holder) => {
        await delayed.move(holder);
        return { close: async () => undefined };
      },
    })),
  },
  { name: "loses what waits when a mover closes", spoil: dropping() },
  {
    name: "moves twice",
    spoil: spoilDelayed((delayed) => ({
      schedule: async (task, dueAt) => {
        await delayed.schedule({ ...task, key: `${task.key} again` }, dueAt);
        return delayed.schedule(task, dueAt);
      },
    })),
  },
  { name: "does not suspect what was moved", spoil: spoilDeliveries(() => ({ suspicious: false })) },
  { name: "tells what was moved as not exclusive", spoil: spoilDeliveries(() => ({ exclusive: false })) },
  { name: "moves to similar queues", spoil: scheduling(({ queue }) => ({ queue: queue.toLowerCase() })) },
  { name: "forgets content types of what waits", spoil: scheduling(() => ({ contentType: "text/plain" })) },
  { name: "moves what was cancelled", spoil: spoilDelayed((delayed) => ({ cancel: (key) => delayed.find(key) })) },
  { name: "loses due tasks whose queue is full", spoil: movingByHand() },
];

/** All of them. */
export const brokenDelayed: readonly Breakage[] = [
  ...inTheStore.map((breakage) => ({ ...breakage, noticedBy: "delayed tasks" })),
  ...whenMoving.map((breakage) => ({ ...breakage, noticedBy: "moving of delayed tasks" })),
];
