// What a transport's author tells the conformance suite: how to get a broker, and what cannot be tested there.

import type { Transport } from "../../transport/transport.ts";

/** The part of a test runner that the suite uses; vitest's and `node:test`'s functions fit. */
export interface TestRunner {
  describe(name: string, body: () => void): unknown;
  readonly it: {
    (name: string, test: () => Promise<void>): unknown;
    skip(name: string, test: () => Promise<void>): unknown;
  };
}

/** What some transport cannot do, or not in a test. */
export type Capability =
  /** `sibling` gives a connection of its own, so that closing one leaves the other. */
  | "separate-connections"
  /** `open` can make a small store of tasks. */
  | "full-store"
  /** The broker can be restarted under the connection. */
  | "reconnect"
  /** There can be no broker to connect to. */
  | "unreachable";

/** A small store: how many bodies of which size fit at least, and do not fit. */
export const SMALL_STORE = { least: 10, most: 1_000, bodyBytes: 1_024 } as const;

/** What a test asks of its broker. */
export interface BrokerSetup {
  /** True: tasks of 1 KiB are refused after the tenth and before the thousandth, delayed ones too. False: a few thousand fit. */
  readonly smallStore: boolean;
}

/** A broker as one test sees it. No other test uses the same namespace. */
export interface ConformanceBroker {
  /** Not connected yet. */
  readonly transport: Transport;
  /** Another transport to the same broker, not connected yet; the same object where there are no separate connections. */
  sibling(): Promise<Transport>;
  /** Restarts the broker; resolves when it answers again. Absent without `reconnect`. */
  restart?(): Promise<void>;
  /** A transport whose broker does not exist. Absent without `unreachable`. */
  unreachable?(): Transport;
  /** Called when the test has closed its transports. */
  close(): Promise<void>;
}

/** How to test a transport. */
export interface ConformanceOptions {
  readonly runner: TestRunner;
  /** Called for each test. Leases should last about a second, or the tests of leases take long. */
  open(setup: BrokerSetup): Promise<ConformanceBroker>;
  /** What cannot be tested, with the reason that the skipped tests show. @default everything can */
  readonly without?: Readonly<Partial<Record<Capability, string>>>;
  /** Longest wait for one thing to happen, in milliseconds. @default 10_000 */
  readonly deadlineMs?: number;
  /** How long a request waits for messages at most before `onUnused`, in milliseconds. @default 6_000 */
  readonly requestExpiresMs?: number;
  /** Shortest ack wait that the broker keeps, in milliseconds. @default 2_000 */
  readonly shortestAckWaitMs?: number;
  /** Shortest time of which the broker removes expired records reliably, in milliseconds. @default 1_500 */
  readonly shortestExpiryMs?: number;
}
