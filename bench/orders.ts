// What the main process tells its worker processes, and how: one order at a time, each answered once.

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";

/** Memory of a worker process after a full garbage collection, in bytes. */
export interface Memory {
  /** JavaScript objects, and the buffers they hold. */
  readonly heap: number;
  /** The whole process. */
  readonly rss: number;
  /** The most that the whole process has ever had. */
  readonly peak: number;
}

/** How late tasks that waited for their time were started, in milliseconds. */
export interface Lateness {
  readonly started: number;
  /** Of the earliest; below 0, it came too early. */
  readonly least: number;
  readonly p50: number;
  readonly p99: number;
}

/** What a worker process can do. */
export interface WorkerOrders {
  /** Takes tasks until `rest`. */
  consume(): Promise<void>;
  /** Takes no more tasks. */
  rest(): Promise<void>;
  /** Takes the `count` tasks that wait in the queue. @returns milliseconds from the run of the first to the settlement of the last. */
  drain(count: number): Promise<number>;
  memory(): Promise<Memory>;
  lateness(): Promise<Lateness>;
}

interface Order {
  readonly name: keyof WorkerOrders;
  readonly count: number;
}

interface Answer {
  readonly value?: unknown;
  readonly error?: string;
}

/** What every worker process brings; the rest it has, or is not asked for. */
type OwnOrders = Pick<WorkerOrders, "consume" | "rest"> & Partial<Pick<WorkerOrders, "drain" | "lateness">>;

/** In a worker process: carries out orders until the main process lets go. */
export function serve(orders: OwnOrders): void {
  const drain = (): Promise<never> => Promise.reject(new Error("this worker process cannot drain a queue"));
  const lateness = (): Promise<never> => Promise.reject(new Error("this worker process measures no lateness"));
  const all: WorkerOrders = { drain, lateness, ...orders, memory: async () => memory() };
  process.on("message", (order: Order) => {
    all[order.name](order.count).then(
      (value: unknown) => process.send?.({ value } satisfies Answer),
      (error: unknown) => process.send?.({ error: inspect(error) } satisfies Answer),
    );
  });
  process.on("disconnect", () => process.exit(0));
  process.send?.({} satisfies Answer);
}

function memory(): Memory {
  // The first collection finds the buffers that nothing holds any more, and counts them still; the second does not.
  for (let time = 0; time < 2; time++) globalThis.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heap: heapUsed + external, rss, peak: process.resourceUsage().maxRSS * 1024 };
}

/** In the main process: a worker process that carries out orders. */
export class WorkerProcess implements WorkerOrders, AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  #onAnswer: (answer: Answer) => void = () => undefined;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#exited = once(child, "exit");
    child.on("message", (answer: Answer) => this.#onAnswer(answer));
    child.on("exit", () => this.#onAnswer({ error: "it ended before it had answered" }));
  }

  /** Starts a module of this folder as a worker process. */
  static async start(module: string, url: string): Promise<WorkerProcess> {
    const execArgv = [...process.execArgv, "--expose-gc"];
    const path = fileURLToPath(new URL(module, import.meta.url));
    const worker = new WorkerProcess(fork(path, [url], { execArgv }));
    await worker.#answer();
    return worker;
  }

  async consume(): Promise<void> {
    await this.#give("consume");
  }

  async rest(): Promise<void> {
    await this.#give("rest");
  }

  async drain(count: number): Promise<number> {
    return Number(await this.#give("drain", count));
  }

  async memory(): Promise<Memory> {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the other end is `memory()` above
    return (await this.#give("memory")) as Memory;
  }

  async lateness(): Promise<Lateness> {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the other end is `delayed-worker.ts`
    return (await this.#give("lateness")) as Lateness;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.connected) this.#child.disconnect();
    await this.#exited;
  }

  #give(name: Order["name"], count = 0): Promise<unknown> {
    this.#child.send({ name, count } satisfies Order);
    return this.#answer();
  }

  #answer(): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#onAnswer = ({ value, error }) => {
        if (error === undefined) resolve(value);
        else reject(new Error(`a worker process failed: ${error}`));
      };
    });
  }
}
