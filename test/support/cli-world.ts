// A broker, and a user's project in TypeScript that was never built, for tests that run `actor-cli` as a user does.

import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { eventually } from "@troupe/core/testing";
import { type CliEnding, type CliProcess, CliProject } from "./cli.ts";
import { NatsServer } from "./nats-server.ts";

const APP = `
import { Troupe } from "@troupe/core";

export const app = new Troupe("proj", { include: ["./tasks.js"], brokerConnectionTimeout: "2s" });
`;

// `hold` ends when a file exists, or by its signal.
const TASKS = `
import { existsSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import type { TaskContext } from "@troupe/core";
import { app } from "./troupe.js";

enum Colour { Red = "red" }

export const add = app.task("proj.tasks.add", (x: number, y: number) => x + y);
export const colour = app.task("proj.tasks.colour", () => Colour.Red);
export const fail = app.task("proj.tasks.fail", (text: string) => { throw new TypeError(text); });
export const media = app.task("proj.tasks.media", { queue: "media" }, () => "from media");
export const leak = app.task("proj.tasks.leak", () => { void Promise.reject(new Error("leaked")); return "survived"; });
export const crash = app.task("proj.tasks.crash", () => { setTimeout(() => { throw new Error("crashed"); }, 500); });
export const hold = app.task("proj.tasks.hold", { trackStarted: true }, async function (this: TaskContext, file: string) {
  while (!existsSync(file)) await pause(10, undefined, { signal: this.signal });
  return "released";
});
`;

/** The project's files: text by name. */
export const PROJECT_FILES: Readonly<Record<string, string>> = {
  "package.json": '{ "type": "module" }',
  "proj/index.ts": 'export { app } from "./troupe.js";\n',
  "proj/troupe.ts": APP,
  "proj/tasks.ts": TASKS,
};

/** A running `hold`. */
export interface Held {
  readonly id: string;
  /** Lets it end. */
  release(): Promise<void>;
}

/** The broker and the project. */
export class CliWorld {
  readonly server: NatsServer;
  readonly project: CliProject;

  private constructor(server: NatsServer, project: CliProject) {
    this.server = server;
    this.project = project;
  }

  /** Starts the broker. @param more - further files of the project, or other text for those that are there. */
  static async start(more: Readonly<Record<string, string>> = {}): Promise<CliWorld> {
    const project = await CliProject.make({ ...PROJECT_FILES, ...more });
    return new CliWorld(await NatsServer.start(), project);
  }

  /** A command's words, with the application and the broker before them. */
  words(...more: readonly string[]): string[] {
    return ["-A", "proj", "-b", this.server.url, ...more];
  }

  /** Runs a command to its end. */
  run(...more: readonly string[]): Promise<CliEnding> {
    return this.project.run(this.words(...more));
  }

  /** Starts a worker, and waits until it is ready. */
  async startWorker(...options: readonly string[]): Promise<CliProcess> {
    const worker = this.project.start(this.words("worker", ...options));
    await worker.writes(/ ready\./);
    return worker;
  }

  /** Starts `hold` in a worker, and waits until it runs. */
  async startHold(queue: string, worker: string): Promise<Held> {
    const file = randomUUID();
    const options = ["--no-wait", "--queue", queue];
    const call = await this.run("call", "proj.tasks.hold", join(this.project.folder, file), ...options);
    if (call.code !== 0) throw new Error(`hold was not sent: ${call.stderr}`);
    const id = call.stdout.trim();
    const isActive = async (): Promise<boolean> =>
      (await this.run("inspect", "active", "-d", worker)).stdout.includes(id);
    await eventually(`task ${id} runs`, isActive, 30_000);
    return { id, release: () => this.project.write(file, "") };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.project[Symbol.asyncDispose]();
    await this.server[Symbol.asyncDispose]();
  }
}
