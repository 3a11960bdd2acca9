// Writes what is in a worker's memory to a file, for the memory panel of Chrome's developer tools. The worker stands still meanwhile.

import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { writeHeapSnapshot } from "node:v8";
import type { TaskHost } from "./task-host.ts";

/** Writes the file, in a folder that only the worker's user can read, for it holds all that the worker knows. @returns its path. */
export function heapSnapshot({ hostname, logger }: Pick<TaskHost, "hostname" | "logger">): string {
  const folder = mkdtempSync(path.join(tmpdir(), "troupe-heap-"));
  const file = writeHeapSnapshot(path.join(folder, `${hostname}.heapsnapshot`));
  logger.warn(
    { file },
    "a heap snapshot was written, as was asked for; it holds what is in memory: delete it when it is read",
  );
  return file;
}
