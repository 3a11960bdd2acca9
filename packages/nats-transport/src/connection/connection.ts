// The transport's connection: makes it, notices its end, makes it again, and keeps its subscriptions.
//
// nats.js reconnects by itself, but gives up for good when credentials are refused twice (M45). Then a new connection is
// built with credentials read afresh. Nothing is buffered while there is none (M34): who publishes asks for `current`.

import { type Msg, type NatsConnection, PermissionViolationError, type Subscription } from "@nats-io/transport-node";
import { BrokerUnreachableError, type Logger } from "@troupe/core/transport";
import type { NatsConfig } from "../config.ts";
import { reasonOf } from "../wire/nats-errors.ts";
import { readCredentials } from "./credentials.ts";
import { backoffMs, type DialSettings, dial } from "./dial.ts";

/** What a connection is to those that only send. */
export type Wire = Pick<NatsConnection, "publish" | "isClosed" | "info">;

/** Told of the connection's ups and downs, in the order of registration. */
export interface ConnectionObserver {
  /** There is a connection; all subscriptions are made. `restarted`: the server is another process than before. */
  onUp?(wire: Wire, restarted: boolean): void;
  /** There is none any more. What was under way is lost. */
  onDown?(reason: string): void;
  /** The server forbids to publish to a subject. */
  onDenied?(subject: string): void;
}

/** Receives messages of a subscription. Must not throw: nats.js would stop to read. */
export type OnMessage = (message: Msg) => void;

/** How long to try for the first connection. */
export interface OpenSettings {
  readonly timeoutMs: number | null;
  readonly signal: AbortSignal | undefined;
  readonly logger: Logger;
}

/** A subscription that is made again on each new connection. */
export interface LastingSubscription {
  /** Ends at once; what is on its way is dropped. */
  end(): void;
  /** Ends after what is on its way has arrived. */
  drain(): Promise<void>;
}

interface Entry {
  readonly subject: string;
  readonly onMessage: OnMessage;
  made: Subscription | null;
}

/** One connection to a broker that lasts until `close()`. */
export class Connection {
  /** The connection to use now; null while there is none. */
  current: NatsConnection | null = null;
  /** Settings of the last connect, for those who need a connection of their own. */
  lastDial: DialSettings | null = null;

  readonly #config: NatsConfig;
  readonly #observers: ConnectionObserver[] = [];
  readonly #entries = new Set<Entry>();
  /** As `current`, but also while nats.js tries to reconnect it. */
  #live: NatsConnection | null = null;
  #serverId = "";
  #closing: AbortController | null = null;
  #logger: Logger | null = null;

  constructor(config: NatsConfig) {
    this.#config = config;
  }

  /** Id of the server process; empty before the first connection. */
  get server(): string {
    return this.#serverId;
  }

  /** Largest message, headers included. */
  get maxPayload(): number {
    return this.current?.info?.max_payload ?? 1024 * 1024;
  }

  /** Version of the server. */
  get version(): string {
    return this.current?.info?.version ?? "";
  }

  /** Adds an observer for the life of the connection. */
  observe(observer: ConnectionObserver): void {
    this.#observers.push(observer);
  }

  /**
   * Connects for the first time.
   *
   * @throws {BrokerUnreachableError} not within `timeoutMs`, or `signal` ended the wait.
   */
  async open(settings: OpenSettings): Promise<void> {
    this.#logger = settings.logger;
    const closing = new AbortController();
    this.#closing = closing;
    const signals = [closing.signal];
    if (settings.signal !== undefined) signals.push(settings.signal);
    if (settings.timeoutMs !== null) signals.push(AbortSignal.timeout(Math.min(settings.timeoutMs, 2 ** 31 - 1)));
    await this.#connect(AbortSignal.any(signals));
  }

  /** Hears a subject until ended, on this connection and all that follow. */
  subscribe(subject: string, onMessage: OnMessage): LastingSubscription {
    const entry: Entry = { subject, onMessage, made: null };
    this.#entries.add(entry);
    if (this.current !== null) this.#make(entry, this.current);
    return {
      end: () => {
        this.#entries.delete(entry);
        entry.made?.unsubscribe();
      },
      drain: async () => {
        this.#entries.delete(entry);
        if (entry.made !== null && !entry.made.isClosed()) await entry.made.drain().catch(() => undefined);
      },
    };
  }

  /** Sends what is under way and disconnects for good. */
  async close(): Promise<void> {
    this.#closing?.abort();
    const connection = this.#live;
    if (connection === null) return;
    if (this.current !== null) await withinASecond(connection.flush());
    this.#live = null;
    this.#down("the connection was closed");
    await connection.close().catch(() => undefined);
  }

