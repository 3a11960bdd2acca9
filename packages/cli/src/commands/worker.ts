// `worker`: takes tasks from queues and runs them until it is stopped.

import {
  brokerText,
  type Duration,
  type Logger,
  type PoolName,
  type Troupe,
  type Worker,
  type WorkerOptions,
} from "@troupe/core";
import { type Command, Option } from "commander";
import { type ExitCode, usageError } from "../exit-code.ts";
import { TYPESCRIPT_LOADER } from "../import-module.ts";
import { LogFile } from "../output/log-file.ts";
import type { Output } from "../output/output.ts";
import { jsonText } from "../output/value-text.ts";
import { DURATION_HELP, parseBounds, parseCount, parseDuration, parseList } from "../parse-values.ts";
import type { Session, Start } from "../session.ts";
import { type BannerFacts, bannerFacts, bannerText } from "../worker/banner.ts";
import { becomeUser, parseUmask, type UserOptions } from "../worker/become-user.ts";
import { startReport } from "../worker/detach.ts";
import { parseFileTemplate, TOKENS_HELP } from "../worker/file-template.ts";
import { claimPidFile } from "../worker/pid-file.ts";
import { isRunAgain } from "../worker/run-again.ts";
import { runDetached } from "../worker/run-detached.ts";
import { serve } from "../worker/serve.ts";
import { DEFAULT_LOGFILE, DEFAULT_PIDFILE, type FileOptions, workerFiles } from "../worker/worker-files.ts";

interface WorkerCommandOptions extends FileOptions, UserOptions {
  readonly concurrency?: number;
  readonly autoscale?: [number, number];
  readonly prefetchMultiplier?: number;
  readonly queues?: string[];
  readonly excludeQueues?: string[];
  readonly hostname?: string;
  readonly include?: string[];
  readonly pool?: PoolName;
  readonly maxTasksPerChild?: number;
  readonly maxMemoryPerChild?: number;
  readonly timeLimit?: Duration;
  readonly softTimeLimit?: Duration;
  readonly shutdownTimeout?: Duration;
  readonly softShutdownTimeout?: Duration;
  readonly events?: true;
  readonly withoutHeartbeat?: true;
  readonly heartbeatInterval?: Duration;
  readonly purge?: boolean;
}

const LATER_OPTIONS: readonly string[] = ["-B, --beat", "-S, --statedb <path>"];

const POOLS: readonly PoolName[] = ["async", "solo", "threads", "processes"];

/** Adds the command. */
export function addWorker(program: Command, start: Start): void {
  const worker = program
    .command("worker")
    .summary("run a worker")
    .description(
      "Runs a worker: takes tasks from queues and runs them until it is stopped. Starts as soon as there is a broker.\n\n" +
        "Signals: SIGINT (Ctrl+C) and SIGTERM stop it warm: it takes no more tasks and finishes the running ones.\n" +
        "A second one, or SIGQUIT, stops it cold: running tasks are aborted and given back, and run again elsewhere;\n" +
        "with --soft-shutdown-timeout they have that long to finish first. A further one ends the process at once.\n" +
        "SIGHUP stops it warm and starts it again; SIGUSR1 logs what it does. Exit code: 0 after a warm stop, 1 after a cold one.",
    )
    .option("-c, --concurrency <count>", "tasks that run at the same time (default: the number of CPUs)", parseCount)
    .option(
      "--autoscale <max,min>",
      "most and fewest tasks that run at the same time, in either order: their number follows the backlog",
      parseBounds,
    )
    .option(
      "--prefetch-multiplier <count>",
      "tasks that are fetched for each that runs, itself included (default: workerPrefetchMultiplier, else 1)",
      parseCount,
    )
    .addOption(
      new Option(
        "-O, --optimization <profile>",
        "fair, as it always is: a task is given out when it can run, not before",
      ).choices(["fair"]),
    )
    .option(
      "-Q, --queues <names>",
      "queues to consume, with commas between them (default: all that are declared, and the default queue)",
      parseList,
    )
    .option("-X, --exclude-queues <names>", "of these queues, those to leave to other workers", parseList)
    .option(
      "-n, --hostname <name>",
      'name of the worker; %h full host name, %n short one, %d domain (default: "troupe@%h")',
    )
    .option("-I, --include <modules>", "more modules to import, with commas between them", parseList)
    .addOption(
      new Option(
        "-P, --pool <pool>",
        "where tasks run; async: in this thread, taking turns at each await; solo: the same, one at a time; " +
          "threads, processes: each in one of its own (default: workerPool, else async)",
      ).choices(POOLS),
    )
    .option(
      "--max-tasks-per-child <count>",
      "tasks after which another thread or process takes the place of one (default: no limit)",
      parseCount,
    )
    .option(
      "--max-memory-per-child <bytes>",
      "bytes that a thread or process may hold after a task; above them another takes its place (default: no limit)",
      parseCount,
    )
    .option(
      "--time-limit <duration>",
      "tasks that run longer have failed, unless they have a limit of their own (default: taskTimeLimit)",
      parseDuration,
    )
    .option(
      "--soft-time-limit <duration>",
      "the signal of tasks that run longer is aborted, likewise (default: taskSoftTimeLimit)",
      parseDuration,
    )
    .option(
      "--shutdown-timeout <duration>",
      `longest wait of a warm stop, which then becomes a cold one: ${DURATION_HELP} (default: no limit)`,
      parseDuration,
    )
    .option(
      "--soft-shutdown-timeout <duration>",
      `how long running tasks may take before a cold stop: ${DURATION_HELP} (default: 0)`,
      parseDuration,
    )
    .option("-E, --events", "tell in events what happens to tasks (default: workerSendTaskEvents)")
    .option("--heartbeat-interval <duration>", "time between two events worker-heartbeat (default: 2s)", parseDuration)
    .option("--without-heartbeat", "send no such events")
    .option("--purge", "delete the tasks that wait in its queues before it takes any, without asking")
    .option("-D, --detach", "run in the background; returns when the worker is ready, or with its error when it is not")
    .option(
      "--pidfile <path>",
      `file for the process id, gone when the worker ends; a second worker is refused. ${TOKENS_HELP} (default: none; with --detach: ${DEFAULT_PIDFILE})`,
      parseFileTemplate,
    )
    .option(
      "-f, --logfile <path>",
      `file that the log is appended to, with the same tokens; SIGUSR2 opens it anew (default: standard error; with --detach: ${DEFAULT_LOGFILE})`,
      parseFileTemplate,
    )
    .option("--uid <user>", "user to become, by name or number; for root only")
    .option("--gid <group>", "group to become (default: the user's)")
    .option("--umask <octal>", "mask of the files that are made", parseUmask)
    .addHelpText(
      "after",
      "\nExamples:\n" +
        "  actor-cli -A proj worker -l info\n" +
        "  actor-cli -A src/troupe.ts worker -Q default,media -c 8 -n w1@%h\n" +
        "  actor-cli -A src/troupe.ts worker -P processes --max-tasks-per-child 1000\n" +
        "  actor-cli -A proj worker --detach -n w1@%h --pidfile /run/troupe/%n.pid --logfile /var/log/troupe/%n.log",
    );
  for (const flags of LATER_OPTIONS) worker.addOption(new Option(flags).hideHelp());
  worker.action((options: WorkerCommandOptions, command: Command) => {
    refuseLater(command);
    return start(command, (session) => runWorker(options, session));
  });
}

