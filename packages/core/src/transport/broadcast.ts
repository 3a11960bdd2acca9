// Messages to whoever listens now: pushed results, remote control. Nothing is stored; a message may be lost.

/** Tokens of an address, from the general to the special: `["control", "node", "w1@host"]`. */
export type Topic = readonly [string, ...string[]];

/** Fire and forget. */
export interface Broadcast {
  /** Sends to all that subscribed to the topic. Dropped, not kept, while there is no connection or when the body is too large. */
  publish(topic: Topic, body: Uint8Array): void;
  /** Hears a topic until the returned function is called; survives reconnection. The handler must not throw. */
  subscribe(topic: Topic, onMessage: (body: Uint8Array) => void): Promise<() => void>;
}
