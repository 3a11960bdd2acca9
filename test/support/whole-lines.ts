// A file of JSON lines that other processes append to.

import { readFile } from "node:fs/promises";

/** The lines so far; none when there is no file. A last one without its end is still being written. */
export async function wholeLines<T>(path: string): Promise<T[]> {
  const text = await readFile(path, "utf8").catch(() => "");
  return text
    .split("\n")
    .slice(0, -1)
    .map((line): T => JSON.parse(line));
}
