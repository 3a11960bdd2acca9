// Reads credentials afresh for each connect, and turns them into what nats.js asks for.

import { readFile } from "node:fs/promises";
import {
  type Authenticator,
  credsAuthenticator,
  nkeyAuthenticator,
  tokenAuthenticator,
  usernamePasswordAuthenticator,
} from "@nats-io/transport-node";
import type { CredentialSource } from "../config.ts";
import type { Credentials } from "../options.ts";

/** Credentials as they are now; null when none are needed. Rejects when they cannot be read. */
export async function readCredentials(source: CredentialSource): Promise<Credentials | null> {
  switch (source.type) {
    case "none":
      return null;
    case "fixed":
      return source.credentials;
    case "file":
      return { creds: await readFile(source.path, "utf8") };
    case "callback":
      return source.read();
  }
}

/** What nats.js calls while it connects. */
export function toAuthenticator(credentials: Credentials | null): Authenticator[] {
  if (credentials === null) return [];
  const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
  if ("user" in credentials) return [usernamePasswordAuthenticator(credentials.user, credentials.pass)];
  if ("token" in credentials) return [tokenAuthenticator(credentials.token)];
  if ("nkeySeed" in credentials) return [nkeyAuthenticator(encode(credentials.nkeySeed))];
  // nats.js wants every line to end in LF, the last one too; what comes from a variable or from Windows does not.
  return [credsAuthenticator(encode(`${credentials.creds.replaceAll("\r", "")}\n`))];
}
