// A camera: shows the cluster's state to a function, again and again, for those who store it or draw it.

import { checkOptions, type OptionTable } from "../model/check-options.ts";
import { type Duration, durationMs } from "../model/duration.ts";
import { InvalidArgumentError } from "../model/errors.ts";
import * as rule from "../model/option-rules.ts";
import { type Rate, rateRule, rateRuleOf } from "../model/rate-limit.ts";
import type { Clock, Timer } from "../platform/clock.ts";
import type { ClusterState } from "./cluster-state.ts";
import type { LiveState } from "./live-state.ts";

/** What a camera does, and when. */
export interface CameraOptions {
  /** Sees the state, which does not change before it is done. */
  readonly onShutter: (state: ClusterState) => unknown;
  /** Time between two shots. @default "1s" */
  readonly every?: Duration | undefined;
  /** Most shots: `"10/m"`. @default as `every` says */
  readonly maxRate?: Rate | undefined;
  /** Forget the tasks that have ended after each shot. @default false */
  readonly clearAfter?: boolean | undefined;
  /** Removes what is too old of that which the camera has stored. @default nothing */
  readonly onCleanup?: (() => unknown) | undefined;
  /** Time between two such cleanings. @default "1h" */
  readonly cleanupEvery?: Duration | undefined;
}

/** A camera that runs. */
export interface Camera {
  /** What it looks at. */
  readonly state: ClusterState;
  /** Takes no more; resolves when the last shot is done. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

const FUNCTION = { wants: "a function", is: (value: unknown): boolean => typeof value === "function" };
const TABLE: OptionTable = {
  onShutter: FUNCTION,
  every: rule.durationFrom(1),
  maxRate: rateRule,
  clearAfter: rule.flag,
  onCleanup: FUNCTION,
  cleanupEvery: rule.durationFrom(1),
};

/** What it works with. */
export interface CameraPorts {
  readonly clock: Clock;
  /** A function of the camera has thrown. */
  readonly failed: (what: "onShutter" | "onCleanup", error: unknown) => void;
}

/** @throws {InvalidArgumentError} an option is unknown or wrong. */
export function checkCamera(options: CameraOptions): void {
  checkOptions(options, TABLE, { what: "option of camera:", kind: "argument" });
  if (typeof options?.onShutter !== "function")
    throw new InvalidArgumentError("a camera has no onShutter; give a function that sees the state");
}

/** Takes shots until it is closed, and closes the state then. */
export function startCamera(state: LiveState, options: CameraOptions, { clock, failed }: CameraPorts): Camera {
  const rate = options.maxRate == null ? null : rateRuleOf(options.maxRate, "maxRate");
  const everyMs = Math.max(durationMs(options.every ?? "1s", "every"), rate ? 1 / rate.perMs : 0);
  const shots = new Repeated(clock, everyMs, async () => {
    try {
      await state.freezeWhile(() => options.onShutter(state));
    } catch (error) {
      failed("onShutter", error);
      return;
    }
    if (options.clearAfter) state.clear();
  });
  const { onCleanup } = options;
  const cleanings =
    onCleanup &&
    new Repeated(clock, durationMs(options.cleanupEvery ?? "1h", "cleanupEvery"), async () => {
      try {
        await onCleanup();
      } catch (error) {
        failed("onCleanup", error);
      }
    });
  const close = async (): Promise<void> => {
    await Promise.all([shots.stop(), cleanings?.stop()]);
    await state.close();
  };
  return { state, close, [Symbol.asyncDispose]: close };
}

/** Does something again and again, never twice at a time. */
class Repeated {
  readonly #clock: Clock;
  readonly #everyMs: number;
  readonly #what: () => Promise<void>;
  #timer: Timer | null = null;
  #doing: Promise<void> | null = null;
  #isStopped = false;

  constructor(clock: Clock, everyMs: number, what: () => Promise<void>) {
    this.#clock = clock;
    this.#everyMs = everyMs;
    this.#what = what;
    this.#arm();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    await this.#doing;
  }

  #arm(): void {
    if (this.#isStopped) return;
    this.#timer = this.#clock.after(this.#everyMs, () => {
      this.#doing = this.#what().finally(() => this.#arm());
    });
  }
}
