// Broadcasts and connections that break a promise.

import {
  type Broadcast,
  type ConnectionChange,
  memoryTransport,
  type Topic,
  type Transport,
} from "@troupe/core/transport";
import { type Breakage, override } from "./spoil.ts";

type Spoil = Breakage["spoil"];
type Named = Omit<Breakage, "noticedBy">;
type Handler = (body: Uint8Array) => void;

const spoilBroadcast =
  (change: (broadcast: Broadcast) => Partial<Broadcast>): Spoil =>
  (transport) =>
    override(transport, { broadcast: override(transport.broadcast, change(transport.broadcast)) });

const readdressing = (readdress: (topic: Topic) => Topic): Spoil =>
  spoilBroadcast((broadcast) => ({
    publish: (topic, body) => broadcast.publish(readdress(topic), body),
    subscribe: (topic, onMessage) => broadcast.subscribe(readdress(topic), onMessage),
  }));

const joined = (topic: Topic): Topic => [topic.join(".")];

const broadcasts: Named[] = [
  { name: "broadcasts nothing", spoil: spoilBroadcast(() => ({ publish: () => undefined })) },
  { name: "broadcasts to every topic", spoil: readdressing(() => ["all"]) },
  { name: "broadcasts to every topic below the first token", spoil: readdressing(([first]) => [first]) },
  { name: "joins the tokens of topics", spoil: readdressing(joined) },
  {
    name: "takes wildcards in topics",
    spoil: spoilBroadcast((broadcast) => ({
      subscribe: async (topic, onMessage) => {
        if (!topic.includes(">")) return broadcast.subscribe(topic, onMessage);
        const ends = await Promise.all(
          [topic, ["reply", "a"] as const].map((one) => broadcast.subscribe(one, onMessage)),
        );
        return () => ends.forEach((end) => end());
      },
    })),
  },
  {
    name: "broadcasts to one subscriber only",
    spoil: spoilBroadcast((broadcast) => {
      const taken = new Set<string>();
      return {
        subscribe: async (topic, onMessage) => {
          if (taken.has(topic.join())) return () => undefined;
          taken.add(topic.join());
          return broadcast.subscribe(topic, onMessage);
        },
      };
    }),
  },
  {
    name: "broadcasts twice",
    spoil: spoilBroadcast((broadcast) => ({
      publish: (topic, body) => {
        broadcast.publish(topic, body);
        broadcast.publish(topic, body);
      },
    })),
  },
  {
    name: "does not unsubscribe",
    spoil: spoilBroadcast((broadcast) => ({
      subscribe: (...subscription) => broadcast.subscribe(...subscription).then(() => () => undefined),
    })),
  },
  { name: "keeps broadcasts for later subscribers", spoil: spoilBroadcast((broadcast) => keeping(broadcast)) },
  {
    name: "cuts broadcasts",
    spoil: spoilBroadcast((broadcast) => ({
      publish: (topic, body) => broadcast.publish(topic, body.subarray(0, 1_000)),
    })),
  },
];

function keeping(broadcast: Broadcast): Partial<Broadcast> {
  const kept = new Map<string, Uint8Array>();
  return {
    publish: (topic, body) => {
      kept.set(topic.join(), body);
      broadcast.publish(topic, body);
    },
    subscribe: async (topic: Topic, onMessage: Handler) => {
      const last = kept.get(topic.join());
      if (last !== undefined) onMessage(last);
      return broadcast.subscribe(topic, onMessage);
    },
  };
}

const connections: Named[] = [
  { name: "is closed by the first of its users", spoil: (transport) => closedByTheFirst(transport) },
  { name: "is never closed", spoil: (transport) => override(transport, { close: async () => undefined }) },
  {
    name: "works without being connected",
    spoil: (transport) => override(transport, { records: alwaysOpen().records }),
  },
  {
    name: "does not tell that it was closed",
    spoil: (transport) => override(transport, { onChange: () => () => undefined }),
  },
  {
    name: "tells those that no longer listen",
    spoil: (transport) =>
      override(transport, {
        onChange: (listener: (change: ConnectionChange) => void) => {
          transport.onChange(listener);
          return () => undefined;
        },
      }),
  },
  { name: "has the wrong time", spoil: (transport) => override(transport, { now: () => Date.now() - 3_600_000 }) },
  {
    name: "has a jumping clock",
    spoil: (transport) => override(transport, { now: () => Date.now() + Math.random() * 1_500 }),
  },
];

function closedByTheFirst(transport: Transport): Transport {
  let users = 0;
  return override(transport, {
    connect: async (settings) => {
      users += 1;
      await transport.connect(settings);
    },
    close: async () => {
      for (; users > 0; users -= 1) await transport.close();
    },
  });
}

function alwaysOpen(): Transport {
  const transport = memoryTransport();
  const ignore = (): void => undefined;
  const logger = { trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore, child: () => logger };
  void transport.connect({
    namespace: "n",
    resultExpiresMs: 1e6,
    revokeExpiresMs: 1e6,
    ackWaitMs: 1e6,
    timeoutMs: null,
    logger,
  });
  return transport;
}

const limits: Named[] = [
  {
    name: "knows no limits of queues",
    spoil: (transport) =>
      override(transport, { connect: (settings) => transport.connect({ ...settings, queueStreams: new Map() }) }),
  },
];

/** All of them. */
export const brokenConnections: readonly Breakage[] = [
  ...broadcasts.map((breakage) => ({ ...breakage, noticedBy: "broadcast" })),
  ...connections.map((breakage) => ({ ...breakage, noticedBy: "connection" })),
  ...limits.map((breakage) => ({ ...breakage, noticedBy: "queues with a stream of their own" })),
];
