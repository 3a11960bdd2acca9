// Runs every example as its README says and compares what it prints with its expected-output.txt, line by line. There
// `<id>`, `<n>` and `<word>` stand for one id, number or word, which differ from run to run; the width of gaps does not count.

import { execFile, spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { within } from "@troupe/core/testing";
import { describe, expect, it } from "vitest";
import { findTexts } from "../examples/00-word-count/texts.ts";
import { CliProcess } from "./support/cli.ts";
import { NatsServer } from "./support/nats-server.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const EXAMPLES = readdirSync(join(ROOT, "examples")).filter((name) => /^\d\d-/.test(name));
const DEADLINE_MS = 45_000;

const STANDS_FOR: Readonly<Record<string, string>> = { id: "[\\w-]+", n: "[\\d.,]+", word: "\\p{L}[\\p{L}'’]*" };

/** What a line of expected-output.txt allows. */
function patternOf(line: string): RegExp {
  const literal = squeezed(line).replace(/[$()*+.?[\\\]^{|}]/g, "\\$&");
  return new RegExp(`^${literal.replace(/<(\w+)>/g, (text, name: string) => STANDS_FOR[name] ?? text)}$`, "u");
}

function squeezed(line: string): string {
  return line.replace(/ +/g, " ").trim();
}

/** How to run an example. */
function commandOf(example: string): readonly [program: string, args: readonly string[]] {
  return [process.execPath, ["--import", import.meta.resolve("tsx"), join(ROOT, "examples", example, "main.ts")]];
}

function environment(brokerUrl?: string): NodeJS.ProcessEnv {
  const { TROUPE_BROKER_URL: _own, ...others } = process.env;
  return brokerUrl === undefined ? others : { ...others, TROUPE_BROKER_URL: brokerUrl };
}

async function run(example: string, brokerUrl?: string): Promise<string> {
  const [program, args] = commandOf(example);
  const options = { cwd: ROOT, env: environment(brokerUrl), timeout: DEADLINE_MS };
  return (await promisify(execFile)(program, args, options)).stdout;
}

/** What the lines of its expected-output.txt allow. */
async function writtenFor(example: string): Promise<unknown[]> {
  const text = await readFile(join(ROOT, "examples", example, "expected-output.txt"), "utf8");
  return text.split("\n").map((line) => expect.stringMatching(patternOf(line)));
}

function linesOf(printed: string): string[] {
  return printed.split("\n").map(squeezed);
}

/** What the tour prints, without its headings, and what can be typed of it. */
async function readTour(): Promise<{ readonly typed: readonly string[]; readonly printed: readonly string[] }> {
  const tour = await readFile(join(ROOT, "examples/02-canvas-tour/expected-output.txt"), "utf8");
  const lines = tour
    .slice(tour.indexOf("\n#"))
    .split("\n")
    .filter((line) => line !== "" && !/^(?:#|\/\/) /.test(line));
  const isCode = (line: string): boolean => line.startsWith("> ");
  return {
    typed: lines.filter(isCode).map((line) => line.slice("> ".length)),
    printed: lines.filter((line) => !isCode(line)),
  };
}

/** What a prompt prints when each line is typed as soon as it asks for one. */
async function typedInto(program: string, lines: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  const args = ["--import", import.meta.resolve("tsx"), program];
  const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio: ["pipe", "pipe", "inherit"] });
  const left = [...lines];
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    if (!output.endsWith("> ")) return;
    const line = left.shift();
    if (line === undefined) child.stdin.end();
    else child.stdin.write(`${line}\n`);
  });
  const ended = new Promise((resolve) => child.once("close", resolve));
  try {
    expect(await within(ended, () => `the prompt ends; it wrote:\n${output}`, DEADLINE_MS)).toBe(0);
    return output;
  } finally {
    child.kill("SIGKILL");
  }
}

/** The ranking that `00-word-count` prints. */
function rankingIn(output: string): string[] {
  return output
    .split("\n")
    .filter((line) => /^ +\d+\. /.test(line))
    .map(squeezed);
}

