// What the modules of canvas tasks share: how a task is defined, and what handlers work with.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Task, TaskContext, TaskOptions, Troupe } from "@troupe/core";
import { Notes } from "./notes.ts";

/** Files that the tasks work with, the same for all processes. */
export interface CanvasFiles {
  /** File of the notes. */
  readonly notes: string;
  /** Folder in which gates are opened. */
  readonly gates: string;
}

// oxlint-disable-next-line typescript/no-explicit-any -- the cases are about values; types of canvases have tests of their own
type Loose = any;

/** A task as the cases use it: of any arguments, with any result. */
export type CanvasTask = Task<Loose[], Loose>;

type Handler = (this: TaskContext, ...args: Loose[]) => Loose;

const GATE_POLL_MS = 10;

/** See the top of the file. */
export class Fixture {
  readonly app: Troupe;
  readonly notes: Notes;
  readonly #gates: string;

  constructor(app: Troupe, files: CanvasFiles) {
    this.app = app;
    this.notes = new Notes(files.notes);
    this.#gates = files.gates;
  }

  /** Registers a task. */
  task(name: string, handler: Handler, options: TaskOptions & { readonly input?: undefined } = {}): CanvasTask {
    return this.app.task(`canvas.${name}`, options, handler);
  }

  /** Waits until the test opens the gate. */
  async pass(gate: string): Promise<void> {
    while (!existsSync(join(this.#gates, gate))) await pause(GATE_POLL_MS);
  }
}

/** A module of tasks: a worker process imports it by its URL. */
export interface CanvasFixtures<Tasks> {
  readonly module: string;
  readonly register: (app: Troupe, files: CanvasFiles) => Tasks;
}
