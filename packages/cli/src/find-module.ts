// The words after -A, or of `include`, to files: tries extensions, folders and packages of node_modules. Reads no code.

import { readFileSync, statSync } from "node:fs";
import path from "node:path";

/** Files to look into, in this order; and all that was tried, for the error when there is none. */
export interface FoundModules {
  readonly files: readonly string[];
  readonly tried: readonly string[];
}

const EXTENSIONS = [".ts", ".mts", ".js", ".mjs"] as const;

// TypeScript names the files of an import as they will be called when compiled.
const SOURCE_OF: Readonly<Record<string, string>> = { ".js": ".ts", ".mjs": ".mts" };

/** Modules of a folder that may hold the application, after the folder's own entry. */
const APP_MODULES = ["troupe", "app"] as const;

/**
 * The modules that a name may mean: a file, with or without its extension; a folder's entry and then its `troupe` and `app`
 * module; or a package of node_modules.
 *
 * @param from - Folder that relative names start from.
 */
export function findModules(name: string, from: string): FoundModules {
  const tried: string[] = [];
  const files = candidatesAt(path.resolve(from, name), tried);
  if (files.length > 0 || name.startsWith(".") || path.isAbsolute(name)) return { files, tried };
  const folders = packageFolders(from).map((folder) => path.join(folder, name));
  const installed = folders.find((folder) => isFolder(path.dirname(folder)) && candidatesAt(folder, []).length > 0);
  return installed === undefined
    ? { files, tried: [...tried, path.join("node_modules", name)] }
    : { files: candidatesAt(installed, tried), tried };
}

function candidatesAt(target: string, tried: string[]): string[] {
  const file = fileAt(target, tried);
  if (file !== null) return [file];
  if (!isFolder(target)) return [];
  const entry = fileAt(path.join(target, "index"), tried) ?? packageEntry(target);
  const others = APP_MODULES.map((name) => fileAt(path.join(target, name), tried));
  return [entry, ...others].filter((found) => found !== null);
}

function fileAt(target: string, tried: string[]): string | null {
  for (const name of namesOf(target)) {
    if (isFile(name)) return name;
    tried.push(name);
  }
  return null;
}

function namesOf(target: string): string[] {
  const extension = path.extname(target);
  const isComplete = EXTENSIONS.some((known) => known === extension);
  if (!isComplete) return [...(extension === "" ? [] : [target]), ...EXTENSIONS.map((added) => target + added)];
  const source = SOURCE_OF[extension];
  return [target, ...(source === undefined ? [] : [target.slice(0, -extension.length) + source])];
}

/** What `package.json` names as the package's main module; null without one. */
function packageEntry(folder: string): string | null {
  const manifest = readManifest(path.join(folder, "package.json"));
  const exported = conditional(member(manifest, "exports"));
  const entry = exported ?? member(manifest, "main");
  const file = typeof entry === "string" ? path.join(folder, entry) : null;
  return file !== null && isFile(file) ? file : null;
}

/** The file that `exports` gives an importing program. */
function conditional(exported: unknown): string | null {
  if (typeof exported === "string") return exported;
  if (typeof exported !== "object" || exported === null) return null;
  for (const condition of [".", "import", "node", "default"]) {
    const found = conditional(member(exported, condition));
    if (found !== null) return found;
  }
  return null;
}

function member(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
}

function readManifest(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return null;
  }
}

/** `node_modules` of a folder and of those above it. */
function packageFolders(from: string): string[] {
  const above = path.dirname(from);
  return [path.join(from, "node_modules"), ...(above === from ? [] : packageFolders(above))];
}

function isFile(name: string): boolean {
  return statSync(name, { throwIfNoEntry: false })?.isFile() ?? false;
}

function isFolder(name: string): boolean {
  return statSync(name, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
