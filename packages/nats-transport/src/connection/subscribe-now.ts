// A lasting subscription that the server has when the promise resolves.

import { notConnected } from "../wire/nats-errors.ts";
import type { Link } from "./link.ts";

/**
 * Hears a subject until the returned function is called.
 *
 * @throws {BrokerUnreachableError} there is no connection.
 */
export async function subscribeNow(
  { connection, config }: Link,
  subject: string,
  onMessage: (body: Uint8Array) => void,
): Promise<() => void> {
  const nats = connection.current;
  if (nats === null) throw notConnected(config.servers.address);
  const subscription = connection.subscribe(subject, (message) => onMessage(message.data));
  // The server hears the subject once it has answered. When the connection is lost meanwhile, the next one has it.
  await nats.flush().catch(() => undefined);
  return () => subscription.end();
}
