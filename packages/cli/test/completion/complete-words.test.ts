import { describe, expect, it } from "vitest";
import { type AppNames, completeWords } from "../../src/completion/complete-words.ts";
import { makeProgram } from "../../src/program.ts";

const program = makeProgram(async () => undefined);
const names: AppNames = {
  tasks: async () => ["proj.tasks.add", "proj.tasks.mul"],
  queues: async () => ["default", "images", "video"],
};

/** The words that may stand at the end of a line. */
async function completed(line: string): Promise<readonly string[] | "files"> {
  const completion = await completeWords(line.split(" "), program, names);
  return completion === "files" ? completion : completion.map(({ word }) => word);
}

describe("a command line", () => {
  it.each([
    ["wor", ["worker"]],
    ["-A proj insp", ["inspect"]],
    ["inspect regist", ["registered"]],
    ["-A inspect inspect pin", ["ping"]],
    ["help inspe", ["inspect"]],
    ["completion ", ["bash", "zsh", "fish"]],
    ["multi sto", ["stop", "stopwait"]],
    ["worker --conc", ["--concurrency"]],
    ["inspect active --dest", ["--destination"]],
    ["status --bro", ["--broker"]],
    ["multi start w1 --range", ["--range-prefix"]],
    ["multi start w1 --conc", ["--concurrency"]],
    ["worker -l wa", ["warn"]],
    ["worker --loglevel=de", ["--loglevel=debug"]],
    ["worker -P th", ["threads"]],
    ["worker --pool=pro", ["--pool=processes"]],
    ["worker -Q im", ["images"]],
    ["worker -Q images,v", ["images,video"]],
    ["multi start 3 -Q:1-2 vi", ["video"]],
    ["call ", ["proj.tasks.add", "proj.tasks.mul"]],
    ["call proj.tasks.add ", []],
    ["purge images vi", ["video"]],
    ["nothing ", []],
    ["worker -c ", []],
    ["multi start w1 -- --conc", []],
    ["-A ", "files"],
    ["worker --logfile=lo", "files"],
    ["worker --workdir ", "files"],
  ])('"%s" goes on with %j', async (line, expected) => {
    expect(await completed(line)).toEqual(expected);
  });

  it("begins with a command, none of later versions", async () => {
    const words = await completed("");
    expect(words).toEqual(expect.arrayContaining(["worker", "multi", "completion", "help"]));
    expect(words).not.toContain("beat");
  });

  it("tells what a word means", async () => {
    const found = await completeWords(["wor"], program, names);
    expect(found).toEqual([{ word: "worker", description: "run a worker" }]);
  });
});
