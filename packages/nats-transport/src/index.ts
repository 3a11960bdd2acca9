// Public entry `@troupe/nats-transport`.

import type { Transport } from "@troupe/core/transport";
import { resolveConfig } from "./config.ts";
import { NatsTransport } from "./nats-transport.ts";
import type { NatsTransportOptions } from "./options.ts";

export type { Credentials, NatsTransportOptions, StreamSizes, TlsSettings } from "./options.ts";

/**
 * A transport over NATS JetStream, for `new Troupe({ broker: natsTransport({ … }) })`. Connects when the application does.
 *
 * @throws {ConfigError} an option is unknown or has a wrong value.
 */
export function natsTransport(options?: NatsTransportOptions): Transport {
  return new NatsTransport(resolveConfig(options ?? {}));
}

/**
 * What `@troupe/core` calls for brokers given as `nats://` or `tls://` URLs.
 *
 * @param urls - Servers of one cluster.
 * @param options - The application's `transportOptions`, see `NatsTransportOptions`.
 * @throws {ConfigError} an option is unknown or has a wrong value.
 */
export function createTransport(urls: readonly string[], options: Readonly<Record<string, unknown>>): Transport {
  return new NatsTransport(resolveConfig({ ...options, servers: urls }));
}
