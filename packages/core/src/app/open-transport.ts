// Broker URL to transport. `memory:` is built in; `nats:` and `tls:` come with the package @troupe/nats-transport, which is
// imported by name only when it is asked for, so that the core does not depend on it.

import { ConfigError } from "../model/errors.ts";
import { shown } from "../model/names.ts";
import { memoryTransport } from "../transport/memory/memory-transport.ts";
import type { Transport, TransportFactory } from "../transport/transport.ts";
import type { Settings } from "./config.ts";

// Only where the next URL begins, for a password may hold commas and colons.
const BETWEEN_URLS = /,(?=\s*(?:memory:|[a-z][a-z0-9+.-]*:\/\/))/i;
const NATS_PACKAGE: string = "@troupe/nats-transport";

/** @throws {ConfigError} the URLs name no known transport, or its package is not installed. */
export async function openTransport({ broker, transportOptions, clock }: Settings): Promise<Transport> {
  if (typeof broker !== "string" && "tasks" in broker) return broker;
  const urls = typeof broker === "string" ? broker.split(BETWEEN_URLS).map((url) => url.trim()) : broker;
  const schemes = new Set(urls.map(schemeOf));
  if (schemes.size === 1 && schemes.has("memory"))
    return memoryTransport(clock ? { clock, ...transportOptions } : transportOptions);
  if ([...schemes].every((scheme) => scheme === "nats" || scheme === "tls"))
    return (await natsFactory())(urls, transportOptions);
  throw new ConfigError(
    `broker ${shown(withoutCredentials(urls))} is not known; use "memory:", "nats://host:4222" or "tls://host:4222", or a list of the latter two`,
  );
}

function schemeOf(url: string): string {
  return url.slice(0, Math.max(url.indexOf(":"), 0)).toLowerCase();
}

function withoutCredentials(urls: readonly string[]): string {
  return urls.map((url) => url.replace(/((?:^[a-z0-9+.-]*:)?\/\/|^).*@/is, "$1***@")).join(",");
}

async function natsFactory(): Promise<TransportFactory> {
  let module: unknown;
  try {
    module = await import(NATS_PACKAGE);
  } catch (error) {
    throw new ConfigError(`a nats:// broker needs the package ${NATS_PACKAGE}: npm install ${NATS_PACKAGE}`, {
      cause: error,
    });
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what that package exports is fixed by this interface
  return (module as { readonly createTransport: TransportFactory }).createTransport;
}
