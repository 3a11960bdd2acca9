import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it, vi } from "vitest";
import { claimPidFile, pidOwner, refuseLive } from "../../src/worker/pid-file.ts";
import * as processes from "../../src/worker/process-of-pid.ts";
import { scratchFolder } from "../support/scratch-folder.ts";

/** A pid file that is no longer this process's when the test ends. */
function pidFile(text?: string): string {
  const folder = scratchFolder(text === undefined ? {} : { "w1.pid": text });
  return path.join(folder, "w1.pid");
}

describe("a pid file", () => {
  it("is made with its folder, holds the process id, and is gone after the end", () => {
    const before = process.listeners("exit");
    const file = path.join(path.dirname(pidFile()), "run", "w1.pid");
    claimPidFile(file, "w1@host", () => {});
    expect(readFileSync(file, "utf8")).toBe(`${process.pid}\n`);
    expect(readdirSync(path.dirname(file))).toEqual(["w1.pid"]);
    const [release] = process.listeners("exit").filter((listener) => !before.includes(listener));
    release?.(0);
    expect(existsSync(file)).toBe(false);
    release?.(0);
  });

  it("that another has taken meanwhile stays", () => {
    const before = process.listeners("exit");
    const file = pidFile();
    claimPidFile(file, "w1@host", () => {});
    writeFileSync(file, "77\n");
    const [release] = process.listeners("exit").filter((listener) => !before.includes(listener));
    release?.(0);
    expect(readFileSync(file, "utf8")).toBe("77\n");
  });

  it.each([
    ["a process that is gone", `${2 ** 30}\n`],
    ["another program", `${process.ppid}\n`],
    ["nothing", ""],
    ["words", "not a pid"],
  ])("of %s is stale: replaced, with a note", (_whose, text) => {
    const file = pidFile(text);
    const notes: string[] = [];
    claimPidFile(file, "w1@host", (note) => void notes.push(note));
    expect(readFileSync(file, "utf8")).toBe(`${process.pid}\n`);
    expect(notes).toEqual([expect.stringContaining("is stale: it holds")]);
    expect(readdirSync(path.dirname(file))).toEqual(["w1.pid"]);
  });

  it("of a living worker is left alone, and the start refused", () => {
    vi.spyOn(processes, "processKind").mockReturnValue("worker");
    const file = pidFile("77\n");
    expect(() => refuseLive(file, "w1@host")).toThrow(/worker w1@host runs already, its process id is 77 by .*w1\.pid/);
    expect(() => claimPidFile(file, "w1@host", () => {})).toThrow(/runs already/);
    expect(readFileSync(file, "utf8")).toBe("77\n");
    vi.restoreAllMocks();
  });

  it("tells whose it is, or that there is none", () => {
    expect(pidOwner(pidFile(), "w1@host")).toBeNull();
    expect(pidOwner(pidFile(`${process.pid}`), "w1@host")).toEqual({ pid: process.pid, kind: "other" });
    expect(pidOwner(pidFile("x"), "w1@host")).toEqual({ pid: null, kind: "gone" });
  });

  it("that cannot be written says where and what to do", () => {
    const file = path.join(pidFile("file"), "w1.pid");
    expect(() => claimPidFile(file, "w1@host", () => {})).toThrow(/pid file .* cannot be .*: /);
  });
});
