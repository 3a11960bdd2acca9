// The application's connection: made on first use, shared by calls and workers, closed once.

import { pino } from "pino";
import type { Session } from "../client/caller.ts";
import { ResultReceiver } from "../client/result-receiver.ts";
import { durationMs } from "../model/duration.ts";
import { BrokerUnreachableError, ClosedError } from "../model/errors.ts";
import { systemClock } from "../platform/clock.ts";
import type { Logger } from "../platform/logger.ts";
import type { Transport } from "../transport/transport.ts";
import type { Settings } from "./config.ts";
import { queueStreams } from "./declared-queues.ts";
import { openTransport } from "./open-transport.ts";

/** Connects an application. */
export class AppConnection {
  readonly #settings: () => Settings;
  #opening: Promise<Session> | null = null;
  #closing = new AbortController();
  #session: Session | null = null;
  #logger: Logger | null = null;
  #refusal: Error | null = null;

  constructor(settings: () => Settings) {
    this.#settings = settings;
  }

  /** The session, when it stands. */
  get session(): Session | null {
    return this.#session;
  }

  /** Whether the connection is in use or being made. */
  get isOpen(): boolean {
    return this.#opening !== null;
  }

  /** The application's logger, or one on standard output. */
  get logger(): Logger {
    const { logger, logLevel } = this.#settings();
    this.#logger ??= logger ?? pino({ name: "troupe", level: logLevel });
    return this.#logger;
  }

  /** Makes every connection fail with this. */
  refuse(why: Error): void {
    this.#refusal = why;
  }

  /** Connects, or waits for the connection that is being made. */
  connect(): Promise<Session> {
    this.#opening ??= this.#begin();
    return this.#opening;
  }

  // What a `close` has overtaken must not take the place of what was begun since.
  #begin(): Promise<Session> {
    const opening: Promise<Session> = this.#open().then(
      (session) => {
        if (this.#opening === opening) this.#session = session;
        return session;
      },
      (error: unknown) => {
        if (this.#opening === opening) this.#opening = null;
        throw error;
      },
    );
    return opening;
  }

  /** Connects however long it takes. @throws {unknown} the signal's reason; or what waiting does not mend. */
  async connectPatiently(signal: AbortSignal): Promise<Session> {
    for (;;) {
      signal.throwIfAborted();
      try {
        return await this.connect();
      } catch (error) {
        if (!(error instanceof BrokerUnreachableError)) throw error;
        signal.throwIfAborted();
        this.logger.warn({}, `${error.message}; trying again`);
      }
    }
  }

  /** Disconnects. A later use connects anew. */
  async close(): Promise<void> {
    const opening = this.#opening;
    if (!opening) return;
    this.#opening = null;
    this.#session = null;
    this.#closing.abort(new ClosedError("the application was closed while it connected"));
    this.#closing = new AbortController();
    const session = await opening.catch(() => null);
    session?.receiver.close();
    await session?.transport.close();
  }

  async #open(): Promise<Session> {
    if (this.#refusal) throw this.#refusal;
    const settings = this.#settings();
    const { signal } = this.#closing;
    const transport = await openTransport(settings);
    const connecting = transport.connect({
      namespace: settings.namespace,
      resultExpiresMs: durationMs(settings.resultExpires, "resultExpires"),
      revokeExpiresMs: durationMs(settings.revokeExpires ?? settings.resultExpires, "revokeExpires"),
      ackWaitMs: durationMs(settings.ackWait, "ackWait"),
      queueStreams: queueStreams(settings),
      timeoutMs: durationMs(settings.brokerConnectionTimeout, "brokerConnectionTimeout"),
      signal,
      logger: this.logger,
    });
    await connecting.catch((error: unknown) => {
      signal.throwIfAborted();
      throw error;
    });
    return this.#welcome(transport);
  }

  async #welcome(transport: Transport): Promise<Session> {
    const receiver = new ResultReceiver(crypto.randomUUID(), {
      transport,
      clock: this.#settings().clock ?? systemClock,
      logger: this.logger,
    });
    try {
      await receiver.open();
    } catch (error) {
      await transport.close();
      throw error;
    }
    return { transport, receiver };
  }
}
