// What the canvas cases run on: a broker, a worker and a client, both with the same tasks. Over memory the worker is in the
// test's process; over NATS the server and the worker are processes of their own.

import { randomUUID } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Settings, Troupe } from "@troupe/core";
import { eventually } from "@troupe/core/testing";
import type { Transport } from "@troupe/core/transport";
import { temporaryFolder } from "../temporary-folder.ts";
import { type BrokerName, World } from "../world.ts";
import { CanvasCluster } from "./canvas-cluster.ts";
import { type CanvasTasks, fixtures as usualFixtures } from "./canvas-fixtures.ts";
import { ExpectedException, ValueError } from "./errors.ts";
import type { CanvasFiles, CanvasFixtures } from "./fixture.ts";
import { Notes } from "./notes.ts";

const CONCURRENCY = 8;
const DEADLINE_MS = 20_000;

interface Parts<Tasks> {
  readonly app: Troupe;
  readonly tasks: Tasks;
  readonly transport: Transport;
  readonly files: CanvasFiles;
  /** Another application on the same broker. */
  readonly newApp: (settings: Partial<Settings>) => Troupe;
  readonly quiet: () => Promise<void>;
  readonly dispose: () => Promise<void>;
}

/** See the top of the file. */
export class CanvasWorld<Tasks = CanvasTasks> {
  /** The client. */
  readonly app: Troupe;
  /** The tasks, as the client calls them. */
  readonly tasks: Tasks;
  /** The client's transport. */
  readonly transport: Transport;
  readonly notes: Notes;
  readonly #parts: Parts<Tasks>;

  private constructor(parts: Parts<Tasks>) {
    this.app = parts.app;
    this.tasks = parts.tasks;
    this.transport = parts.transport;
    this.notes = new Notes(parts.files.notes);
    this.#parts = parts;
  }

  /** Starts a broker of that kind, a worker and a client. */
  static open(broker: BrokerName, settings: Partial<Settings> = {}): Promise<CanvasWorld> {
    return CanvasWorld.openWith(usualFixtures, broker, settings);
  }

  /** As `open`, with the tasks of another module. */
  static async openWith<Tasks>(
    fixtures: CanvasFixtures<Tasks>,
    broker: BrokerName,
    settings: Partial<Settings> = {},
  ): Promise<CanvasWorld<Tasks>> {
    const open = broker === "nats" ? overNats : overMemory;
    return new CanvasWorld(await open(fixtures, settings));
  }

  /** Another application on the broker, without tasks. */
  newApp(settings: Partial<Settings> = {}): Troupe {
    return this.#parts.newApp(settings);
  }

  /** Lets tasks go on that wait at a gate. */
  async openGate(gate: string): Promise<void> {
    await writeFile(join(this.#parts.files.gates, gate), "");
  }

  /** Waits until there are so many notes under a key and nothing is under way any more; gives the notes there are then. */
  async noted(key: string, count: number): Promise<unknown[]> {
    const what = `${count} notes under "${key}"`;
    await eventually(what, async () => (await this.notes.of(key)).length >= count, DEADLINE_MS);
    await this.quiet();
    return this.notes.of(key);
  }

  /** Waits until no message is under way. */
  quiet(): Promise<void> {
    return this.#parts.quiet();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#parts.dispose();
  }
}

/** A key that no other case uses. */
export function fresh(prefix = "key"): string {
  return `${prefix}-${randomUUID()}`;
}

async function overMemory<Tasks>(fixtures: CanvasFixtures<Tasks>, settings: Partial<Settings>): Promise<Parts<Tasks>> {
  const folder = await temporaryFolder("troupe-canvas-");
  const files = { notes: join(folder.path, "notes"), gates: join(folder.path, "gates") };
  await mkdir(files.gates);
  const world = await World.open("memory", { settings: { errors: [ExpectedException, ValueError], ...settings } });
  fixtures.register(world.service, files);
  await world.worker({ concurrency: CONCURRENCY });
  return {
    app: world.client,
    tasks: fixtures.register(world.client, files),
    transport: world.transport,
    files,
    newApp: (own) => world.app(own),
    quiet: () => world.emptied(),
    dispose: async () => {
      await world[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

async function overNats<Tasks>(fixtures: CanvasFixtures<Tasks>, settings: Partial<Settings>): Promise<Parts<Tasks>> {
  const canvas = await CanvasCluster.startWith(fixtures, settings);
  await canvas.worker();
  return {
    app: canvas.client,
    tasks: canvas.tasks,
    transport: canvas.cluster.transport,
    files: canvas.files,
    newApp: (own) => canvas.newApp(own),
    quiet: () => canvas.quiet(),
    dispose: () => canvas[Symbol.asyncDispose](),
  };
}
