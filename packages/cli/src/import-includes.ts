// Imports the modules of an application's `include`, as its workers do, and says precisely which one fails and why.

import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { usageError } from "./exit-code.ts";
import { findModules } from "./find-module.ts";
import { type ImportModule, importOrExplain } from "./import-module.ts";
import type { LoadedApp } from "./load-app.ts";

/**
 * Imports an application's `include` and those of the command line. The setting then holds their addresses, so that a
 * worker imports these very files.
 *
 * @param added - More modules: relative to `from`, or packages.
 * @throws {CliError} there is no such module, or it raised an error.
 */
export async function importIncludes(
  { app, file }: LoadedApp,
  added: readonly string[],
  from: string,
  importModule: ImportModule,
): Promise<void> {
  const files = [
    ...app.conf.include.map((name) => includeFile(name, path.dirname(file), `include of application "${app.name}"`)),
    ...added.map((name) => includeFile(name, from, "option --include")),
  ];
  for (const included of files) await importOrExplain(included, importModule);
  app.conf.update({ include: [...new Set(files)].map((included) => pathToFileURL(included).href) });
}

function includeFile(name: string, from: string, what: string): string {
  const place = name.startsWith("file:") ? fileURLToPath(name) : name;
  const { files, tried } = findModules(place, from);
  const [first] = files;
  if (first !== undefined) return first;
  throw usageError(
    `${what} names "${name}", but none of these exists: ${tried.map((tryOne) => path.relative(from, tryOne)).join(", ")} in ${from}`,
  );
}
