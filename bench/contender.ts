// What is measured, the same for Troupe and for the raw loop: a client in this process, a worker in another one.

import { type Memory, WorkerProcess } from "./orders.ts";

/** Calls in flight while throughput is measured. */
export const IN_FLIGHT = 512;
/** Tasks that a worker has in hand at most. */
export const CONCURRENCY = 256;

/** The client's side. */
export interface Caller {
  /** Sends a call. Resolves when the broker has stored it. */
  send(): Promise<void>;
  /** Sends a call and waits for its result. */
  call(): Promise<void>;
  close(): Promise<void>;
}

/** A client and its worker process. */
export class Contender implements AsyncDisposable {
  readonly #caller: Caller;
  readonly #worker: WorkerProcess;

  private constructor(caller: Caller, worker: WorkerProcess) {
    this.#caller = caller;
    this.#worker = worker;
  }

  /** @param module - The worker process, a module of this folder. */
  static async start(caller: Caller, module: string, url: string): Promise<Contender> {
    return new Contender(caller, await WorkerProcess.start(module, url));
  }

  /** Stores `count` calls. @returns calls per second. */
  publish(count: number): Promise<number> {
    return perSecond(count, () => this.#caller.send());
  }

  /** Lets the worker take `count` calls that are stored already. @returns calls per second. */
  async drain(count: number): Promise<number> {
    return (count * 1_000) / (await this.#worker.drain(count));
  }

  /** Calls `count` times and waits for each result. @returns calls per second. */
  endToEnd(count: number): Promise<number> {
    return perSecond(count, () => this.#caller.call());
  }

  /** Calls `count` times, one after the other. @returns milliseconds of each. */
  async roundTrips(count: number): Promise<number[]> {
    const times: number[] = [];
    while (times.length < count) {
      const start = performance.now();
      await this.#caller.call();
      times.push(performance.now() - start);
    }
    return times;
  }

  /** Lets the worker take tasks while `use` runs. */
  async consuming<T>(use: () => Promise<T>): Promise<T> {
    await this.#worker.consume();
    try {
      return await use();
    } finally {
      await this.#worker.rest();
    }
  }

  workerMemory(): Promise<Memory> {
    return this.#worker.memory();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#caller.close();
    await this.#worker[Symbol.asyncDispose]();
  }
}

/** Runs `act` `count` times, `IN_FLIGHT` at a time. @returns how many times per second. */
export async function perSecond(count: number, act: () => Promise<void>): Promise<number> {
  let begun = 0;
  const lane = async (): Promise<void> => {
    while (begun < count) {
      begun++;
      await act();
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
  return (count * 1_000) / (performance.now() - start);
}
