import { EventEmitter } from "node:events";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  announcement,
  nextStep,
  SignalStops,
  type StopSignal,
  type StopStep,
} from "../../src/worker/stop-on-signals.ts";

function steps(signals: readonly StopSignal[], hasSoft: boolean): StopStep[] {
  const taken: StopStep[] = [];
  for (const signal of signals) taken.push(nextStep(signal, taken.at(-1) ?? null, hasSoft));
  return taken;
}

describe("signals that stop a worker", () => {
  it.each<readonly [readonly StopSignal[], readonly StopStep[]]>([
    [["SIGTERM"], ["warm"]],
    [["SIGHUP"], ["warm"]],
    [
      ["SIGINT", "SIGINT", "SIGINT"],
      ["warm", "cold", "exit"],
    ],
    [
      ["SIGTERM", "SIGINT"],
      ["warm", "cold"],
    ],
    [
      ["SIGTERM", "SIGQUIT"],
      ["warm", "cold"],
    ],
    [
      ["SIGQUIT", "SIGTERM"],
      ["cold", "exit"],
    ],
    [
      ["SIGQUIT", "SIGQUIT"],
      ["cold", "exit"],
    ],
  ])("%j stop it %j", (signals, expected) => {
    expect(steps(signals, false)).toEqual(expected);
  });

  it.each<readonly [readonly StopSignal[], readonly StopStep[]]>([
    [
      ["SIGINT", "SIGINT", "SIGINT", "SIGINT"],
      ["warm", "soft", "cold", "exit"],
    ],
    [
      ["SIGQUIT", "SIGQUIT", "SIGQUIT"],
      ["soft", "cold", "exit"],
    ],
    [
      ["SIGTERM", "SIGQUIT"],
      ["warm", "soft"],
    ],
  ])("%j stop it %j where there is time for a soft stop", (signals, expected) => {
    expect(steps(signals, true)).toEqual(expected);
  });

  it("are announced, with what the next one does", () => {
    expect(announcement("warm", "SIGINT", 0).join("\n")).toMatch(
      /Warm shutdown.*\n.*Hitting Ctrl\+C again will initiate cold shutdown, terminating all running tasks!/,
    );
    expect(announcement("warm", "SIGTERM", 0).join("\n")).toMatch(/SIGTERM again will initiate cold shutdown/);
    expect(announcement("cold", "SIGINT", 0).join("\n")).toMatch(/Cold shutdown/);
    expect(announcement("warm", "SIGINT", 3_000).join("\n")).toMatch(
      /Ctrl\+C again will initiate soft shutdown, terminating running tasks in 3 seconds/,
    );
    expect(announcement("soft", "SIGINT", 3_000).join("\n")).toMatch(
      /Soft shutdown: terminating in 3 seconds\n.*Ctrl\+C again will initiate cold shutdown/,
    );
  });
});

describe("signals that come to a worker", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function watched(): {
    readonly stops: SignalStops;
    readonly signals: EventEmitter;
    readonly taken: readonly string[];
    readonly said: readonly string[];
  } {
    const signals = new EventEmitter();
    const taken: string[] = [];
    const said: string[] = [];
    const worker = { stop: async ({ mode = "" } = {}) => void taken.push(mode), softShutdownTimeoutMs: 0 };
    const exit = (): void => void taken.push("exit");
    const stops = new SignalStops(worker, { signals, announce: (line) => void said.push(line), exit });
    return { stops, signals, taken, said };
  }

  it("count once when they are of one kind and come at once, as npm and timeout(1) send them", () => {
    const { signals, taken, said } = watched();
    for (const step of ["warm", "cold", "exit"]) {
      signals.emit("SIGINT");
      signals.emit("SIGINT");
      vi.advanceTimersByTime(50);
      expect(taken.at(-1)).toBe(step);
    }
    expect(taken).toEqual(["warm", "cold", "exit"]);
    expect(said.join("\n")).toMatch(/Warm.*Ctrl\+C.*Cold.*Exit/s);
  });

  it("are announced when the next one counts, not before", () => {
    const { signals, taken, said } = watched();
    signals.emit("SIGTERM");
    expect(said).toEqual([]);
    vi.advanceTimersByTime(50);
    expect(said).not.toEqual([]);
    signals.emit("SIGTERM");
    vi.advanceTimersByTime(50);
    expect(taken).toEqual(["warm", "cold"]);
  });

  it("are heard until the end", () => {
    const { stops, signals, taken } = watched();
    stops.end();
    signals.emit("SIGTERM");
    vi.advanceTimersByTime(50);
    expect([taken, signals.eventNames()]).toEqual([[], []]);
  });

  it("tell whether it is to start again: it hung up, and nothing else came", () => {
    const { stops, signals } = watched();
    signals.emit("SIGHUP");
    vi.advanceTimersByTime(50);
    expect(stops.onlyHungUp).toBe(true);
    signals.emit("SIGTERM");
    vi.advanceTimersByTime(50);
    expect(stops.onlyHungUp).toBe(false);
  });

  it("count each when they are of different kinds", () => {
    const { signals, taken } = watched();
    signals.emit("SIGTERM");
    signals.emit("SIGQUIT");
    vi.advanceTimersByTime(50);
    expect(taken).toEqual(["warm", "cold"]);
  });
});
