// Loads a module that an application includes.

import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

/** @param base - Where relative names start, and packages are looked for. */
export async function includeModule(module: string, base: string | URL): Promise<void> {
  if (path.isAbsolute(module)) await import(pathToFileURL(module).href);
  else if (module.startsWith(".")) await import(new URL(module, base).href);
  else if (module.includes("://")) await import(module);
  else await import(pathToFileURL(createRequire(base).resolve(module)).href);
}
