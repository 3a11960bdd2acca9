import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { systemClock } from "../../src/platform/clock.ts";

const DAY_MS = 86_400_000;

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

it("runs a callback once, not before its time", () => {
  const callback = vi.fn<() => void>();
  systemClock.after(1_000, callback);
  vi.advanceTimersByTime(999);
  expect(callback).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(callback).toHaveBeenCalledOnce();
  vi.advanceTimersByTime(DAY_MS);
  expect(callback).toHaveBeenCalledOnce();
  expect(vi.getTimerCount()).toBe(0);
});

it.each([30 * DAY_MS, 100 * DAY_MS, 2 ** 31, 2 ** 31 - 1, 2 ** 32 + 5])(
  "waits %d ms, longer than Node's timers do",
  (ms) => {
    const callback = vi.fn<() => void>();
    systemClock.after(ms, callback);
    vi.advanceTimersByTime(ms - 1);
    expect(callback).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(callback).toHaveBeenCalledOnce();
  },
);

it("cancels a long timer after Node's longest", () => {
  const callback = vi.fn<() => void>();
  const timer = systemClock.after(100 * DAY_MS, callback);
  vi.advanceTimersByTime(50 * DAY_MS);
  timer.cancel();
  expect(vi.getTimerCount()).toBe(0);
  vi.advanceTimersByTime(100 * DAY_MS);
  expect(callback).not.toHaveBeenCalled();
});

it.each([0, -1, -1_000])("runs what is due in %d ms in the next turn", (ms) => {
  const callback = vi.fn<() => void>();
  systemClock.after(ms, callback);
  expect(callback).not.toHaveBeenCalled();
  vi.advanceTimersByTime(0);
  expect(callback).toHaveBeenCalledOnce();
});

it("keeps the process alive only when it is asked to", () => {
  vi.useRealTimers();
  const setTimer = vi.spyOn(globalThis, "setTimeout");
  const timers = [systemClock.after(1_000, () => {}), systemClock.after(1_000, () => {}, { keepAlive: true })];
  const hold = setTimer.mock.results.map((result) => {
    const handle: NodeJS.Timeout = result.value;
    return handle.hasRef();
  });
  for (const timer of timers) timer.cancel();
  setTimer.mockRestore();
  expect(hold).toEqual([false, true]);
});

it("tells both times", () => {
  vi.setSystemTime(1_000);
  const started = systemClock.monotonic();
  vi.advanceTimersByTime(5);
  expect(systemClock.now()).toBe(1_005);
  expect(systemClock.monotonic() - started).toBe(5);
  vi.setSystemTime(0);
  expect(systemClock.monotonic() - started).toBe(5);
});
