// Events: what tasks and workers tell of themselves. Whoever listens now hears them; whoever subscribes under a name keeps a place
// in the stream of them, which exists from the first such subscription on.

/** Address of an event: its group, and its name in that. */
export interface EventAddress {
  readonly group: string;
  readonly name: string;
}

/** Which events: null stands for any. */
export interface EventFilter {
  readonly group: string | null;
  readonly name: string | null;
}

/** A message in the hands of a subscriber under a name. It comes again, to any of them, until it is settled. */
export interface EventDelivery {
  readonly body: Uint8Array;
  /** The same for each delivery of the message, unlike that of any other. */
  readonly id: string;
  /** 1 for the first delivery. */
  readonly deliveries: number;
  /** Settles the message. May be lost with the connection. */
  ack(): void;
  /** It shall come again, not before so many milliseconds. */
  handBack(delayMs: number): void;
}

/** A subscription under a name. */
export interface EventConsumeOptions {
  /** Subscribers of the same name share what is delivered, and the place in the stream. */
  readonly name: string;
  readonly filter: EventFilter;
  /** Where a name that is new begins: broker's time, in milliseconds since the epoch; null: now. Others go on at their place. */
  readonly from: number | null;
  /** How long the stream keeps messages, when this makes it. */
  readonly keepMs: number;
  /** About how many unsettled messages the subscriber may have; twice as many at most. */
  readonly batch: number;
  /** Must not throw. */
  readonly onDelivery: (delivery: EventDelivery) => void;
}

/** One process's part in a subscription under a name. */
export interface EventConsumer {
  /** Delivers no more. Resolves when all that was delivered is settled. The name keeps its place. */
  stop(): Promise<void>;
}

/** Sends and hears events. */
export interface EventStream {
  /** Messages of this process that were dropped since its start. */
  readonly dropped: number;
  /** Sends to all who listen, and to the stream if there is one. Fire and forget: dropped and counted where it cannot be sent now. */
  publish(address: EventAddress, body: Uint8Array): void;
  /** Hears messages from now on, until the returned function is called; survives reconnection. The handler must not throw. */
  subscribe(filter: EventFilter, onMessage: (body: Uint8Array) => void): Promise<() => void>;
  /**
   * Subscribes under a name. The stream has an end: it drops the oldest messages when it is full, and by their age. Without faults
   * messages come in the order of the stream, those that are handed back later.
   *
   * @throws {TopologyError} the name is in use with another filter.
   */
  consume(options: EventConsumeOptions): Promise<EventConsumer>;
}
