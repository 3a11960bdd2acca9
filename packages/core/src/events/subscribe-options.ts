// Options of `app.events.subscribe`. `docs/events.md` lists them; a test compares the two.

import { checkOptions, type OptionTable } from "../model/check-options.ts";
import { InvalidArgumentError } from "../model/errors.ts";
import { isSubscriptionName } from "../model/event-names.ts";
import * as rule from "../model/option-rules.ts";

/** How to subscribe to events. */
export interface SubscribeOptions {
  /**
   * Name under which the subscription keeps its place, whoever stops; all that subscribe with it share the events. 1 to 64 letters,
   * digits, `_` and `-`. @default none: events of now, as long as this process listens
   */
  readonly durable?: string | undefined;
  /** Where a new `durable` begins: at events of that time, as far as they are kept. @default now */
  readonly from?: Date | undefined;
  /** How often an event is handed over whose handler throws, with `durable`. @default 5 */
  readonly maxDeliveries?: number | undefined;
  /** Events that wait for the handler, without `durable`; of more the oldest are dropped. @default 10,000 */
  readonly queueSize?: number | undefined;
  /** Told how many events were dropped since it was last told. @default it is logged */
  readonly onDropped?: ((count: number) => void) | undefined;
  /** Told when the connection is lost, when it is there again, and when it is closed for good. */
  readonly onConnection?: ((state: ConnectionState) => void) | undefined;
}

/** What has become of a connection. */
export type ConnectionState = "connected" | "disconnected" | "closed";

/** The same with defaults. */
export interface Subscribing {
  readonly durable: string | null;
  readonly from: Date | null;
  readonly maxDeliveries: number;
  readonly queueSize: number;
  readonly onDropped: ((count: number) => void) | null;
  readonly onConnection: ((state: ConnectionState) => void) | null;
}

const MAX_DELIVERIES = 5;
const QUEUE_SIZE = 10_000;

const TABLE: OptionTable = {
  durable: { wants: "a name: 1 to 64 letters, digits, _ and -", is: isSubscriptionName },
  from: { wants: "a Date", is: (value) => value instanceof Date && !Number.isNaN(value.getTime()) },
  maxDeliveries: rule.integer(1, 1_000),
  queueSize: rule.integer(1, 1_000_000),
  onDropped: { wants: "a function", is: (value) => typeof value === "function" },
  onConnection: { wants: "a function", is: (value) => typeof value === "function" },
};

/** @throws {InvalidArgumentError} an option is unknown or wrong, or does not go with another. */
export function resolveSubscribe(options: SubscribeOptions | undefined): Subscribing {
  checkOptions(options, TABLE, { what: "option of subscribe:", kind: "argument" });
  const given = options ?? {};
  checkTogether(given);
  return {
    durable: given.durable ?? null,
    from: given.from ?? null,
    maxDeliveries: given.maxDeliveries ?? MAX_DELIVERIES,
    queueSize: given.queueSize ?? QUEUE_SIZE,
    onDropped: given.onDropped ?? null,
    onConnection: given.onConnection ?? null,
  };
}

function checkTogether({ durable, from, maxDeliveries, queueSize, onDropped }: SubscribeOptions): void {
  if (durable == null && (from ?? maxDeliveries) != null)
    throw new InvalidArgumentError(
      "from and maxDeliveries are for subscriptions that keep their place; give durable too",
    );
  if (durable != null && (queueSize ?? onDropped) != null)
    throw new InvalidArgumentError(
      "queueSize and onDropped are for subscriptions without durable, which drop nothing; leave them out",
    );
}
