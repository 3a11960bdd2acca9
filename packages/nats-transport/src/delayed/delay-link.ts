// What moving needs of a transport's link.

import type { LastingSubscription, OnMessage, Wire } from "../connection/connection.ts";
import type { Link } from "../connection/link.ts";

/** The connection as movers see it. */
export interface DelayConnection {
  readonly current: Wire | null;
  /** Largest message, headers included. */
  readonly maxPayload: number;
  subscribe(subject: string, onMessage: OnMessage): LastingSubscription;
}

/** See the top of the file. */
export interface DelayLink extends Pick<Link, "api" | "config" | "logger" | "names" | "ticker"> {
  readonly connection: DelayConnection;
}
