// Loads a module that an application includes.

import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

/**
 * @param base - Where relative names start, and packages are looked for.
 * @returns what it exports.
 */
export async function includeModule(module: string, base: string | URL): Promise<object> {
  const loaded: unknown = await import(addressOf(module, base));
  return typeof loaded === "object" && loaded !== null ? loaded : {};
}

function addressOf(module: string, base: string | URL): string {
  if (path.isAbsolute(module)) return pathToFileURL(module).href;
  if (module.startsWith(".")) return new URL(module, base).href;
  return module.includes("://") ? module : pathToFileURL(createRequire(base).resolve(module)).href;
}
