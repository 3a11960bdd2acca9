// The cluster's state, kept current: hears all events, asks the workers for a heartbeat so that it knows them at once, and looks who
// has not been heard of.

import { encodeCommand } from "../codec/control-codec.ts";
import { checkOptions, type OptionTable } from "../model/check-options.ts";
import * as rule from "../model/option-rules.ts";
import type { Clock, Timer } from "../platform/clock.ts";
import type { Transport } from "../transport/transport.ts";
import { ClusterState, type ClusterStateOptions, type StatePorts } from "./cluster-state.ts";

const LOOK_MS = 1_000;
const HEARTBEAT_EXPIRES_MS = 10_000;
const LISTENER = { wants: "a function", is: (value: unknown): boolean => typeof value === "function" };
const TABLE: OptionTable = {
  maxWorkers: rule.integer(1, 1_000_000),
  maxTasks: rule.integer(1, 1_000_000),
  onEvent: LISTENER,
  onNodeJoin: LISTENER,
  onNodeLeave: LISTENER,
};

/** What it works with. */
export interface LiveStatePorts extends StatePorts {
  readonly clock: Clock;
  readonly connect: () => Promise<{ readonly transport: Transport }>;
  /** A listener has thrown. */
  readonly failed: (error: unknown) => void;
  /** Hears all events. */
  readonly hear: (state: ClusterState) => Promise<() => Promise<void>>;
}

/** The cluster as events tell it now. Begins to listen when it is made. */
export class LiveState extends ClusterState {
  /** Resolves when it listens and has asked the workers who they are. */
  readonly ready: Promise<void>;
  readonly #live: LiveStatePorts;
  readonly #endings: (() => unknown)[] = [];
  #timer: Timer | null = null;
  #isClosed = false;

  /** @throws {InvalidArgumentError} an option is unknown or wrong. */
  constructor(ports: LiveStatePorts, options: ClusterStateOptions | undefined) {
    checkOptions(options, TABLE, { what: "option of state:", kind: "argument" });
    super(ports, options);
    this.#live = ports;
    this.ready = this.#open();
    // Whoever does not wait for it is not told; the next use of the connection is.
    this.ready.catch(() => {});
  }

  /** Listens no more; what it knows stays. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer?.cancel();
    await Promise.all(this.#endings.splice(0).map((end) => end()));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #open(): Promise<void> {
    const { transport } = await this.#live.connect();
    const stop = await this.#live.hear(this);
    if (this.#isClosed) return stop();
    this.#endings.push(stop);
    this.#endings.push(
      transport.onChange((change) => {
        if (change.type === "connected") wakeUp(transport);
      }),
    );
    wakeUp(transport);
    this.#look();
  }

  #look(): void {
    this.#timer = this.#live.clock.after(LOOK_MS, () => {
      // What a listener throws must not end the process; those after it are told in the next second.
      try {
        this.expire();
      } catch (error) {
        this.#live.failed(error);
      }
      this.#look();
    });
  }
}

// Nobody waits for what workers reply.
function wakeUp(transport: Transport): void {
  const expires = transport.now() + HEARTBEAT_EXPIRES_MS;
  const command = { command: "heartbeat", args: {}, destination: null, ticket: crypto.randomUUID(), expires };
  transport.broadcast.publish(["control", "all"], encodeCommand(command));
}