/** The same ranking, counted without tasks. */
async function countHere(): Promise<string[]> {
  const texts = await Promise.all((await findTexts()).map((path) => readFile(path, "utf8")));
  const counts: Record<string, number> = {};
  for (const word of texts
    .join("\n")
    .toLowerCase()
    .match(/\p{L}+(['’]\p{L}+)*/gu) ?? []) {
    counts[`word ${word}`] = (counts[`word ${word}`] ?? 0) + 1;
  }
  const ranking = Object.entries(counts).sort(([wordA, a], [wordB, b]) => b - a || (wordA < wordB ? -1 : 1));
  return ranking
    .slice(0, 10)
    .map(([word, count], place) => `${place + 1}. ${word.slice("word ".length)} ${count.toLocaleString("en")}`);
}

describe.each(EXAMPLES)("examples/%s", (example) => {
  it("prints what its expected-output.txt says", async () => {
    expect(linesOf(await run(example))).toEqual(await writtenFor(example));
  });

  it("says in its README what it has and how to run it", async () => {
    const readme = await readFile(join(ROOT, "examples", example, "README.md"), "utf8");
    expect(readme).toContain("main.ts");
    expect(readme).toContain("expected-output.txt");
  });
});

describe("examples/00-word-count", () => {
  it("prints the ranking that counting without tasks gives", async () => {
    expect(rankingIn(await run("00-word-count"))).toEqual(await countHere());
  });

  it("leaves the work to workers of other processes when it has a broker", async () => {
    await using server = await NatsServer.start();
    const args = ["-A", "examples/00-word-count/app.ts", "worker", "-n", "w1"];
    await using worker = new CliProcess(args, ROOT, { TROUPE_BROKER_URL: server.url });
    await worker.writes(/ ready\./);
    const output = await run("00-word-count", server.url);
    expect(output).toContain(`Workers: those at ${server.url}; this process has none of its own.`);
    expect(output).toMatch(/^Answering: w1@/m);
    expect(rankingIn(output)).toEqual(await countHere());
  });

  it("tells how to start a worker when none answers, and goes on when that is done", async () => {
    await using server = await NatsServer.start();
    const [program, args] = commandOf("00-word-count");
    const child = spawn(program, args, {
      cwd: ROOT,
      env: environment(server.url),
      stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = new Promise((resolve) => child.once("close", resolve));
    try {
      const lines: string[] = [];
      const told = new Promise<string[]>((resolve) => {
        createInterface({ input: child.stdout }).on("line", (line) => {
          lines.push(line);
          const [, url, words] = /^ +TROUPE_BROKER_URL=(\S+) npx actor-cli (.+)$/.exec(line) ?? [];
          if (url === server.url && words !== undefined) resolve(words.split(" "));
        });
      });
      const command = await within(told, () => `it tells the command; it wrote:\n${lines.join("\n")}`, DEADLINE_MS);
      await using worker = new CliProcess(command, ROOT, { TROUPE_BROKER_URL: server.url });
      await worker.writes(/ ready\./);
      expect(await within(ended, () => `it ends; it wrote:\n${lines.join("\n")}`, DEADLINE_MS)).toBe(0);
      expect(rankingIn(lines.join("\n"))).toHaveLength(10);
    } finally {
      child.kill("SIGKILL");
    }
  });
});

describe("examples/02-canvas-tour", () => {
  it("gives the same at the prompt, with a worker in another process, whatever line of it is typed", async () => {
    await using server = await NatsServer.start();
    const args = ["-A", "examples/02-canvas-tour/proj", "worker", "-n", "w1"];
    await using worker = new CliProcess(args, ROOT, { TROUPE_BROKER_URL: server.url });
    await worker.writes(/ ready\./);
    const prompt = join(ROOT, "examples/02-canvas-tour/prompt.ts");
    const { typed, printed } = await readTour();
    const stdout = await typedInto(prompt, typed, environment(server.url));
    const output = stdout
      .split("\n")
      .map((line) => squeezed(line.replace(/^(?:> )*(?:Uncaught:? ?)?/, "")))
      .filter((line) => line !== "");
    for (const [at, line] of printed.entries()) expect(output[at], `answer ${at + 1}`).toMatch(patternOf(line));
    expect(output).toHaveLength(printed.length);
  });
});

describe("examples/03-workers", () => {
  it("prints the same when its three workers are other processes", async () => {
    await using server = await NatsServer.start();
    const start = (name: string, ...options: string[]): CliProcess =>
      new CliProcess(["-A", "examples/03-workers/proj", "worker", "-n", name, ...options], ROOT, {
        TROUPE_BROKER_URL: server.url,
      });
    await using web = start("web");
    await using cpu = start("cpu", "-Q", "cpu", "-P", "processes", "-c", "2");
    await using media = start("media", "-Q", "media");
    await Promise.all([web, cpu, media].map((worker) => worker.writes(/ ready\./)));
    expect(linesOf(await run("03-workers", server.url))).toEqual(await writtenFor("03-workers"));
  });
});

describe("examples/04-event-subscriber", () => {
  it("prints the same over NATS", async () => {
    await using server = await NatsServer.start();
    expect(linesOf(await run("04-event-subscriber", server.url))).toEqual(await writtenFor("04-event-subscriber"));
  });
});
