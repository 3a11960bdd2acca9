import { expect, it } from "vitest";
import { limitCommands } from "../../src/worker/limit-commands.ts";
import { describeRegistered } from "../../src/worker/registered-text.ts";
import { StubHost, taskOf } from "../support/hosts.ts";
import { messageOf } from "../support/messages.ts";

function scene(): { host: StubHost; run: (name: string, args: Record<string, unknown>) => unknown } {
  const host = new StubHost(taskOf());
  const commands = limitCommands(host);
  return { host, run: (name, args) => commands.find((command) => command.name === name)?.run(args) };
}

it("changes time limits", () => {
  const { host, run } = scene();
  expect(run("time_limit", { task: "proj.add", timeLimit: "2s", softTimeLimit: null })).toEqual({
    ok: "time limits set successfully",
  });
  expect(host.timeLimits.of(taskOf(), messageOf())).toEqual({ softMs: null, hardMs: 2_000 });
});

it("changes rate limits, and disables them whichever way zero is written", () => {
  const { host, run } = scene();
  expect(run("rate_limit", { task: "proj.add", limit: "10/m" })).toEqual({ ok: "new rate limit set successfully" });
  expect(host.rateLimits.linesOf(taskOf(), "default")).toHaveLength(1);
  const disabled = { ok: "rate limit disabled successfully" };
  expect([0, "0"].map((limit) => run("rate_limit", { task: "proj.add", limit }))).toEqual([disabled, disabled]);
});

it("shows limits as they are now", () => {
  const { host, run } = scene();
  const registered = (): string[] => describeRegistered(host, ["rateLimit", "softTimeLimit", "timeLimit"]);
  expect(registered()).toEqual(["proj.add"]);
  run("rate_limit", { task: "proj.add", limit: "10/m" });
  run("time_limit", { task: "proj.add", timeLimit: "2s", softTimeLimit: "1s" });
  expect(registered()).toEqual(["proj.add [rateLimit=10/m softTimeLimit=1000 timeLimit=2000]"]);
  run("rate_limit", { task: "proj.add", limit: 0 });
  run("time_limit", { task: "proj.add", timeLimit: 0 });
  expect(registered()).toEqual(["proj.add"]);
});

it.each([
  ["rate_limit", { task: "proj.sub", limit: "10/m" }, 'task "proj.sub" is not registered in this worker'],
  [
    "rate_limit",
    { task: "proj.add", limit: "10/fortnight" },
    '"limit" is "10/fortnight"; it takes a number per second',
  ],
  ["rate_limit", { task: "proj.add" }, 'command "rate_limit" needs "limit"'],
  ["time_limit", { task: "proj.sub" }, 'task "proj.sub" is not registered in this worker'],
  ["time_limit", { task: "proj.add", timeLimit: -1 }, '"timeLimit" is -1'],
  ["time_limit", { task: "proj.add", timeLimit: 5, softTimeLimit: 5 }, "is not below"],
])("refuses %s %j", (name, args, message) => {
  expect(() => scene().run(name, args)).toThrow(message);
});
