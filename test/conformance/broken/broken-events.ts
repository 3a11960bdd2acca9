// Events that break a promise.

import type { EventStream } from "@troupe/core/transport";
import { type Breakage, override } from "./spoil.ts";

const spoilEvents =
  (change: (events: EventStream) => Partial<EventStream>): Breakage["spoil"] =>
  (transport) =>
    override(transport, { events: override(transport.events, change(transport.events)) });

const events: Omit<Breakage, "noticedBy">[] = [
  { name: "sends no events", spoil: spoilEvents(() => ({ publish: () => undefined })) },
  {
    name: "tells all events to everybody",
    spoil: spoilEvents((stream) => ({ subscribe: (_, onMessage) => stream.subscribe(ANY, onMessage) })),
  },
  {
    name: "goes on telling events",
    spoil: spoilEvents((stream) => ({
      subscribe: async (...how) => {
        await stream.subscribe(...how);
        return () => undefined;
      },
    })),
  },
  {
    name: "begins each subscription anew",
    spoil: spoilEvents((stream) => ({
      consume: (options) => stream.consume({ ...options, name: crypto.randomUUID() }),
    })),
  },
  {
    name: "lets other names share",
    spoil: spoilEvents((stream) => ({ consume: (options) => stream.consume({ ...options, name: "one" }) })),
  },
  {
    name: "begins where nobody asked it to",
    spoil: spoilEvents((stream) => ({ consume: (options) => stream.consume({ ...options, from: null }) })),
  },
  {
    name: "never hands an event out again",
    spoil: spoilEvents((stream) => ({
      consume: (options) =>
        stream.consume({
          ...options,
          onDelivery: (delivery) => options.onDelivery(override(delivery, { handBack: () => delivery.ack() })),
        }),
    })),
  },
];

const ANY = { group: null, name: null };

/** All of them. */
export const brokenEvents: readonly Breakage[] = events.map((breakage) => ({ ...breakage, noticedBy: "events" }));
