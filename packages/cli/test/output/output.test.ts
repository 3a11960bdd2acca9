import { afterEach, describe, expect, it, vi } from "vitest";
import { Output } from "../../src/output/output.ts";

const painted = (isTTY: boolean, color = true): boolean => {
  const sink = { write: () => true, isTTY };
  const output = new Output({ quiet: false, json: false, color }, sink, sink);
  const isPainted = output.paint("red", "text") !== "text";
  expect(output.colorsErrors).toBe(isPainted);
  return isPainted;
};

describe("colours", () => {
  afterEach(() => void vi.unstubAllEnvs());

  it("are for terminals", () => {
    vi.stubEnv("NO_COLOR", undefined);
    vi.stubEnv("FORCE_COLOR", undefined);
    expect([painted(true), painted(false), painted(true, false)]).toEqual([true, false, false]);
  });

  it.each([
    ["NO_COLOR", { NO_COLOR: "1" }, [false, false]],
    ["an empty NO_COLOR", { NO_COLOR: "" }, [true, false]],
    ["FORCE_COLOR", { FORCE_COLOR: "1" }, [true, true]],
    ["FORCE_COLOR, which comes before NO_COLOR", { FORCE_COLOR: "", NO_COLOR: "1" }, [true, true]],
    ["FORCE_COLOR=0", { FORCE_COLOR: "0" }, [false, false]],
  ])("obey %s", (_what, env, [onTerminal, elsewhere]) => {
    vi.stubEnv("NO_COLOR", undefined);
    vi.stubEnv("FORCE_COLOR", undefined);
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    expect([painted(true), painted(false), painted(false, false)]).toEqual([onTerminal, elsewhere, false]);
  });
});
