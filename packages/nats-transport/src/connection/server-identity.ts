// Whose certificate a server must have when its URL names an address instead of a host: nats.js then names nobody to Node.js,
// which would look for "localhost".

import { isIP } from "node:net";
import { checkServerIdentity, type PeerCertificate } from "node:tls";

/** A check for `tls.connect`. A certificate for any of the configured addresses will do: they are one cluster. */
export type IdentityCheck = (host: string, certificate: PeerCertificate) => Error | undefined;

/** @param hosts - `host:port` of the servers. */
export function identityCheck(hosts: readonly string[]): IdentityCheck {
  const names = hosts.map(nameOf);
  const addresses = names.filter((name) => isIP(name) !== 0);
  return (host, certificate) => {
    if (names.includes(host) || addresses.length === 0) return checkServerIdentity(host, certificate);
    const [first, ...others] = addresses.map((address) => checkServerIdentity(address, certificate));
    return first === undefined || others.includes(undefined) ? undefined : first;
  };
}

function nameOf(host: string): string {
  return host.replace(/:\d+$/, "").replace(/^\[|\]$/g, "");
}
