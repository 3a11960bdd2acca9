// Names of workers: `name@host`.

import os from "node:os";
import { InvalidArgumentError } from "../model/errors.ts";
import { isWorkerName, shown } from "../model/names.ts";

/** @throws {InvalidArgumentError} a worker cannot have this name. */
export function checkWorkerName(hostname: string): string {
  if (isWorkerName(hostname)) return hostname;
  throw new InvalidArgumentError(
    `worker name ${shown(hostname)} is not allowed; use letters, digits, _ . - around one @, for example "w1@host"`,
  );
}

/**
 * The name that a worker gets for the option `hostname`: with `%h`, `%n` and `%d` filled in, and the host added where there is none.
 *
 * @param given - Default: `troupe@%h`.
 * @throws {InvalidArgumentError} a worker cannot have this name.
 */
export function expandWorkerName(given?: string | null): string {
  const pattern = given ?? "troupe@%h";
  const host = os.hostname();
  const dot = host.indexOf(".");
  const tokens: Readonly<Record<string, string>> = {
    h: host,
    n: dot < 0 ? host : host.slice(0, dot),
    d: dot < 0 ? "" : host.slice(dot + 1),
  };
  const expanded = pattern.replace(/%([hnd])/g, (_match, token: string) => tokens[token] ?? "");
  const hostname = expanded.includes("@") ? expanded : `${expanded}@${host}`;
  if (isWorkerName(hostname)) return hostname;
  throw new InvalidArgumentError(
    `worker name ${shown(pattern)} becomes ${shown(hostname)}; use letters, digits, _ . - around one @, for example "w1@%h"`,
  );
}
