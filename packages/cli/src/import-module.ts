// Imports modules of the user, TypeScript included: tsx compiles what is imported from here on, so that an application needs
// no build and no flag.

import { pathToFileURL } from "node:url";
import { inspect } from "node:util";
import { usageError } from "./exit-code.ts";
import { lines } from "./output/plain-text.ts";

/** Imports a file; gives what it exports. */
export type ImportModule = (file: string) => Promise<object>;

/** Makes the function that imports. */
export function moduleImporter(): ImportModule {
  let prepared: Promise<void> | null = null;
  return async (file) => {
    prepared ??= prepareTypeScript();
    await prepared;
    const module: unknown = await import(pathToFileURL(file).href);
    return typeof module === "object" && module !== null ? module : {};
  };
}

// Both ways, for without `"type": "module"` a .ts file is a CommonJS module. Loaded late: help and usage errors need none of it.
async function prepareTypeScript(): Promise<void> {
  const [forRequire, forImport] = await Promise.all([import("tsx/cjs/api"), import("tsx/esm/api")]);
  forRequire.register();
  forImport.register();
}

/** Imports a module whose code may fail. @throws {CliError} it did; with its stack. */
export async function importOrExplain(file: string, importModule: ImportModule): Promise<object> {
  try {
    return await importModule(file);
  } catch (error) {
    throw usageError(`module ${file} raised an error while it was imported:`, lines(inspect(error)));
  }
}