function refuseLater(command: Command): void {
  const later = new Set(LATER_OPTIONS);
  const given = command.options.find(
    (option) => later.has(option.flags) && command.getOptionValueSource(option.attributeName()) !== undefined,
  );
  if (given)
    throw usageError(`option ${given.long ?? given.flags} is not supported by this version of Troupe; leave it out`);
}

async function runWorker(options: WorkerCommandOptions, session: Session): Promise<ExitCode> {
  const report = startReport();
  // One that another process of this program started has its user, and its pid file where that one stays.
  const isFirst = report === null && !isRunAgain();
  if (isFirst) becomeUser(options);
  if (isFirst && options.detach) return runDetached(options, session);
  const loaded = await session.load();
  const { app, file } = loaded;
  await session.include(loaded, options.include);
  app.includeFrom(file, { loader: TYPESCRIPT_LOADER });
  const worker = app.worker(workerOptions(options));
  const { pidfile, logfile } = workerFiles(options, worker.hostname, session.folder);
  const logFile = logfile === null ? null : new LogFile(logfile);
  const log = await session.useLog(loaded, session.options.loglevel ?? "warn", worker.hostname, logFile);
  if (pidfile !== null && !isRunAgain()) claimPidFile(pidfile, worker.hostname, (text) => log.logger.warn({}, text));
  if (!options.detach) introduce(bannerFacts(app, worker, file), session.output);
  warnOfMemory(app, log.logger);
  if (options.purge) purgeFirst(app, worker, log.logger);
  return serve(worker, app, { log, logFile, report });
}

function warnOfMemory(app: Troupe, logger: Logger): void {
  if (!brokerText(app.conf.broker).startsWith("memory:")) return;
  logger.warn({}, "the broker is memory:, which lives in this process: no other process can send tasks to this worker");
}

// A worker takes no tasks before what hears of this is done. Started again, it keeps what came meanwhile.
function purgeFirst(app: Troupe, worker: Worker, logger: Logger): void {
  if (isRunAgain()) return;
  app.on(
    "workerInit",
    async () => {
      const purged = await app.control.purge(worker.queues);
      const total = Object.values(purged).reduce((sum, count) => sum + count, 0);
      logger.warn({ purged }, `deleted ${total} tasks that waited in ${worker.queues.join(", ")}`);
    },
    { sender: worker.hostname },
  );
}

function introduce(facts: BannerFacts, output: Output): void {
  if (output.json) output.print(jsonText(facts));
  else if (!output.quiet) output.print(`${bannerText(facts)}\n`);
}

function workerOptions(options: WorkerCommandOptions): WorkerOptions {
  const {
    concurrency,
    queues,
    excludeQueues,
    hostname,
    timeLimit,
    softTimeLimit,
    shutdownTimeout,
    softShutdownTimeout,
  } = options;
  const { pool, maxTasksPerChild, maxMemoryPerChild, autoscale, prefetchMultiplier } = options;
  const limits = { timeLimit, softTimeLimit, maxTasksPerChild, maxMemoryPerChild, autoscale, prefetchMultiplier };
  const events = {
    events: options.events,
    heartbeatInterval: options.withoutHeartbeat ? 0 : options.heartbeatInterval,
  };
  const stops = { shutdownTimeout, softShutdownTimeout };
  return { concurrency, queues, excludeQueues, hostname, pool, ...stops, ...limits, ...events };
}
