// What a user can set. `config.ts` checks it and fills in the defaults.

/** One way to say who we are. */
export type Credentials =
  | { readonly user: string; readonly pass?: string }
  | { readonly token: string }
  /** Seed of an nkey (`SU…`). */
  | { readonly nkeySeed: string }
  /** Text of a credentials file (JWT and seed). */
  | { readonly creds: string };

/** Transport encryption. Files are read anew at each connect. */
export interface TlsSettings {
  /** File of the certificate authority that signed the server's certificate. @default the system's authorities */
  readonly caFile?: string;
  /** File of this client's certificate. */
  readonly certFile?: string;
  /** File of this client's private key. */
  readonly keyFile?: string;
  /** Text of the authority's certificate. Excludes `caFile`. */
  readonly ca?: string;
  /** Text of this client's certificate. Excludes `certFile`. */
  readonly cert?: string;
  /** Text of this client's private key. Excludes `keyFile`. */
  readonly key?: string;
  /** Name that the server's certificate must have. @default the host in the URL */
  readonly servername?: string;
  /** Encrypt before the server says anything; the server must be set up so. @default false */
  readonly handshakeFirst?: boolean;
}

/** Most bytes that each stream may hold. Reaching it refuses new messages (dead letters: drops the oldest). */
export interface StreamSizes {
  /** Waiting and running tasks, in bytes. @default 1 GiB */
  readonly tasks?: number;
  /** Results and other records, in bytes. @default 1 GiB */
  readonly results?: number;
  /** Dead letters, in bytes. @default 64 MiB */
  readonly dead?: number;
  /** Leases, in bytes. @default 8 MiB */
  readonly leases?: number;
  /** Mailboxes: what groups that are under way have stored, in bytes. @default 1 GiB */
  readonly actors?: number;
  /** Records of who took which shard of the mailboxes, in bytes. @default 1 MiB */
  readonly epochs?: number;
  /** Delayed tasks: what waits for its time, in bytes. @default 256 MiB */
  readonly delayed?: number;
  /** Revocations, in bytes; one takes about 200. @default 64 MiB */
  readonly revoked?: number;
  /** Events, in bytes, once somebody subscribes to them under a name; the oldest go. @default 256 MiB */
  readonly events?: number;
  /** Which queues are paused, in bytes; one takes about 200. @default 1 MiB */
  readonly pauses?: number;
}

/** Options of `natsTransport()`, and of an application's `transportOptions` with a `nats://` or `tls://` broker. */
export interface NatsTransportOptions {
  /**
   * Servers of one cluster, as `nats://host:port` or `tls://host:port`. May hold `user:pass@`, which is never shown.
   *
   * @default "nats://127.0.0.1:4222"
   */
  readonly servers?: string | readonly string[];
  /** User name. Excludes other credentials. */
  readonly user?: string;
  /** Password of `user`. */
  readonly pass?: string;
  /** Token. Excludes other credentials. */
  readonly token?: string;
  /** Seed of an nkey (`SU…`). Excludes other credentials. */
  readonly nkeySeed?: string;
  /** Path of a credentials file, read at each connect. Excludes other credentials. */
  readonly credsFile?: string;
  /** Text of a credentials file. Excludes other credentials. */
  readonly creds?: string;
  /** Called at each connect for fresh credentials. Excludes other credentials. */
  readonly authenticator?: () => Credentials | Promise<Credentials>;
  /** Encryption. Servers given as `tls://` are encrypted without it, too. */
  readonly tls?: TlsSettings;
  /** Copies of each stream: 1, 3 or 5; fixed when the streams are made. @default 1 */
  readonly replicas?: 1 | 3 | 5;
  /** Most bytes of each stream. */
  readonly maxBytes?: StreamSizes;
  /** How long a lease lasts without renewal, in milliseconds; at least 1000. @default 15000 */
  readonly leaseMs?: number;
  /** Messages sent and not yet confirmed; more wait in order. 1 to 65536. @default 1024 */
  readonly maxInFlight?: number;
  /** How long one request for tasks waits at the server, in milliseconds; 1000 to 60000. @default 5000 */
  readonly pullExpires?: number;
  /**
   * Shards that the mailboxes of new groups are shared out over; 1 to 256. A group keeps its shard for life.
   *
   * @default 16
   */
  readonly shards?: number;
  /** First token of the subjects on which answers come; give each user of a server its own. @default "_INBOX" */
  readonly inboxPrefix?: string;
  /** Name of this connection in the server's lists. @default "troupe" */
  readonly name?: string;
}
