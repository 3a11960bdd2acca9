import { readFileSync, renameSync, truncateSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { LogFile } from "../../src/output/log-file.ts";
import { scratchFolder } from "../support/scratch-folder.ts";

it("appends to what is there, and makes folders", () => {
  const folder = scratchFolder({ "w1.log": "before\n" });
  new LogFile(path.join(folder, "w1.log")).write("after\n");
  new LogFile(path.join(folder, "log", "w1.log")).write("first\n");
  expect(readFileSync(path.join(folder, "w1.log"), "utf8")).toBe("before\nafter\n");
  expect(readFileSync(path.join(folder, "log", "w1.log"), "utf8")).toBe("first\n");
});

it("goes on in a new file when it is opened anew, and at the beginning of one that was truncated", () => {
  const file = path.join(scratchFolder({}), "w1.log");
  const log = new LogFile(file);
  log.write("one\n");
  renameSync(file, `${file}.1`);
  log.write("two\n");
  log.reopen();
  log.write("three\n");
  expect([readFileSync(`${file}.1`, "utf8"), readFileSync(file, "utf8")]).toEqual(["one\ntwo\n", "three\n"]);
  truncateSync(file);
  log.write("four\n");
  expect(readFileSync(file, "utf8")).toBe("four\n");
});

it("lets tasks go on when the disk is full", () => {
  const log = new LogFile("/dev/full");
  expect(() => log.write("lost\n")).not.toThrow();
});

it("says which file cannot be opened", () => {
  const folder = scratchFolder({ file: "" });
  expect(() => new LogFile(path.join(folder, "file", "w1.log"))).toThrow(/log file .* cannot be opened: .*--logfile/);
});
