import { EventEmitter } from "node:events";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  announcement,
  nextStep,
  type StopSignal,
  type StopStep,
  stopOnSignals,
} from "../../src/worker/stop-on-signals.ts";

function steps(signals: readonly StopSignal[]): StopStep[] {
  const taken: StopStep[] = [];
  for (const signal of signals) taken.push(nextStep(signal, taken.at(-1) ?? null));
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
    expect(steps(signals)).toEqual(expected);
  });

  it("are announced, with what the next one does", () => {
    expect(announcement("warm", "SIGINT").join("\n")).toMatch(
      /Warm shutdown.*\n.*Hitting Ctrl\+C again will initiate cold shutdown, terminating all running tasks!/,
    );
    expect(announcement("warm", "SIGTERM").join("\n")).toMatch(/SIGTERM again will initiate cold shutdown/);
    expect(announcement("cold", "SIGINT").join("\n")).toMatch(/Cold shutdown/);
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
    readonly signals: EventEmitter;
    readonly taken: readonly string[];
    readonly said: readonly string[];
  } {
    const signals = new EventEmitter();
    const taken: string[] = [];
    const said: string[] = [];
    const worker = { stop: async ({ mode = "" } = {}) => void taken.push(mode) };
    stopOnSignals(worker, { signals, announce: (line) => void said.push(line), exit: () => void taken.push("exit") });
    return { signals, taken, said };
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

  it("count each when they are of different kinds", () => {
    const { signals, taken } = watched();
    signals.emit("SIGTERM");
    signals.emit("SIGQUIT");
    vi.advanceTimersByTime(50);
    expect(taken).toEqual(["warm", "cold"]);
  });
});
