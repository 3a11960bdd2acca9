// Finds real text: the documents of this repository, and the licences of the packages that it uses.

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const DOCUMENT = /\.md$/i;
const LICENCE = /^(licen[cs]e|copying|notice)/i;

/** Paths of all texts, in a fixed order. */
export async function findTexts(): Promise<readonly string[]> {
  const found = await Promise.all([
    filesIn(ROOT, DOCUMENT),
    filesIn(join(ROOT, "docs"), DOCUMENT, true),
    licencesIn(join(ROOT, "node_modules")),
  ]);
  return found.flat().sort();
}

/** Text of a file. */
export function readText(path: string): Promise<string> {
  return readFile(path, "utf8");
}

async function filesIn(folder: string, name: RegExp, recursive = false): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive });
  return entries
    .filter((entry) => entry.isFile() && name.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

async function licencesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const packages = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith("."));
  const licences = packages.map(({ name }) => {
    const path = join(folder, name);
    return name.startsWith("@") ? licencesIn(path) : filesIn(path, LICENCE);
  });
  return (await Promise.all(licences)).flat();
}
