// Finds the TypeScript files of the repository, for scripts that check them.

import { readdirSync } from "node:fs";
import path from "node:path";

/** Root of the repository. */
export const root: string = path.resolve(import.meta.dirname, "..");

/** Folders that hold code. */
export const codeFolders: readonly string[] = ["packages", "examples", "test", "bench", "scripts"];

/** All TypeScript files of the repository, relative to its root, with slashes. */
export function sourceFiles(): string[] {
  const found: string[] = [];
  const walk = (folder: string): void => {
    for (const entry of readdirSync(path.join(root, folder), { withFileTypes: true })) {
      const name = `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (entry.name !== "node_modules" && entry.name !== "dist") walk(name);
      } else if (/\.tsx?$/.test(name)) {
        found.push(name);
      }
    }
  };
  for (const folder of codeFolders) walk(folder);
  return found;
}
