// Where a worker keeps its process id and its log: what the options say, with its name filled in.

import path from "node:path";
import { expandFile } from "./file-template.ts";

/** The options. */
export interface FileOptions {
  readonly pidfile?: string;
  readonly logfile?: string;
  readonly detach?: boolean;
}

/** The files, as full paths; null: none. */
export interface WorkerFiles {
  readonly pidfile: string | null;
  readonly logfile: string | null;
}

/** Those of a worker in the background, which has both. */
export interface DetachedFiles {
  readonly pidfile: string;
  readonly logfile: string;
}

/** Default in the background. */
export const DEFAULT_PIDFILE = "%n.pid";
/** Default in the background. */
export const DEFAULT_LOGFILE = "%n%I.log";

/** @param folder - that relative names start from. */
export function workerFiles(
  options: FileOptions & { readonly detach: true },
  hostname: string,
  folder: string,
): DetachedFiles;
export function workerFiles(options: FileOptions, hostname: string, folder: string): WorkerFiles;
export function workerFiles(options: FileOptions, hostname: string, folder: string): WorkerFiles {
  const { pidfile, logfile, detach } = options;
  const place = (template: string | undefined): string | null =>
    template === undefined ? null : path.resolve(folder, expandFile(template, hostname));
  return {
    pidfile: place(pidfile ?? (detach ? DEFAULT_PIDFILE : undefined)),
    logfile: place(logfile ?? (detach ? DEFAULT_LOGFILE : undefined)),
  };
}
