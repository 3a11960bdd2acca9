import { readFile } from "node:fs/promises";
import path from "node:path";
import { group, Troupe } from "@troupe/core";
import type { Command } from "commander";
import { describe, expect, it, vi } from "vitest";
import { makeProgram } from "../src/program.ts";
import { failing, reachable, refused, run } from "./support/run-program.ts";
import { scratchFolder } from "./support/scratch-folder.ts";

describe("global options", () => {
  it.each([
    ["before", ["-A", "proj", "-j", "-q", "report"]],
    ["after", ["report", "-A", "proj", "-j", "-q"]],
    ["by long names", ["--app=proj", "report", "--json", "--quiet"]],
  ])("are read %s the command", async (_where, words) => {
    expect((await run(words)).options).toMatchObject({ app: "proj", json: true, quiet: true });
  });

  it("name levels in any case", async () => {
    expect((await run(["-l", "INFO", "report"])).options).toMatchObject({ loglevel: "info" });
  });

  it("replace the application's broker by that of -b, also by a list", async () => {
    const app = new Troupe("proj");
    await run(["-A", "proj", "-b", "nats://a:1,nats://b:2", "report"], app);
    expect(app.conf.broker).toBe("nats://a:1,nats://b:2");
  });

  it("leave a password with commas to the application, and never show it", async () => {
    const app = new Troupe("proj");
    const broker = "nats://user:se,cret:x@host:1";
    const { out } = await run(["-A", "proj", "-b", broker, "report"], app);
    expect(app.conf.broker).toBe(broker);
    expect(out).toContain("nats://host:1");
    expect(out).not.toMatch(/se,|cret/);
  });
});

describe("wrong words", () => {
  it.each([
    [["wokrer"], /unknown command 'wokrer'.*\n?.*worker/],
    [["-A", "proj", "worker", "--queue", "x"], /unknown option '--queue'.*\n?.*--queues/],
    [["-A", "proj", "inspect", "pnig"], /unknown command 'pnig'.*\n?.*ping/],
    [["-A", "proj", "worker", "-c", "0"], /whole number/],
    [["-A", "proj", "worker", "-l", "loud"], /Give one of trace/],
    [["-A", "proj", "call"], /missing required argument 'task'/],
    [["-A", "proj", "call", "t", "-a", "2"], /JSON list/],
    [["-A", "proj", "status", "-t", "soon"], /milliseconds/],
    [["-A", "proj", "status", "now"], /too many arguments/],
  ])("%j are refused with a hint", async (words, message) => {
    expect((await refused(words)).message).toMatch(message);
  });

  it.each([
    [["status"], /no application is given/],
    [["-A", "proj", "status"], /memory:/],
    [["-A", "proj", "call", "t"], /memory:/],
    [["-A", "proj", "status", "-d", "w1"], /"w1" has no host/],
    [["-A", "proj", "call", "t", "1", "-a", "[1]"], /given twice/],
  ])("%j are refused before anything is sent", async (words, message) => {
    const error = await refused(words);
    expect(error.message).toMatch(message);
    expect(error).toMatchObject({ exitCode: 2 });
  });
});

describe("the command that wrong words were given to", () => {
  it.each([
    [["result", "worker", "--bogus"], "result"],
    [["-A", "status", "worker", "--bogus"], "worker"],
    [["inspect", "active", "--bogus"], "inspect active"],
    [["--bogus"], ""],
    [["wokrer"], ""],
  ])("of %j is known", async (words, command) => {
    expect(await refused(words)).toMatchObject({ code: expect.stringContaining("commander."), command });
  });
});

describe("what later versions will do", () => {
  it.each([["-B"], ["--statedb", "x"]])("worker %s %s is not supported by this version", async (...option) => {
    const error = await refused(["-A", "proj", "worker", ...option]);
    expect(error.message).toMatch(/not supported by this version/);
    expect(error).toMatchObject({ exitCode: 2 });
  });

  it.each(["beat", "monitor", "dev", "shell"])("%s is not supported by this version", async (command) => {
    const error = await refused([command, "--any", "thing"]);
    expect(error.message).toMatch(/not supported by this version/);
    expect(error).toMatchObject({ exitCode: 2 });
  });
});

