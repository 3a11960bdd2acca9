import os from "node:os";
import { describe, expect, it } from "vitest";
import { isWorker, processKind } from "../../src/worker/process-of-pid.ts";

describe("a command line", () => {
  it.each([
    ["node /app/node_modules/.bin/actor-cli -A proj worker", true],
    ["node /app/node_modules/.bin/actor-cli -A proj worker -n w1@host", true],
    ["node /src/packages/cli/dist/main.js -A proj worker --hostname=w1@host", true],
    ["node /app/node_modules/.bin/actor-cli -A proj worker -n w2@host", false],
    ["node /app/node_modules/.bin/actor-cli -A proj worker -nw2@host", false],
    ["node /app/node_modules/.bin/actor-cli -A proj status", false],
    ["node /app/worker.js worker", false],
    ["vim actor-cli.md worker", false],
  ])("%s: is it worker w1@host? %s", (line, is) => {
    expect(isWorker(line.split(" "), "w1@host")).toBe(is);
  });

  it("names a worker with the tokens of its host", () => {
    expect(isWorker(["actor-cli", "worker", "-n", "w1@%h"], `w1@${os.hostname()}`)).toBe(true);
  });
});

describe("a process id", () => {
  it("of a process that is none of ours is that of another program", () => {
    expect(processKind(process.pid, "w1@host")).toBe("other");
  });

  it("that nothing has is gone", () => {
    expect(processKind(2 ** 30, "w1@host")).toBe("gone");
  });
});
