// Reads names out of source texts: members of interfaces, unions, and options of later versions, which are not there at run time.
// Fails when it finds none, so that a change of form cannot make a comparison empty.

import { textOf } from "./markdown.ts";

/** Names of the members of an interface. */
export function membersOf(file: string, name: string): string[] {
  const body = new RegExp(`^export interface ${name}\\b[^{]*\\{\\n(.*?)^\\}`, "ms").exec(textOf(file))?.[1] ?? "";
  return some(
    [...body.matchAll(/^ {2}(?:readonly )?(\w+)\??[:(<]/gm)].map((match) => match[1] ?? ""),
    `${name} in ${file}`,
  );
}

/** The strings of a union of strings. */
export function unionOf(file: string, name: string): string[] {
  const body = new RegExp(`^export type ${name} =([^;]*);`, "m").exec(textOf(file))?.[1] ?? "";
  return some(
    [...body.matchAll(/"([^"]+)"/g)].map((match) => match[1] ?? ""),
    `${name} in ${file}`,
  );
}

/** Options that are known, but not offered by this version. */
export function laterOptions(file: string): string[] {
  return some(
    [...textOf(file).matchAll(/^ {2}(\w+): "later",$/gm)].map((match) => match[1] ?? ""),
    `options of later versions in ${file}`,
  );
}

/** The import table of core, as `.dependency-cruiser.cjs` has it. */
export function importTable(): Map<string, string[]> {
  const body = /^const mayImport = \{\n(.*?)^\};/ms.exec(textOf(".dependency-cruiser.cjs"))?.[1] ?? "";
  const rows = [...body.matchAll(/^ {2}(\w+): \[([^\]]*)\],$/gm)];
  return new Map(
    some(rows, "rows of the import table").map(([, folder = "", others = ""]) => [
      folder,
      [...others.matchAll(/"(\w+)"/g)].map((match) => match[1] ?? ""),
    ]),
  );
}

function some<Item>(found: Item[], what: string): Item[] {
  if (found.length === 0) throw new Error(`found nothing: ${what}`);
  return found;
}