describe("help", () => {
  it.each([
    [["help", "worker"], "Usage: actor-cli worker "],
    [["help", "inspect", "active"], "Usage: actor-cli inspect active|dump_active "],
    [["help"], "Usage: actor-cli [options]"],
  ])("%j shows it", async (words, text) => {
    const write = vi.spyOn(process.stdout, "write").mockReturnValue(true);
    await makeProgram(async () => {}).parseAsync(words, { from: "user" });
    const printed = write.mock.calls.map(([part]) => String(part)).join("");
    write.mockRestore();
    expect(printed).toContain(text);
  });

  it.each([
    [["help", "nope"], 'there is no command "nope"'],
    [["help", "inspect", "nope"], 'there is no command "inspect nope"'],
    [["help", "beat"], 'command "beat" is not supported by this version'],
    [["beat", "--help"], 'command "beat" is not supported by this version'],
    [["beat", "-h"], 'command "beat" is not supported by this version'],
  ])("%j is refused", async (words, message) => {
    const error = await refused(words);
    expect(error.message).toContain(message);
    expect(error).toMatchObject({ exitCode: 2 });
  });

  const commands = ["worker", "call", "result", "graph", "status", "inspect", "delayed", "dead", "purge", "report"];

  function helpOf(...names: readonly string[]): string {
    let command: Command = makeProgram(async () => {});
    for (const name of names) {
      const found = command.commands.find((candidate) => candidate.name() === name);
      if (!found) throw new Error(`no command ${name}`);
      command = found;
    }
    return command.helpInformation().replace(/\s+/g, " ");
  }

  it("names every command, and none of later versions", () => {
    for (const name of commands) expect(helpOf()).toMatch(new RegExp(` ${name} `));
    expect(helpOf()).not.toMatch(/beat|monitor/);
  });

  it.each(commands)("of %s tells the global options", (name) => {
    expect(helpOf(name)).toMatch(/Global Options:.*--app.*--broker.*--loglevel.*--json/);
  });

  it("of inspect names every question", () => {
    expect(helpOf("inspect")).toMatch(/ping .*active\|dump_active .*registered\|dump_tasks .*stats /);
    expect(helpOf("inspect", "active")).toMatch(/--destination.*--timeout.*default: "1s"/);
  });
});

