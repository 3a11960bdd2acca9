// What a test tells the program that subscribes to events.

/** Plain data: it travels as JSON. */
export interface SubscriberSettings {
  readonly url: string;
  /** Where it notes what it heard. */
  readonly file: string;
  readonly ackWaitMs: number;
}
