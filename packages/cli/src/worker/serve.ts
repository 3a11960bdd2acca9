// A worker while it runs: starts it, says what becomes of its connection, obeys signals, and gives the exit code.

import { brokerText, type Troupe, type Worker } from "@troupe/core";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { CommandLog } from "../output/log.ts";
import type { LogFile } from "../output/log-file.ts";
import type { StartReport } from "./detach.ts";
import { guardProcess } from "./guard-process.ts";
import { mayRunAgain, onParentGone, runAgain } from "./run-again.ts";
import { stateLines } from "./state-lines.ts";
import { SignalStops } from "./stop-on-signals.ts";

/** What a worker that serves tells of itself. */
export interface ServePorts {
  readonly log: CommandLog;
  /** Where the log is written; null: standard error. */
  readonly logFile: LogFile | null;
  /** Told how the start of a detached worker goes; null: it is none. */
  readonly report: StartReport | null;
}

/** Starts a worker and stops it when signals say so. */
export async function serve(worker: Worker, app: Troupe, ports: ServePorts): Promise<ExitCode> {
  const { logger, announce } = ports.log;
  const exit = (): never => process.exit(EXIT.failed);
  let state = "";
  let wasCold = false;
  // The actor also tells of every task that ends; only its own changes are of interest here.
  worker.actor.subscribe(({ value }) => {
    if (value === state) return;
    const { broker } = app.conf;
    if (value === "abandoning") wasCold = true;
    else if (value === "disconnected") logger.warn({}, `lost the connection to ${brokerText(broker)}; reconnecting`);
    else if (state === "disconnected" && value === "running")
      logger.warn({}, `connected to ${brokerText(broker)} again`);
    state = value;
  });
  const stops = new SignalStops(worker, { signals: process, announce, exit });
  const tellState = (): void => stateLines(worker, Date.now()).forEach(announce);
  process.on("SIGUSR1", tellState);
  process.on("SIGUSR2", () => reopen(ports));
  guardProcess(worker, logger, exit);
  onParentGone(() => {
    logger.warn({}, "the process that has this worker's place is gone; the worker stops");
    void worker.stop();
  });
  try {
    if (ports.report) tellOfBroker(app, ports.report);
    await worker.start();
    announce(`${worker.hostname} ready.`);
    ports.report?.ready();
  } catch (error) {
    // Stopped by a signal before it was ready, it has nothing to close: there is no connection yet.
    if (worker.actor.getSnapshot().status === "done" && isClosed(error)) return EXIT.done;
    throw error;
  }
  await worker.stopped;
  await app.close();
  announce(`${worker.hostname} stopped.`);
  stops.end();
  process.off("SIGUSR1", tellState);
  if (stops.onlyHungUp && mayRunAgain()) return runAgain();
  return wasCold ? EXIT.failed : EXIT.done;
}

// The worker itself connects by the same attempt, and repeats it.
function tellOfBroker(app: Troupe, report: StartReport): void {
  app.connect().catch((error: unknown) => {
    if (hasCode(error, "TROUPE_BROKER_UNREACHABLE")) report.waits(error.message);
  });
}

function reopen({ logFile, log }: ServePorts): void {
  try {
    logFile?.reopen();
  } catch (error) {
    log.logger.error({ err: error }, `the log goes on in its old file: ${String(error)}`);
  }
}

function isClosed(error: unknown): boolean {
  return hasCode(error, "TROUPE_CLOSED");
}

function hasCode(error: unknown, code: string): error is Error {
  return error instanceof Error && "code" in error && error.code === code;
}