describe("calling and asking", () => {
  it("calls a task, waits and prints its value", async () => {
    const { app, peer } = reachable("proj");
    peer.task("proj.add", (x: number, y: number, { scale = 1 }: { scale?: number } = {}) => (x + y) * scale);
    await using worker = peer.worker({ hostname: "w1@host" });
    await worker.start();

    expect(await run(["-A", "proj", "call", "proj.add", "2", "2"], app)).toMatchObject({ code: 0, out: "4\n" });
    expect(await run(["-A", "proj", "call", "proj.add", "-2", "5"], app)).toMatchObject({ code: 0, out: "3\n" });
    const words = ["-A", "proj", "call", "proj.add", "-a", "[2, 2]", "-k", '{"scale": 10}', "--json"];
    expect(JSON.parse((await run(words, app)).out)).toMatchObject({ state: "SUCCESS", result: 40 });
    await peer.close();
  });

  it("prints the id alone with --no-wait, and the outcome later", async () => {
    const { app, peer } = reachable("proj");
    peer.task("proj.fail", () => {
      throw new TypeError("no");
    });
    const words = ["-A", "proj", "call", "proj.fail", "--no-wait", "--task-id", "one"];
    expect(await run(words, app)).toMatchObject({ code: 0, out: "one\n" });
    expect(await run(["-A", "proj", "result", "one"], app)).toMatchObject({ code: 0, out: "PENDING\n" });

    await using worker = peer.worker({ hostname: "w1@host" });
    await worker.start();
    expect(await run(["-A", "proj", "result", "one", "-t", "10s"], app)).toMatchObject({ code: 1, out: "" });
    const trace = await run(["-A", "proj", "result", "one", "--traceback"], app);
    expect(trace).toMatchObject({ code: 1 });
    expect(trace.out).toMatch(/^TypeError: no\n +at /);
    await peer.close();
  });

  it("shows what came of a task, as a tree, in dot, and as JSON", async () => {
    const { app, peer } = reachable("proj");
    peer.task("proj.add", (x: number, y: number) => x + y);
    await using worker = peer.worker({ hostname: "w1@host" });
    await worker.start();
    await run(["-A", "proj", "call", "proj.add", "2", "2", "--task-id", "one"], app);

    expect(await run(["-A", "proj", "graph", "one"], app)).toMatchObject({ code: 0, out: "one proj.add SUCCESS\n" });
    expect((await run(["-A", "proj", "graph", "one", "--dot"], app)).out).toMatch(/^digraph dependencies \{[^]*"one"/);
    expect(JSON.parse((await run(["-A", "proj", "graph", "two", "--json"], app)).out)).toEqual([
      { id: "two", depth: 0, name: null, state: "PENDING" },
    ]);
    const picture = path.join(scratchFolder({}), "one.svg");
    const drawn = await run(["-A", "proj", "graph", "one", "--svg", picture], app);
    expect(drawn).toMatchObject({ code: 0, err: expect.stringContaining(picture) });
    expect(await readFile(picture, "utf8")).toMatch(/<svg [^]*<title>one<\/title>/);
    await expect(run(["-A", "proj", "graph", "one", "--svg", "x", "--dot"], app)).rejects.toThrow(/choose one/);
    await peer.close();
  });

  it("shows what came of a group that was saved", async () => {
    const { app, peer } = reachable("proj");
    const add = peer.task("proj.add", (x: number, y: number) => x + y);
    await using worker = peer.worker({ hostname: "w1@host" });
    await worker.start();
    const sums = await group(add.s(1, 1), add.s(2, 2)).delay();
    await sums.get();
    await sums.save();
    const [first, second] = sums.results.map(({ id }) => `  ${id} proj.add SUCCESS\n`);
    const { out } = await run(["-A", "proj", "graph", sums.id], app);
    expect(out).toBe(`${sums.id} group ready\n${first}${second}`);
    await peer.close();
  });

  it("gives up waiting after --timeout", async () => {
    const { app } = reachable("proj");
    const words = ["-A", "proj", "call", "proj.none", "-t", "10", "--task-id", "one"];
    await expect(run(words, app)).rejects.toThrow(/task one did not finish within 10 ms; it goes on/);
  });

  it.each([
    ["call", "proj.none", "--task-id", "one"],
    ["result", "one"],
  ])("prints JSON also when %s is not finished in time", async (...command) => {
    const { app } = reachable("proj");
    const { out } = await failing(["-A", "proj", ...command, "-t", "10", "--json"], app);
    expect(JSON.parse(out)).toEqual({
      id: "one",
      error: { name: "TaskTimeoutError", message: expect.stringContaining("did not finish within 10 ms") },
    });
  });

  it("shows which workers replied, and fails when one that was named did not, or nobody", async () => {
    const { app, peer } = reachable("proj");
    await expect(run(["-A", "proj", "status", "-t", "10"], app)).rejects.toThrow(
      "No nodes replied within time constraint",
    );
    await using worker = peer.worker({ hostname: "w1@host" });
    await worker.start();
    expect(await run(["-A", "proj", "status", "-t", "100"], app)).toMatchObject({
      code: 0,
      out: "->  w1@host: OK\n\n1 node online.\n",
    });
    const words = ["-A", "proj", "inspect", "ping", "-d", "w1@host,w2@host", "-t", "100"];
    await expect(run(words, app)).rejects.toThrow("no reply from w2@host");
    await peer.close();
  });
});

describe("a report", () => {
  it("needs no application", async () => {
    expect(await run(["report"])).toMatchObject({ code: 0, out: expect.stringMatching(/troupe: .*node: /s) });
  });

  it("shows changed settings without secrets", async () => {
    const app = new Troupe("proj", {
      broker: "nats://u:hush@host:1",
      transportOptions: { pass: "hush" },
      taskTrackStarted: true,
    });
    const { out } = await run(["-A", "proj", "report", "-j"], app);
    expect(out).not.toContain("hush");
    expect(JSON.parse(out)).toMatchObject({
      broker: { address: "nats://host:1" },
      settings: { taskTrackStarted: true, transportOptions: { pass: "********" } },
    });
    expect(JSON.parse(out).settings).not.toHaveProperty("taskDefaultQueue");
  });
});
