// What to paste into a bug report: versions, platform, changed settings without secrets.

import { release, type as system } from "node:os";
import { VERSION } from "../model/version.ts";
import type { Conf } from "./conf.ts";

/** The report of an application, as text. */
export function reportText(app: string, conf: Conf): string {
  const settings = Object.entries(conf.censored()).map(([name, value]) => `  ${name}: ${JSON.stringify(value)}`);
  return [
    `software -> troupe: ${VERSION}, node: ${process.version}`,
    `platform -> system: ${system()} ${release()}, arch: ${process.arch}`,
    `app -> name: ${app}`,
    "settings ->",
    ...(settings.length === 0 ? ["  all default"] : settings),
  ].join("\n");
}
