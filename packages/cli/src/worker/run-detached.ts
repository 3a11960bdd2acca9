// `worker --detach`, in the process that the user started: it ends when the worker in the background is ready or gone.

import { expandWorkerName } from "@troupe/core";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { oneLine } from "../output/plain-text.ts";
import { jsonText } from "../output/value-text.ts";
import type { Session } from "../session.ts";
import { startDetached } from "./detach.ts";
import { refuseLive } from "./pid-file.ts";
import { type FileOptions, workerFiles } from "./worker-files.ts";

/**
 * Starts a worker in the background and tells how that went.
 *
 * @throws {CliError} it runs already, or it ended before it was ready.
 */
export async function runDetached(
  options: FileOptions & { readonly hostname?: string },
  { output, folder }: Session,
): Promise<ExitCode> {
  const hostname = expandWorkerName(options.hostname);
  const { pidfile, logfile } = workerFiles({ ...options, detach: true }, hostname, folder);
  refuseLive(pidfile, hostname);
  const { pid, waitsFor } = await startDetached(logfile);
  if (output.json) output.print(jsonText({ hostname, pid, pidfile, logfile, ready: waitsFor === null }));
  else if (!output.quiet) output.print(oneLine(`${hostname} runs in the background: pid ${pid}, log ${logfile}`));
  if (waitsFor === null) return EXIT.done;
  output.error(`${waitsFor}; the worker goes on trying`);
  return EXIT.unreachable;
}
