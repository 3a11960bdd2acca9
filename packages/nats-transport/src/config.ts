// Checks what the user set and fills in the defaults. Everything below works with `NatsConfig`.

import { ConfigError, checkOptions, type OptionRule, type OptionTable } from "@troupe/core/transport";
import { parseServers, type Servers } from "./connection/servers.ts";
import type { Credentials, NatsTransportOptions, StreamSizes, TlsSettings } from "./options.ts";

/** Where credentials come from at each connect. */
export type CredentialSource =
  | { readonly type: "none" }
  | { readonly type: "fixed"; readonly credentials: Credentials }
  | { readonly type: "file"; readonly path: string }
  | { readonly type: "callback"; readonly read: () => Credentials | Promise<Credentials> };

/** All options, checked. */
export interface NatsConfig {
  readonly servers: Servers;
  readonly credentials: CredentialSource;
  readonly tls: TlsSettings | null;
  readonly replicas: number;
  readonly maxBytes: Required<StreamSizes>;
  readonly leaseMs: number;
  readonly maxInFlight: number;
  readonly pullExpiresMs: number;
  readonly shards: number;
  readonly inboxPrefix: string;
  readonly name: string;
}

/** A table with a rule for each option, so that none is forgotten. */
type RulesOf<T> = OptionTable & Readonly<Record<keyof T, OptionRule>>;

const MIB = 1024 * 1024;
const isText = (value: unknown): boolean => typeof value === "string" && value !== "";
const isTextList = (value: unknown): boolean => Array.isArray(value) && value.length > 0 && value.every(isText);
const isObject = (value: unknown): boolean => typeof value === "object" && value !== null && !Array.isArray(value);
const isToken = (value: unknown): boolean => typeof value === "string" && /^[^\s.*>]+(\.[^\s.*>]+)*$/.test(value);
const TEXT: OptionRule = { wants: "a text", is: isText };
const SECRET: OptionRule = { ...TEXT, secret: true };
const FLAG: OptionRule = { wants: "true or false", is: (value) => typeof value === "boolean" };
const BYTES: OptionRule = {
  wants: "a whole number of bytes, at least 1024",
  is: wholeNumber(1024, Number.MAX_SAFE_INTEGER),
};

const RULES: RulesOf<NatsTransportOptions> = {
  servers: { wants: "a URL or a list of URLs", is: (value) => isText(value) || isTextList(value), secret: true },
  user: SECRET,
  pass: { wants: "a text", is: (value) => typeof value === "string", secret: true },
  token: SECRET,
  nkeySeed: {
    wants: "a seed that begins with SU",
    is: (value) => typeof value === "string" && value.startsWith("SU"),
    secret: true,
  },
  credsFile: TEXT,
  creds: SECRET,
  authenticator: { wants: "a function", is: (value) => typeof value === "function" },
  tls: { wants: "an object", is: isObject },
  replicas: { wants: "1, 3 or 5", is: (value) => value === 1 || value === 3 || value === 5 },
  maxBytes: { wants: "an object", is: isObject },
  leaseMs: { wants: "milliseconds from 1000 to 3600000", is: wholeNumber(1000, 3_600_000) },
  maxInFlight: { wants: "a whole number from 1 to 65536", is: wholeNumber(1, 65_536) },
  pullExpires: { wants: "milliseconds from 1000 to 60000", is: wholeNumber(1000, 60_000) },
  shards: { wants: "a whole number from 1 to 256", is: wholeNumber(1, 256) },
  inboxPrefix: { wants: "a subject without wildcards", is: isToken },
  name: TEXT,
};

const SIZE_RULES: RulesOf<StreamSizes> = {
  tasks: BYTES,
  results: BYTES,
  dead: BYTES,
  leases: BYTES,
  actors: BYTES,
  epochs: BYTES,
  delayed: BYTES,
  revoked: BYTES,
  events: BYTES,
  pauses: BYTES,
};

