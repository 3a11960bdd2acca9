// Server URLs: which servers, encrypted or not, whose credentials; and how to show them without any.

import { ConfigError } from "@troupe/core/transport";
import type { Credentials } from "../options.ts";

/** What the URLs say. */
export interface Servers {
  /** `host:port` of each, for nats.js. */
  readonly hosts: readonly string[];
  /** For people: without credentials. */
  readonly address: string;
  /** At least one is `tls://`. */
  readonly encrypted: boolean;
  /** Credentials in the URLs, or null. */
  readonly credentials: Credentials | null;
}

const DEFAULT_PORT = "4222";

/**
 * Reads server URLs.
 *
 * @throws {ConfigError} one is not `nats://` or `tls://`, or two have different credentials.
 */
export function parseServers(urls: readonly string[]): Servers {
  if (urls.length === 0) throw new ConfigError("servers is empty; give at least one nats:// URL");
  const parsed = urls.map(parseUrl);
  const withCredentials = parsed.filter((url) => url.username !== "");
  const [first] = withCredentials;
  const same = withCredentials.every((url) => url.username === first?.username && url.password === first.password);
  if (!same) throw new ConfigError("the server URLs hold different credentials; one connection has one user");
  return {
    hosts: parsed.map(hostOf),
    address: parsed.map((url) => `${url.protocol}//${hostOf(url)}`).join(","),
    encrypted: parsed.some((url) => url.protocol === "tls:"),
    credentials: first === undefined ? null : credentialsOf(first),
  };
}

function parseUrl(text: string): URL {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    // The text itself is not shown: what cannot be read may still hold a password.
    throw new ConfigError("a server URL cannot be read; write nats://host:port, and escape special characters");
  }
  if (url.protocol !== "nats:" && url.protocol !== "tls:") {
    throw new ConfigError(`the server URL begins with ${url.protocol}//; write nats:// or tls://`);
  }
  if (url.hostname === "") throw new ConfigError("a server URL has no host; write nats://host:port");
  return url;
}

function hostOf(url: URL): string {
  return `${url.hostname}:${url.port === "" ? DEFAULT_PORT : url.port}`;
}

function credentialsOf(url: URL): Credentials {
  const user = decodeURIComponent(url.username);
  // A lone name is a token, as in every NATS client.
  return url.password === "" ? { token: user } : { user, pass: decodeURIComponent(url.password) };
}
