// Finds the application that -A names, and says precisely why when there is none.
//
// A module's export `app` comes first, then `troupe`, then any that is an application. A folder's entry is looked into
// first, then its `troupe` and its `app` module.

import path from "node:path";
import { isTroupe, type Troupe } from "@troupe/core";
import { usageError } from "./exit-code.ts";
import { findModules } from "./find-module.ts";
import { type ImportModule, importOrExplain } from "./import-module.ts";
import { type Exports, exportsOf, kindOf, listed } from "./module-exports.ts";

/** An application and the file it was found in. */
export interface LoadedApp {
  readonly app: Troupe;
  readonly file: string;
}

const TARGET = /^(.+):([A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*)$/;

/**
 * Loads the application.
 *
 * @param target - `path/to/app`, `path/to/app:export`, a folder, or a package.
 * @param from - Folder that relative paths start from.
 * @throws {CliError} there is no such module or export, the module raised an error, or what it exports is no application.
 */
export async function loadApp(target: string, from: string, importModule: ImportModule): Promise<LoadedApp> {
  const [, name = target, wanted = null] = TARGET.exec(target) ?? [];
  const { files, tried } = findModules(name, from);
  const [first] = files;
  if (first === undefined) throw noSuchModule(target, name, tried, from);
  if (wanted !== null) {
    return { app: namedApp(exportsOf(await importOrExplain(first, importModule)), wanted, first), file: first };
  }
  const seen: string[] = [];
  for (const file of files) {
    const exports = exportsOf(await importOrExplain(file, importModule));
    const app = anyApp(exports);
    if (app) return { app, file };
    seen.push(`${file} (${listed(exports)})`);
  }
  throw usageError(
    `no Troupe application is exported by ${seen.join(", ")}; ` +
      'export one: export const app = new Troupe("name", { broker: "nats://127.0.0.1:4222" })',
  );
}

function anyApp(exports: Exports): Troupe | null {
  const values = [exports.get("app"), exports.get("troupe"), ...exports.values()];
  return values.find(isTroupe) ?? null;
}

function namedApp(exports: Exports, wanted: string, file: string): Troupe {
  const [name = wanted, ...members] = wanted.split(".");
  let value = exports.get(name);
  for (const key of members) value = typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
  if (isTroupe(value)) return value;
  if (value === undefined) throw usageError(`${file} has no export "${wanted}"; it has ${listed(exports)}`);
  throw usageError(
    `export "${wanted}" of ${file} is ${kindOf(value)}, not a Troupe application; name the export that is one`,
  );
}

function noSuchModule(target: string, name: string, tried: readonly string[], from: string): Error {
  const isDotted = /^[\w-]+(\.[\w-]+)+$/.test(name) && !/\.m?[jt]s$/.test(name);
  const hint = isDotted ? `write a path: -A ${target.replaceAll(".", "/")}` : "check -A and the folder";
  const names = tried.map((file) => path.relative(from, path.resolve(from, file)));
  return usageError(`no module "${name}" in ${from}, ${hint}; none of these exists: ${names.join(", ")}`);
}
