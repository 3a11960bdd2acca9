import { describe, expect, it } from "vitest";
import { type CommandLog, makeLog } from "../../src/output/log.ts";
import { safeJson } from "../../src/output/plain-text.ts";
import type { LogLevel } from "../../src/parse-values.ts";

const evil = "\u001b[2J\u202e\u009b\nforged line";

async function recordedLog(level: LogLevel, pretty: boolean): Promise<CommandLog & { text(): string }> {
  const written: string[] = [];
  const log = await makeLog(level, "w1@host", { pretty, color: false }, (line) => void written.push(line));
  return { ...log, text: () => written.join("") };
}

describe("the log of a command", () => {
  it("is JSON, a line per message, outside of terminals", async () => {
    const log = await recordedLog("info", false);
    log.logger.info({ task: "proj.add" }, "Task proj.add[1] received");
    expect(log.text().endsWith("\n")).toBe(true);
    expect(JSON.parse(log.text())).toMatchObject({
      level: 30,
      pid: process.pid,
      worker: "w1@host",
      task: "proj.add",
      msg: "Task proj.add[1] received",
    });
  });

  it("is one readable line in a terminal, without the fields that the message holds", async () => {
    const log = await recordedLog("info", true);
    log.logger.info({ task: "proj.add", taskId: "1" }, "Task proj.add[1] received");
    expect(log.text()).toMatch(/^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}\] INFO: Task proj\.add\[1\] received\n$/);
  });

  it("names the task before what its handler logs, in a terminal", async () => {
    const log = await recordedLog("info", true);
    log.logger.child({ task: "proj.add", taskId: "1-2" }).info({ rows: 3 }, "adding");
    expect(log.text()).toMatch(/INFO: proj\.add\[1-2\]: adding \{"rows":3\}\n$/);
  });

  it("shows an error's stack below its line in a terminal, causes included", async () => {
    const log = await recordedLog("info", true);
    log.logger.error({ err: new Error("outer", { cause: new TypeError("inner") }) }, "raised unexpected");
    expect(log.text()).toMatch(/ERROR: raised unexpected\n {4}Error: outer\n {8}at .*caused by: TypeError: inner/s);
  });

  it("leaves out what is below its level, but not announcements", async () => {
    const log = await recordedLog("error", false);
    log.logger.warn({}, "warning");
    log.announce("w1@host ready.");
    expect(log.text()).not.toContain("warning");
    expect(JSON.parse(log.text())).toMatchObject({ msg: "w1@host ready." });
  });

  it.each([true, false])("cannot be forged by what is logged (readable: %s)", async (pretty) => {
    const log = await recordedLog("info", pretty);
    log.logger.error({ err: new Error(evil), queue: evil, [evil]: 1 }, `raised ${evil}`);
    expect(safeJson(log.text())).toBe(log.text());
    expect(
      log
        .text()
        .split("\n")
        .filter((line) => line.startsWith("forged")),
    ).toEqual([]);
  });
});
