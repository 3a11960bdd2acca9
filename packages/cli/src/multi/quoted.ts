// Words as a shell reads them.

import { oneLine } from "../output/plain-text.ts";

/** A word in quotes where a shell would take it for something else. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${oneLine(word).replaceAll("'", "'\\''")}'`;
}
