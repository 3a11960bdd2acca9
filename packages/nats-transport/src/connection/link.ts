// What the parts of one transport share: names, connection, acked publisher, ticker, logger.

import { BrokerUnreachableError, type ConnectSettings, type Logger } from "@troupe/core/transport";
import type { NatsConfig } from "../config.ts";
import { AckedPublisher } from "../publish/acked-publisher.ts";
import { JetStreamApi } from "../publish/jetstream-api.ts";
import { Names } from "../wire/names.ts";
import { Connection } from "./connection.ts";
import type { Ticker } from "./ticker.ts";

/** See the top of the file. Made once; `bind` gives it the settings of `connect()`. */
export class Link {
  readonly config: NatsConfig;
  readonly ticker: Ticker;
  readonly connection: Connection;
  readonly publisher: AckedPublisher;
  readonly api: JetStreamApi;
  #bound: { readonly names: Names; readonly settings: ConnectSettings } | null = null;

  constructor(config: NatsConfig, ticker: Ticker) {
    this.config = config;
    this.ticker = ticker;
    this.connection = new Connection(config);
    this.publisher = new AckedPublisher({
      connection: this.connection,
      ticker,
      maxInFlight: config.maxInFlight,
      inboxPrefix: config.inboxPrefix,
      address: config.servers.address,
    });
    this.api = new JetStreamApi(this.publisher);
  }

  /** Gives it the settings of the application. */
  bind(settings: ConnectSettings): void {
    const { namespace, queueStreams } = settings;
    this.#bound = { names: new Names(namespace, new Set(queueStreams?.keys())), settings };
  }

  /**
   * Names of the application's namespace.
   *
   * @throws {BrokerUnreachableError} before `connect()`.
   */
  get names(): Names {
    return this.#required().names;
  }

  /** What `connect()` was given. */
  get settings(): ConnectSettings {
    return this.#required().settings;
  }

  get logger(): Logger {
    return this.#required().settings.logger;
  }

  #required(): { readonly names: Names; readonly settings: ConnectSettings } {
    if (this.#bound === null) throw new BrokerUnreachableError("the transport is not connected; call connect() first");
    return this.#bound;
  }
}
