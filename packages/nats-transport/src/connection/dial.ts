// Opens one nats.js connection with the settings that every connection of the transport shares.

import { connect, type NatsConnection } from "@nats-io/transport-node";
import type { Credentials, TlsSettings } from "../options.ts";
import { toAuthenticator } from "./credentials.ts";
import { inOnePiece } from "./one-piece.ts";
import { identityCheck } from "./server-identity.ts";

/** Everything a connection needs; plain data, so that it can be sent to a thread. */
export interface DialSettings {
  readonly hosts: readonly string[];
  readonly credentials: Credentials | null;
  readonly tls: TlsSettings | null;
  readonly inboxPrefix: string;
  readonly name: string;
}

const FASTEST_RECONNECT_MS = 200;
const SLOWEST_RECONNECT_MS = 5000;

/** Pause before the next try: doubles from 0.2 s to 5 s, with jitter so that a restarted server is not stormed. */
export function backoffMs(attempt: number): number {
  const longest = Math.min(SLOWEST_RECONNECT_MS, FASTEST_RECONNECT_MS * 2 ** Math.min(attempt, 10));
  return Math.round(longest * (0.5 + Math.random() / 2));
}

/** Connects. Rejects when no server answers or the credentials are refused. */
export async function dial(settings: DialSettings): Promise<NatsConnection> {
  const nextPause = pauses();
  const nats = await connect({
    servers: [...settings.hosts],
    authenticator: toAuthenticator(settings.credentials),
    ...(settings.tls !== null && { tls: tlsOptions(settings.tls, settings.hosts) }),
    inboxPrefix: settings.inboxPrefix,
    name: settings.name,
    timeout: 5000,
    // nats.js reconnects for ever; only credentials that are refused twice end a connection (M45), see `Connection`.
    maxReconnectAttempts: -1,
    ignoreAuthErrorAbort: false,
    reconnectDelayHandler: nextPause,
    pingInterval: 10_000,
    maxPingOut: 2,
  });
  return inOnePiece(nats);
}

// nats.js hands on what its own type does not name.
function tlsOptions(tls: TlsSettings, hosts: readonly string[]): TlsSettings {
  const more = tls.servername === undefined ? { checkServerIdentity: identityCheck(hosts) } : {};
  return { ...tls, ...more };
}

/** Pauses of one connection: they grow while it tries, and begin anew with the next loss. */
function pauses(): () => number {
  let attempt = 0;
  let lastAt = 0;
  return () => {
    const now = performance.now();
    if (now - lastAt > 2 * SLOWEST_RECONNECT_MS) attempt = 0;
    lastAt = now;
    return backoffMs(attempt++);
  };
}
