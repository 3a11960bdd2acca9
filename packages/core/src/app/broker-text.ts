// A broker's address for people: never with user names, passwords or tokens.

import type { Settings } from "./config.ts";

type Broker = Settings["broker"];

/** Address of a broker, without credentials. */
export function brokerText(broker: Broker): string {
  if (typeof broker === "string") return withoutCredentials(broker);
  return "address" in broker ? broker.address : broker.map(withoutCredentials).join(",");
}

/**
 * Text without what stands before the last `@` of each URL in it, and without what follows a `?`. A comma divides URLs only where
 * the next one begins with its scheme and `//`, for a password may hold commas and colons.
 */
export function withoutCredentials(text: string): string {
  return text
    .split(/,(?=\s*[a-z][a-z0-9+.-]*:\/\/)/i)
    .map((url) =>
      url
        .trim()
        .replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, "$1")
        .replace(/\?.*$/s, ""),
    )
    .join(",");
}
