import { Reject, type Troupe } from "@troupe/core";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Ask } from "../src/confirm.ts";
import { letterText } from "../src/output/letter-text.ts";
import { reachable, run } from "./support/run-program.ts";

let app: Troupe;
let peer: Troupe;
let isRepaired = false;

beforeEach(async () => {
  ({ app, peer } = reachable("proj"));
  isRepaired = false;
  peer.task("proj.refuse", (x: number) => {
    if (!isRepaired) throw new Reject(`not ${x}`);
    return x;
  });
});

afterEach(() => peer.close());

/** Letters of as many tasks, the first one first. */
async function letters(count: number): Promise<void> {
  await using worker = peer.worker();
  await worker.start();
  for (let i = 0; i < count; i++) {
    const name = i % 2 === 0 ? "proj.refuse" : "proj.unknown";
    const result = await peer.sendTask(name, [i], { taskId: `t${i}`, argsrepr: i === 2 ? "(***)" : undefined });
    await result.get({ propagate: false });
  }
}

const dead = (words: readonly string[], ask: Ask = null): ReturnType<typeof run> =>
  run(["-A", "proj", "dead", ...words], app, () => {}, ask);

it("lists letters, newest first, by what is asked for", async () => {
  await letters(4);
  const { out, err, code } = await dead(["list"]);
  const lines = out.trim().split("\n");
  expect(lines).toHaveLength(4);
  expect(lines[3]).toMatch(/^1 {2}\d{4}-[^ ]+ {2}default {2}rejected {2}proj\.refuse\[t0\] {2}not 0$/);
  expect(err).toBe("4 shown, 4 in all\n");
  expect(code).toBe(0);
  expect((await dead(["list", "--reason", "rejected", "-n", "1"])).out).toMatch(/^3 .*t2/);
  expect((await dead(["list", "-n", "1"])).err).toBe("1 shown, 4 in all; for older ones: --before 4\n");
  expect((await dead(["list", "--name", "proj.unknown", "--before", "4"])).out).toMatch(/^2 .*t1[^\n]*\n$/);
  expect(JSON.parse((await dead(["list", "--json"])).out)).toMatchObject([{ id: "4" }, {}, {}, { task: { id: "t0" } }]);
});

it("shows a letter, without what its caller hid", async () => {
  await letters(3);
  const { out } = await dead(["show", "3"]);
  expect(out).toMatch(/reason {7}rejected\n/);
  expect(out).toMatch(/task {9}proj\.refuse\[t2\]\nargs {9}\(\*\*\*\)\n/);
  expect(out).toMatch(/\nReject: not 2\n +at /);
  expect(JSON.parse((await dead(["show", "3", "--json"])).out)).toMatchObject({ id: "3", body: expect.any(String) });
  await expect(dead(["show", "9"])).rejects.toThrow('there is no dead letter 9; see "dead list"');
});

it("shows what is no task as text, or in hex, and nothing that a terminal would obey", () => {
  const about = { id: "1", queue: "q", reason: "undecodable", detail: "\u001b[2J", error: null, contentType: null };
  const letterOf = (body: Uint8Array): string =>
    letterText({ ...about, date: new Date(0), sizeBytes: body.length, task: null, body });
  expect(letterOf(Buffer.from("hello \u001b[31m\nworld"))).toMatch(
    /detail {7}\\u001b\[2J\n[^]*\n\nhello \\u001b\[31m\nworld$/,
  );
  expect(letterOf(Uint8Array.from([0xc1, 0xff, 0x41]))).toMatch(/\n000000 {2}c1 ff 41 +\.\.A$/);
  expect(letterOf(new Uint8Array(5_000).fill(0xff))).toMatch(/… 904 bytes more$/);
});

it("replays letters by their ids, and prints the new ones", async () => {
  await letters(1);
  isRepaired = true;
  const { out } = await dead(["replay", "1", "-a", "[7]", "--to", "other"]);
  await using worker = peer.worker({ queues: ["other"] });
  await worker.start();
  expect(await peer.result(out.trim()).get()).toBe(7);
  expect((await dead(["list"])).out).toBe("");
  await expect(dead(["replay", "1"])).rejects.toThrow(/no dead letter "1"/);
});

it("asks before it replays or drops many", async () => {
  await letters(4);
  const asked: string[] = [];
  const answer =
    (text: string): Ask =>
    async (question) => {
      asked.push(question);
      return text;
    };
  await expect(dead(["drop", "--queue", "default"], answer("n"))).rejects.toThrow("nothing was done");
  await expect(dead(["drop", "--all"])).rejects.toThrow(/There is no terminal to ask on: give --yes/);
  expect(await dead(["replay", "--name", "proj.unknown"], answer("y"))).toMatchObject({
    code: 0,
    out: "Replayed 2 dead letters.\n",
  });
  expect((await dead(["drop", "--all", "--yes", "--json"])).out).toBe('{"dropped":2}\n');
  expect(asked).toEqual([
    "Drop 4 dead letters with queue default? [y/N] ",
    "Replay all dead letters with name proj.unknown, of 4? [y/N] ",
  ]);
});

it("drops letters by their ids, and says which were not there", async () => {
  await letters(2);
  await expect(dead(["drop", "1", "7", "8"])).rejects.toThrow("there is no dead letter 7, 8");
  expect((await dead(["list"])).out).toMatch(/^2 /);
});

it.each([
  [["drop"], "no letters are chosen"],
  [["replay", "1", "--queue", "q"], "letters are chosen twice"],
  [["drop", "--all", "--queue", "q"], "cannot be used with option"],
  [["list", "-n", "5000"], "limit"],
])("refuses %j", async (words, message) => {
  await expect(dead(words)).rejects.toMatchObject({ message: expect.stringContaining(message) });
});
