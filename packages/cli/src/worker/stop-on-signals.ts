// Signals to stops: the first one asks for a warm stop, the next for a soft one where there is time for it, the next for a cold
// one, and after that one ends the process at once. SIGQUIT skips the warm stop. SIGHUP, where no terminal sends it, asks for a
// warm stop and a new start.

import type { Worker } from "@troupe/core";

/** Signals that stop a worker. */
export type StopSignal = "SIGINT" | "SIGTERM" | "SIGHUP" | "SIGQUIT";

const SIGNALS: readonly StopSignal[] = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"];

/** What a signal asks for. */
export type StopStep = "warm" | "soft" | "cold" | "exit";

/**
 * Signals of one kind within this time are one: npm and timeout(1) send theirs a second time, after the terminal or the
 * process group did. What is announced comes after it, so that one who waits for that is never too early.
 */
const ECHO_MS = 50;

/**
 * What comes next when a signal comes after others.
 *
 * @param hasSoft - Whether there is time for a soft stop.
 */
export function nextStep(signal: StopSignal, before: StopStep | null, hasSoft: boolean): StopStep {
  if (before === "cold" || before === "exit") return "exit";
  if (before === "soft") return "cold";
  if (before === null && signal !== "SIGQUIT") return "warm";
  return hasSoft ? "soft" : "cold";
}

/** What is said about a step. */
export function announcement(step: StopStep, signal: StopSignal, softMs: number): readonly string[] {
  if (step === "exit") return ["worker: Exit at once; tasks that ran are given to other workers after the ack wait"];
  if (step === "cold") return ["worker: Cold shutdown: running tasks are aborted and given back"];
  const again = signal === "SIGINT" ? "Hitting Ctrl+C" : signal;
  const cold = `worker: ${again} again will initiate cold shutdown, terminating all running tasks!`;
  if (step === "soft") return [`worker: Soft shutdown: terminating in ${softMs / 1_000} seconds`, cold];
  const soft = `worker: ${again} again will initiate soft shutdown, terminating running tasks in ${softMs / 1_000} seconds`;
  return ["worker: Warm shutdown: running tasks are finished first", softMs > 0 ? soft : cold];
}

/** What stopping by signals works with. */
export interface SignalPorts {
  /** Where signals come from: the process. */
  readonly signals: {
    on(signal: StopSignal, listener: () => void): unknown;
    off(signal: StopSignal, listener: () => void): unknown;
  };
  /** Says a line. */
  readonly announce: (line: string) => void;
  /** Ends the process. */
  readonly exit: () => void;
}

/** Stops a worker when signals come, until `end` is called. */
export class SignalStops {
  readonly #worker: Pick<Worker, "stop" | "softShutdownTimeoutMs">;
  readonly #ports: SignalPorts;
  readonly #listeners = new Map(SIGNALS.map((signal) => [signal, () => this.#onSignal(signal)]));
  readonly #heard = new Set<StopSignal>();
  #first: StopSignal | null = null;
  #step: StopStep | null = null;

  constructor(worker: Pick<Worker, "stop" | "softShutdownTimeoutMs">, ports: SignalPorts) {
    this.#worker = worker;
    this.#ports = ports;
    for (const [signal, listener] of this.#listeners) ports.signals.on(signal, listener);
  }

  /** Whether SIGHUP was the one signal that came. */
  get onlyHungUp(): boolean {
    return this.#first === "SIGHUP" && this.#step === "warm";
  }

  /** Listens no longer. */
  end(): void {
    for (const [signal, listener] of this.#listeners) this.#ports.signals.off(signal, listener);
  }

  #onSignal(signal: StopSignal): void {
    if (this.#heard.has(signal)) return;
    this.#heard.add(signal);
    setTimeout(() => this.#act(signal), ECHO_MS);
  }

  #act(signal: StopSignal): void {
    const softMs = this.#worker.softShutdownTimeoutMs;
    this.#heard.delete(signal);
    this.#first ??= signal;
    const step = nextStep(signal, this.#step, softMs > 0);
    this.#step = step;
    for (const line of announcement(step, signal, softMs)) this.#ports.announce(line);
    if (step === "exit") this.#ports.exit();
    else void this.#worker.stop({ mode: step });
  }
}