  async #connect(signal: AbortSignal): Promise<void> {
    let last: unknown = null;
    for (let attempt = 0; ; attempt++) {
      try {
        this.#up(await this.#dialOnce(signal));
        return;
      } catch (error) {
        if (!signal.aborted) this.#warn(error, last);
        if (!signal.aborted || last === null) last = error;
      }
      if (!(await pause(backoffMs(attempt), signal))) throw this.#unreachable(last);
    }
  }

  async #dialOnce(signal: AbortSignal): Promise<NatsConnection> {
    signal.throwIfAborted();
    const { servers, tls, inboxPrefix, name } = this.#config;
    const credentials = await readCredentials(this.#config.credentials);
    this.lastDial = { hosts: servers.hosts, credentials, tls, inboxPrefix, name };
    const dialing = dial(this.lastDial);
    try {
      return await orAborted(dialing, signal);
    } catch (error) {
      // Nobody waits for this connection any more: close it should it still come.
      dialing.then((late) => late.close()).catch(() => undefined);
      throw error;
    }
  }

  #up(connection: NatsConnection): void {
    const fresh = connection !== this.#live;
    this.#live = connection;
    this.current = connection;
    const id = connection.info?.server_id ?? "";
    const restarted = this.#serverId !== "" && id !== this.#serverId;
    this.#serverId = id;
    for (const entry of this.#entries) {
      if (fresh || entry.made === null || entry.made.isClosed()) this.#make(entry, connection);
    }
    if (fresh) {
      void this.#watch(connection);
      void connection.closed().then((error) => this.#ended(connection, error));
    }
    for (const observer of this.#observers) observer.onUp?.(connection, restarted);
  }

  #down(reason: string): void {
    if (this.current === null) return;
    this.current = null;
    for (const observer of this.#observers) observer.onDown?.(reason);
  }

  #make(entry: Entry, connection: NatsConnection): void {
    entry.made = connection.subscribe(entry.subject, {
      callback: (error, message) => {
        const { subject } = entry;
        if (error !== null) {
          this.#logger?.error({ subject, error: error.message }, "the broker refused a subscription");
          return;
        }
        try {
          entry.onMessage(message);
        } catch (thrown) {
          // Passed on, it would end the reading of the connection.
          this.#logger?.error({ subject, error: thrown }, "a message handler threw");
        }
      },
    });
  }

  async #watch(connection: NatsConnection): Promise<void> {
    for await (const status of connection.status()) {
      if (connection !== this.#live) return;
      if (status.type === "disconnect") this.#down("the connection was lost");
      else if (status.type === "reconnect" && this.current === null) this.#up(connection);
      else if (status.type === "error" && status.error instanceof PermissionViolationError) this.#denied(status.error);
    }
  }

  #denied(error: PermissionViolationError): void {
    this.#logger?.error({ operation: error.operation, subject: error.subject }, "the broker forbids an operation");
    if (error.operation !== "publish") return;
    for (const observer of this.#observers) observer.onDenied?.(error.subject);
  }

  #ended(connection: NatsConnection, error: unknown): void {
    const signal = this.#closing?.signal;
    if (signal === undefined || signal.aborted || this.#live !== connection) return;
    this.#live = null;
    this.#down(reasonOf(error));
    this.#logger?.warn({ reason: reasonOf(error) }, "the connection ended; building a new one");
    void this.#connect(signal).catch(() => undefined);
  }

  #warn(error: unknown, previous: unknown): void {
    if (previous !== null && reasonOf(error) === reasonOf(previous)) return;
    this.#logger?.warn(
      { address: this.#config.servers.address, reason: reasonOf(error) },
      "no connection to the broker",
    );
  }

  #unreachable(cause: unknown): BrokerUnreachableError {
    const { address } = this.#config.servers;
    return new BrokerUnreachableError(
      `no broker answered at ${address}: ${reasonOf(cause)}; start it, or correct the address or the credentials`,
      { cause },
    );
  }
}

/** Settles as `promise` does, or rejects when `signal` aborts. */
function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(new Error("no answer in time"));
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort);
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

/** Waits; false when `signal` ended the wait. */
function pause(delayMs: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const finish = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", finish);
      resolve(!signal.aborted);
    };
    const timer = setTimeout(finish, signal.aborted ? 0 : delayMs);
    signal.addEventListener("abort", finish);
  });
}

/** A frozen server must not keep a process from ending. */
async function withinASecond(promise: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, 1000);
  });
  await Promise.race([promise.catch(() => undefined), late]);
  clearTimeout(timer);
}