const TLS_RULES: RulesOf<TlsSettings> = {
  caFile: TEXT,
  certFile: TEXT,
  keyFile: TEXT,
  ca: TEXT,
  cert: SECRET,
  key: SECRET,
  servername: TEXT,
  handshakeFirst: FLAG,
};

const DEFAULTS = {
  servers: "nats://127.0.0.1:4222",
  replicas: 1,
  leaseMs: 15_000,
  maxInFlight: 1024,
  pullExpires: 5000,
  shards: 16,
  inboxPrefix: "_INBOX",
  name: "troupe",
} as const;

const DEFAULT_SIZES: Required<StreamSizes> = {
  tasks: 1024 * MIB,
  results: 1024 * MIB,
  dead: 64 * MIB,
  leases: 8 * MIB,
  actors: 1024 * MIB,
  epochs: MIB,
  delayed: 256 * MIB,
  revoked: 64 * MIB,
  events: 256 * MIB,
  pauses: MIB,
};

// A password may hold commas and colons.
const BETWEEN_URLS = /,(?=\s*[a-z][a-z0-9+.-]*:\/\/)/i;

/**
 * Checks options and fills in defaults.
 *
 * @throws {ConfigError} an option is unknown, has a wrong value, or excludes another that is given.
 */
export function resolveConfig(options: NatsTransportOptions): NatsConfig {
  const what = "option of the NATS transport";
  checkOptions(options, RULES, { what: `${what}:`, kind: "setting" });
  checkOptions(options.tls ?? {}, TLS_RULES, { what: `${what}: tls`, kind: "setting" });
  checkOptions(options.maxBytes ?? {}, SIZE_RULES, { what: `${what}: maxBytes`, kind: "setting" });
  const given = { ...DEFAULTS, ...withoutUndefined(options) };
  const servers = parseServers(typeof given.servers === "string" ? given.servers.split(BETWEEN_URLS) : given.servers);
  return {
    servers,
    credentials: credentialSource(options, servers.credentials),
    tls: options.tls ?? (servers.encrypted ? {} : null),
    replicas: given.replicas,
    maxBytes: { ...DEFAULT_SIZES, ...withoutUndefined(options.maxBytes ?? {}) },
    leaseMs: given.leaseMs,
    maxInFlight: given.maxInFlight,
    pullExpiresMs: given.pullExpires,
    shards: given.shards,
    inboxPrefix: given.inboxPrefix,
    name: given.name,
  };
}

/** An option that is given as undefined or null is not given. */
function withoutUndefined<T extends object>(options: T): T {
  const copy = { ...options };
  for (const name of Object.keys(copy)) {
    if ((Reflect.get(copy, name) ?? undefined) === undefined) Reflect.deleteProperty(copy, name);
  }
  return copy;
}

function wholeNumber(least: number, most: number): (value: unknown) => boolean {
  return (value) => typeof value === "number" && Number.isInteger(value) && value >= least && value <= most;
}

function credentialSource(options: NatsTransportOptions, inUrl: Credentials | null): CredentialSource {
  const { pass, credsFile, authenticator } = options;
  const given: CredentialSource[] = [];
  for (const credentials of fixedCredentials(options, inUrl)) given.push({ type: "fixed", credentials });
  if (credsFile !== undefined) given.push({ type: "file", path: credsFile });
  if (authenticator !== undefined) given.push({ type: "callback", read: authenticator });
  const [only, second] = given;
  if (second !== undefined) {
    throw new ConfigError("more than one kind of credentials is given to the NATS transport; keep one");
  }
  if (pass !== undefined && options.user === undefined) throw new ConfigError("pass is given without user; give both");
  return only ?? { type: "none" };
}

function fixedCredentials(options: NatsTransportOptions, inUrl: Credentials | null): Credentials[] {
  const { user, pass, token, nkeySeed, creds } = options;
  const given: Credentials[] = inUrl === null ? [] : [inUrl];
  if (user !== undefined) given.push(pass === undefined ? { user } : { user, pass });
  if (token !== undefined) given.push({ token });
  if (nkeySeed !== undefined) given.push({ nkeySeed });
  if (creds !== undefined) given.push({ creds });
  return given;
}
