// What canvases are measured with: an application here, and a worker process of its own, which coordinates chords as well.

import type { BenchRun } from "./bench-run.ts";
import { IN_FLIGHT } from "./contender.ts";
import { WorkerProcess } from "./orders.ts";
import { type BenchApp, makeApp } from "./troupe-app.ts";

/** See the top of the file. */
export class CanvasRun implements AsyncDisposable {
  readonly rounds: number;
  readonly client: BenchApp;
  readonly worker: WorkerProcess;
  readonly clean: () => Promise<void>;

  private constructor(run: BenchRun, client: BenchApp, worker: WorkerProcess) {
    this.rounds = run.extent.rounds;
    this.client = client;
    this.worker = worker;
    this.clean = () => run.clean();
  }

  static async start(run: BenchRun): Promise<CanvasRun> {
    const { url } = run.server;
    const client = makeApp(url, () => undefined);
    await client.app.connect();
    const worker = await WorkerProcess.start("./troupe-worker.ts", url);
    await worker.consume();
    return new CanvasRun(run, client, worker);
  }

  /** Calls `count` plain tasks at once and waits for their results. */
  async plain(count: number): Promise<void> {
    let begun = 0;
    const lane = async (): Promise<void> => {
      for (; begun < count; begun++) await (await this.client.add()).get();
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.worker.rest();
    await this.worker[Symbol.asyncDispose]();
    await this.client.app.close();
  }
}

/** Runs `act`, and sees to it that the canvas came to the right value. @returns milliseconds. */
export async function timed(act: () => Promise<number>, expected: number): Promise<number> {
  const start = performance.now();
  const value = await act();
  const milliseconds = performance.now() - start;
  if (value !== expected) throw new Error(`a canvas gave ${value}, not ${expected}`);
  return milliseconds;
}
