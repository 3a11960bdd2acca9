import os from "node:os";
import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { parseMultiWords } from "../../src/multi/multi-words.ts";
import { nodesOf } from "../../src/multi/nodes.ts";
import { quoted } from "../../src/multi/quoted.ts";
import { makeProgram } from "../../src/program.ts";

const program = makeProgram(async () => undefined);
const multi = program.commands.find((command) => command.name() === "multi") ?? new Command();
const nodes = (text: string) => nodesOf(parseMultiWords(text.split(" "), multi), "/srv");
const names = (text: string) => nodes(text).map(({ hostname }) => hostname);
const lines = (text: string) => nodes(text).map(({ words }) => words.join(" "));
const host = os.hostname();

describe("the names of nodes", () => {
  it.each([
    ["2", [`troupe1@${host}`, `troupe2@${host}`]],
    ["2 --range-prefix=w", [`w1@${host}`, `w2@${host}`]],
    ["foo bar", [`foo@${host}`, `bar@${host}`]],
    ["foo@other bar@%h", ["foo@other", `bar@${host}`]],
    ["foo bar -n example.org", ["foo@example.org", "bar@example.org"]],
  ])("%s", (text, expected) => {
    expect(names(text)).toEqual(expected);
  });

  it.each([
    ["-c 3", /no nodes are given/],
    ["0", /0 is no count of nodes/],
    ["5000", /5000 is no count/],
    ["3 foo", /3 and names are mixed/],
    ["foo foo", /foo@.* is named twice/],
    ["f*o", /not allowed|becomes/],
    ["2 -n:1 x", /option -n is for all nodes/],
  ])("%s is refused", (text, message) => {
    expect(() => nodes(text)).toThrow(message);
  });
});

describe("the command lines of nodes", () => {
  it("follow selectors, as in the guide", () => {
    const all = lines("10 -A proj -l INFO -Q:1-3 images,video -Q:4,5 data -Q default -L:4,5 debug");
    const start = (level: string, queues: string) => `-A proj -l ${level} worker --detach -Q ${queues} -n `;
    expect(all.map((line) => line.slice(0, line.indexOf("troupe")))).toEqual([
      ...Array<string>(3).fill(start("INFO", "images,video")),
      ...Array<string>(2).fill(start("debug", "data")),
      ...Array<string>(5).fill(start("INFO", "default")),
    ]);
    expect(all[3]).toMatch(/-n troupe4@\S+ --pidfile=%n\.pid --logfile=%n%I\.log$/);
  });

  it.each([
    ["foo bar -c:foo 5 -c 1", ["-c 5", "-c 1"]],
    ["foo bar -c:2 5", ["", "-c 5"]],
    [`foo bar -c:bar@${host} 5`, ["", "-c 5"]],
    ["foo bar -c 1 --concurrency:foo 5", ["--concurrency 5", "-c 1"]],
    ["foo bar -Q %n -c 1 -c 2", ["-Q foo -c 2", "-Q bar -c 2"]],
    ["foo bar --detach -- -E", ["", ""]],
  ])("%s", (text, options) => {
    expect(lines(text).map((line) => /--detach ?(.*?) ?-n /.exec(line)?.[1])).toEqual(options);
  });

  it("end with what follows --", () => {
    expect(lines("foo -- --any %n")[0]).toMatch(/--logfile=%n%I\.log --any %n$/);
  });

  it.each(["-c:3 5", "-c:0 5", "-c:2-1 5", "-c:1-3 5", "-c:baz 5", "-c:,1 5"])("%s fits no node", (option) => {
    expect(() => nodes(`foo bar ${option}`)).toThrow(/is none of the nodes; they are 1 to 2: foo, bar/);
  });

  it("have no password where people see them", () => {
    const [node] = nodes("foo -b nats://u:p%de@host:1 -A proj");
    expect(node?.shownWords.join(" ")).toContain("-b nats://host:1 ");
    expect(node?.words).toContain("nats://u:p%de@host:1");
  });
});

it("finds pid files by the templates, and in the folder of the workers", () => {
  expect(nodes("foo")[0]?.pidfile).toBe("/srv/foo.pid");
  expect(nodes("foo@x.org --pidfile=/run/%p-%d.pid")[0]?.pidfile).toBe("/run/foo@x.org-org.pid");
  expect(nodes("foo --workdir app")[0]?.pidfile).toBe("/srv/app/foo.pid");
});

it.each([
  ["plain-1@host", "plain-1@host"],
  ["two words", "'two words'"],
  ["it's", "'it'\\''s'"],
  ["", "''"],
])("a shell reads %j written as %s", (word, shown) => {
  expect(quoted(word)).toBe(shown);
});
