// Waits for whoever ends a command that goes on until then.

/** Where signals come from: the process. */
export interface Signals {
  once(signal: "SIGINT" | "SIGTERM", listener: () => void): unknown;
  off(signal: "SIGINT" | "SIGTERM", listener: () => void): unknown;
}

/** Resolves when Ctrl-C or SIGTERM comes. The next one ends the process, as it does without this. */
export function untilInterrupted(signals: Signals): Promise<void> {
  return new Promise((resolve) => {
    const stop = (): void => {
      signals.off("SIGINT", stop);
      signals.off("SIGTERM", stop);
      resolve();
    };
    signals.once("SIGINT", stop);
    signals.once("SIGTERM", stop);
  });
}
