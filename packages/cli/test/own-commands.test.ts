import { Troupe } from "@troupe/core";
import { afterEach, expect, it, vi } from "vitest";
import { WrongWords } from "../src/wrong-words.ts";
import { failing, reachable, run } from "./support/run-program.ts";

const TO = ["-A", "proj"];

afterEach(() => {
  vi.restoreAllMocks();
});

function addCommands(app: Troupe): void {
  app.inspectCommand(
    "echo_all",
    {
      help: "says what it was given",
      alias: "say",
      timeout: "30s",
      args: [
        { name: "text" },
        { name: "count", type: "integer" },
        { name: "ratio", type: "number", optional: true },
        { name: "sure", type: "boolean", optional: true },
        { name: "within", type: "duration", optional: true },
        { name: "data", type: "json", optional: true, variadic: true },
      ],
    },
    (_worker, args) => args,
  );
  app.controlCommand("tidy", { args: [{ name: "folders", variadic: true }] }, (_worker, { folders }) => {
    if (folders.includes("none")) throw new Error("there is no such folder");
    return { ok: `tidied ${folders.join(" and ")}` };
  });
  app.inspectCommand("unlisted", { hidden: true }, () => "shown");
}

async function helpOf(...words: readonly string[]): Promise<string> {
  let printed = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  const app = new Troupe("proj");
  addCommands(app);
  await run(words, app).catch((error: unknown) => {
    if (!(error instanceof WrongWords && error.exitCode === 0)) throw error;
  });
  vi.restoreAllMocks();
  return printed;
}

it("calls commands of the application with words read by their types", async () => {
  const { app, peer } = reachable("proj");
  addCommands(app);
  addCommands(peer);
  await peer.worker({ hostname: "w1@here" }).start();
  const inspect = (...words: readonly string[]): ReturnType<typeof run> => run([...TO, "inspect", ...words], app);

  const at = ["-d", "w1@here", "-j"];
  expect(JSON.parse((await inspect(...at, "echo_all", "5", "2", "0.5", "true", "10s", "5", '{"a":[1]}')).out)).toEqual({
    "w1@here": { text: "5", count: 2, ratio: 0.5, sure: true, within: "10s", data: [5, { a: [1] }] },
  });
  expect(JSON.parse((await inspect("say", "hello", ...at, "--", "-2")).out)).toEqual({
    "w1@here": { text: "hello", count: -2 },
  });
  expect((await inspect("unlisted")).out).toBe('->  w1@here: OK\n        "shown"\n\n1 node online.\n');
  const control = (...words: readonly string[]): ReturnType<typeof run> => run([...TO, "control", ...words], app);
  expect(await control("tidy", "a", "b")).toMatchObject({ code: 0, out: "->  w1@here: OK\n        tidied a and b\n" });
  expect(JSON.parse((await control("tidy", "a", "-j")).out)).toEqual([{ "w1@here": { ok: "tidied a" } }]);
  expect(await control("tidy", "none")).toMatchObject({ code: 1, out: /ERROR\n {8}there is no such folder/ });
  await failing([...TO, "control", "tidy", "a", "-d", "nobody@here", "-t", "1ms"], app);
  await peer.close();
});

it("shows them in the help of their kind", async () => {
  for (const words of [
    ["inspect", "--help"],
    ["help", "inspect"],
  ]) {
    const help = await helpOf(...TO, ...words);
    expect(help).toMatch(/echo_all\|say .*says what it was given/);
    expect(help).not.toMatch(/unlisted|tidy/);
  }
  expect(await helpOf(...TO, "control", "-h")).toMatch(/tidy .*<folders\.\.\.>/);
  const help = await helpOf(...TO, "inspect", "say", "--help");
  expect(help).toContain("<text> <count> [ratio] [sure] [within] [data...]");
  expect(help).toMatch(/count +integer/);
  expect(help).toContain("actor-cli -A proj inspect echo_all <text> <count>");
});

it("shows the help of the others where the application is not given, or cannot be loaded", async () => {
  expect(await helpOf("inspect", "--help")).toContain("active_queues");
  expect(await helpOf("-A", "nothing/here", "inspect", "--help")).toContain("active_queues");
});

it.each([
  [["inspect", "echo_al"], /Did you mean echo_all/],
  [["control", "echo_all", "a", "1"], /unknown command/],
  [["inspect", "echo_all", "a"], /missing required argument 'count'/],
  [["inspect", "echo_all", "a", "1.5"], /Give a whole number/],
  [["inspect", "echo_all", "a", "1", "half"], /Give a number/],
  [["inspect", "echo_all", "a", "1", "1", "yes"], /Give true or false/],
  [["inspect", "echo_all", "a", "1", "1", "true", "soon"], /Give milliseconds/],
  [["inspect", "echo_all", "a", "1", "1", "true", "1s", "{"], /It is not JSON/],
  [["inspect", "unlisted", "more"], /too many arguments/],
])("refuses %j", async (words, message) => {
  const { app } = reachable("proj");
  addCommands(app);
  await expect(run([...TO, ...words], app)).rejects.toThrow(message);
});
