// Imports modules of the user, TypeScript included: tsx compiles what is imported from here on, so that an application needs
// no build and no flag.

import { pathToFileURL } from "node:url";
import { inspect } from "node:util";
import { usageError } from "./exit-code.ts";
import { lines } from "./output/plain-text.ts";

/** Address of the module that teaches Node to read TypeScript. */
export const TYPESCRIPT_LOADER: string = new URL("./register-typescript.js", import.meta.url).href;

/** Imports a file; gives what it exports. */
export type ImportModule = (file: string) => Promise<object>;

/** Makes the function that imports. */
export function moduleImporter(): ImportModule {
  let prepared: Promise<unknown> | null = null;
  return async (file) => {
    // Loaded late: help and usage errors need none of it.
    prepared ??= import("./register-typescript.ts");
    await prepared;
    const module: unknown = await import(pathToFileURL(file).href);
    return typeof module === "object" && module !== null ? module : {};
  };
}

/** Imports a module whose code may fail. @throws {CliError} it did; with its stack. */
export async function importOrExplain(file: string, importModule: ImportModule): Promise<object> {
  try {
    return await importModule(file);
  } catch (error) {
    throw usageError(`module ${file} raised an error while it was imported:`, lines(inspect(error)));
  }
}
