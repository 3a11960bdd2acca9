import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { parseMultiWords, withVerbatimMulti } from "../../src/multi/multi-words.ts";
import { makeProgram } from "../../src/program.ts";

const program = makeProgram(async () => undefined);
const multi = program.commands.find((command) => command.name() === "multi") ?? new Command();
const words = (text: string): string[] => text.split(" ").filter(Boolean);
const parse = (text: string) => parseMultiWords(words(text), multi);

describe("a command line with multi", () => {
  it.each([
    ["-A proj multi start w1 -c 3", "multi -- start -A proj w1 -c 3"],
    ["--app=proj -b url multi show 3", "multi -- show --app=proj -b url 3"],
    ["-q multi stop w1 -j", "-q -j multi -- stop w1"],
    ["multi start w1 -- -q", "multi -- start w1 -- -q"],
    ["multi start w1 --no-color -A multi", "--no-color multi -- start w1 -A multi"],
  ])("%s becomes %s", (before, after) => {
    expect(withVerbatimMulti(words(before), program)).toEqual(words(after));
  });

  it.each(["multi", "-A multi status", "worker -n multi", "--help", ""])("stays as it is: %s", (line) => {
    expect(withVerbatimMulti(words(line), program)).toEqual(words(line));
  });
});

describe("the words of multi", () => {
  it.each([
    ["-c 3", { flag: "-c", key: "concurrency", selector: null, value: "3" }],
    ["-c3", { flag: "-c", selector: null, value: "3" }],
    ["-c:1-3 5", { flag: "-c", selector: "1-3", value: "5" }],
    ["-c:1-3=5", { flag: "-c", selector: "1-3", value: "5" }],
    ["--concurrency 5", { flag: "--concurrency", key: "concurrency", value: "5" }],
    ["--concurrency=5", { flag: "--concurrency", value: "5" }],
    ["--time-limit:1=30", { flag: "--time-limit", selector: "1", value: "30" }],
    ["--time-limit:foo,bar 30", { selector: "foo,bar", value: "30" }],
    ["--pidfile=/run/a:b=c.pid", { selector: null, value: "/run/a:b=c.pid" }],
    ["-b nats://u:p@h", { isGlobal: true, value: "nats://u:p@h" }],
    ["-L:4 debug", { flag: "-l", key: "loglevel", selector: "4" }],
    ["--verbose", { isOwn: true, value: null }],
  ])("%s is an option", (text, option) => {
    expect(parse(`start ${text} w1`)).toMatchObject({ names: ["start", "w1"], options: [option] });
  });

  it("after -- are for the workers", () => {
    expect(parse("w1 -- -x w2")).toMatchObject({ names: ["w1"], rest: ["-x", "w2"] });
  });

  it.each([
    ["w1 -9", "SIGKILL"],
    ["w1 -KILL", "SIGKILL"],
    ["w1 -SIGQUIT", "SIGQUIT"],
    ["w1 -INT", "SIGINT"],
    ["w1", null],
  ])("%s stop by %s", (text, signal) => {
    expect(parse(text)).toMatchObject({ names: ["w1"], options: [], signal });
  });

  it("name a signal at their end only", () => {
    expect(parse("-QUIT w1")).toMatchObject({ signal: null, options: [{ flag: "-Q", value: "UIT" }] });
  });

  it.each([
    ["w1 --zzz", /unknown option --zzz/],
    ["w1 -c", /option -c needs a value/],
    ["w1 --verbose=1", /takes no value/],
    ["w1 -Dq", /takes no value/],
  ])("%s are refused", (text, message) => {
    expect(() => parse(text)).toThrow(message);
  });
});
