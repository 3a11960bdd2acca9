// Signals to stops: the first one asks for a warm stop, a second one for a cold one, a third ends the process at once.
// SIGQUIT begins with the cold stop.

import type { Worker } from "@troupe/core";

/** Signals that stop a worker. SIGHUP comes when its terminal is closed. */
export type StopSignal = "SIGINT" | "SIGTERM" | "SIGHUP" | "SIGQUIT";

const SIGNALS: readonly StopSignal[] = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"];

/** What a signal asks for. */
export type StopStep = "warm" | "cold" | "exit";

/**
 * Signals of one kind within this time are one: npm and timeout(1) send theirs a second time, after the terminal or the
 * process group did. What is announced comes after it, so that one who waits for that is never too early.
 */
const ECHO_MS = 50;

/** What comes next when a signal comes after others. */
export function nextStep(signal: StopSignal, before: StopStep | null): StopStep {
  if (before === "cold" || before === "exit") return "exit";
  return before === "warm" || signal === "SIGQUIT" ? "cold" : "warm";
}

/** What is said about a step. */
export function announcement(step: StopStep, signal: StopSignal): readonly string[] {
  if (step === "exit") return ["worker: Exit at once; tasks that ran are given to other workers after the ack wait"];
  if (step === "cold") return ["worker: Cold shutdown: running tasks are aborted and given back"];
  const again = signal === "SIGINT" ? "Hitting Ctrl+C" : signal;
  return [
    "worker: Warm shutdown: running tasks are finished first",
    `worker: ${again} again will initiate cold shutdown, terminating all running tasks!`,
  ];
}

/** What stopping by signals works with. */
export interface SignalPorts {
  /** Where signals come from: the process. */
  readonly signals: { on(signal: StopSignal, listener: () => void): unknown };
  /** Says a line. */
  readonly announce: (line: string) => void;
  /** Ends the process. */
  readonly exit: () => void;
}

/** Stops a worker when signals come. */
export function stopOnSignals(worker: Pick<Worker, "stop">, { signals, announce, exit }: SignalPorts): void {
  let step: StopStep | null = null;
  const heard = new Set<StopSignal>();
  const act = (signal: StopSignal): void => {
    heard.delete(signal);
    step = nextStep(signal, step);
    for (const line of announcement(step, signal)) announce(line);
    if (step === "exit") exit();
    else void worker.stop({ mode: step });
  };
  const onSignal = (signal: StopSignal): void => {
    if (heard.has(signal)) return;
    heard.add(signal);
    setTimeout(() => act(signal), ECHO_MS);
  };
  for (const signal of SIGNALS) signals.on(signal, () => onSignal(signal));
}
