// One run of a command: the global options, where it writes, and the application with those options applied.

import { brokerText, type Troupe } from "@troupe/core";
import type { Command } from "commander";
import { type Ask, confirm } from "./confirm.ts";
import { type ExitCode, usageError } from "./exit-code.ts";
import { importIncludes } from "./import-includes.ts";
import type { ImportModule } from "./import-module.ts";
import { type LoadedApp, loadApp } from "./load-app.ts";
import type { CommandLog } from "./output/log.ts";
import type { LogFile } from "./output/log-file.ts";
import type { Output } from "./output/output.ts";
import type { LogLevel } from "./parse-values.ts";

/** Options that every command takes, before or after its name. */
export interface GlobalOptions {
  readonly app?: string;
  readonly broker?: string;
  readonly workdir?: string;
  readonly loglevel?: LogLevel;
  readonly quiet?: boolean;
  readonly json?: boolean;
  readonly color: boolean;
}

/** What a session works with. */
export interface SessionPorts {
  readonly output: Output;
  readonly importModule: ImportModule;
  /** Folder that relative paths start from. */
  readonly folder: string;
  /** Makes the log of a command. `worker`: name of the worker that writes it, or null. `file`: null for standard error. */
  readonly makeLog: (level: LogLevel, worker: string | null, file: LogFile | null) => Promise<CommandLog>;
  readonly ask: Ask;
}

/** Runs what a command does, in a session made of its options. */
export type Start = (command: Command, run: (session: Session) => Promise<ExitCode>) => Promise<void>;

/** One run of a command. */
export class Session {
  readonly options: GlobalOptions;
  readonly output: Output;
  readonly folder: string;
  readonly #ports: SessionPorts;

  constructor(options: GlobalOptions, ports: SessionPorts) {
    this.options = options;
    this.output = ports.output;
    this.folder = ports.folder;
    this.#ports = ports;
  }

  /** Imports modules of the user. */
  get importModule(): ImportModule {
    return this.#ports.importModule;
  }

  /** Whether an application was named. */
  get hasApp(): boolean {
    return Boolean(this.options.app);
  }

  /**
   * Loads the application; `-b` replaces its broker.
   *
   * @param target - Default: what -A says.
   * @throws {CliError} none was named, or it cannot be loaded.
   */
  async load(target: string | undefined = this.options.app): Promise<LoadedApp> {
    const { broker } = this.options;
    if (!target) {
      throw usageError(
        "no application is given; name its module, for example: actor-cli -A path/to/app …, or set TROUPE_APP",
      );
    }
    const loaded = await loadApp(target, this.folder, this.#ports.importModule);
    if (broker !== undefined) configure(loaded, () => loaded.app.conf.update({ broker }));
    return loaded;
  }

  /** Imports what the application's workers import. @param added - more modules, relative to the session's folder. */
  async include(loaded: LoadedApp, added: readonly string[] = []): Promise<void> {
    await importIncludes(loaded, added, this.folder, this.#ports.importModule);
  }

  /**
   * Loads the application for a command that talks to workers through the broker, and closes it afterwards.
   *
   * @throws {CliError} as `load`, and where no other process can reach the application's broker.
   */
  async withClient<T>(run: (app: Troupe, loaded: LoadedApp) => Promise<T>): Promise<T> {
    const loaded = await this.load();
    const { app } = loaded;
    if (brokerText(app.conf.broker).startsWith("memory:")) {
      throw usageError(
        `the broker of application "${app.name}" is memory:, which lives in one process only; ` +
          "give one that workers share: -b nats://127.0.0.1:4222, or the application's setting broker",
      );
    }
    await this.useLog(loaded, this.options.loglevel ?? "error", null);
    try {
      return await run(app, loaded);
    } finally {
      await app.close();
    }
  }

  /**
   * Asks before something is done that cannot be undone.
   *
   * @throws {CliError} the answer is no, or there is nobody to ask and `isSure` is false.
   */
  confirm(question: string, isSure: boolean): Promise<void> {
    return confirm(question, isSure, this.#ports.ask);
  }

  /** Gives the application a log, on standard error where no file is given, unless it has one of its own. */
  async useLog(
    loaded: LoadedApp,
    level: LogLevel,
    worker: string | null,
    file: LogFile | null = null,
  ): Promise<CommandLog> {
    const log = await this.#ports.makeLog(level, worker, file);
    if (loaded.app.conf.logger === null) configure(loaded, () => loaded.app.conf.update({ logger: log.logger }));
    return log;
  }
}

// What a connection is made with cannot change while it stands, so the module must not have made one.
function configure({ file }: LoadedApp, change: () => void): void {
  try {
    change();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (!reason.includes("while the application is connected")) throw error;
    throw usageError(
      `module ${file} connects its application while it is imported; move calls of tasks out of it, into functions or another module`,
    );
  }
}
