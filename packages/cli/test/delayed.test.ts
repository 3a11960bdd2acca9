import type { Troupe } from "@troupe/core";
import { afterEach, beforeEach, expect, it } from "vitest";
import { reachable, run } from "./support/run-program.ts";

let app: Troupe;
let peer: Troupe;

beforeEach(() => {
  ({ app, peer } = reachable("proj"));
});

afterEach(() => peer.close());

const delayed = (...words: readonly string[]): ReturnType<typeof run> => run(["-A", "proj", "delayed", ...words], app);

it("lists what waits, the one that is due first first", async () => {
  await peer.sendTask("proj.add", [2, 2], { taskId: "late", countdown: "2h", expires: "1d" });
  await peer.sendTask("proj.add", ["\u001b[2J"], { taskId: "soon", countdown: "1h", queue: "other" });
  const { out, err } = await delayed("list");
  expect(out.split("\n")).toEqual([
    expect.stringMatching(/^\d{4}-.*Z {2}other {2}proj\.add\[soon\] args=\[ '\\x1B\[2J' \] kwargs=\{\} retries=0$/),
    expect.stringMatching(/ {2}default {2}proj\.add\[late\] .* expires=\d{4}-/),
    "",
  ]);
  expect(err).toBe("2 in all\n");
  expect(JSON.parse((await delayed("list", "-n", "1", "--json")).out)).toMatchObject([
    { id: "soon", args: expect.any(String) },
  ]);
});

it("cancels tasks, and says which do not wait", async () => {
  const result = await peer.sendTask("proj.add", [2, 2], { taskId: "one", countdown: "1h" });
  expect(await delayed("cancel", "one", "--reason", "not needed")).toMatchObject({ code: 0, out: "Cancelled one.\n" });
  await expect(result.get()).rejects.toMatchObject({ reason: "not needed" });
  await expect(delayed("cancel", "one", "two")).rejects.toThrow("not waiting (any more): one, two");
});

it("gives a task another time", async () => {
  await peer.sendTask("proj.add", [2, 2], { taskId: "one", countdown: "1h" });
  await delayed("reschedule", "one", "--eta", "2100-01-01T00:00:00Z");
  expect(await peer.delayed.list()).toMatchObject([{ id: "one", due: new Date("2100-01-01T00:00:00Z") }]);
  await expect(delayed("reschedule", "one")).rejects.toThrow("give a task one new time");
  await expect(delayed("reschedule", "one", "--eta", "2100-01-01")).rejects.toThrow(/date with its time zone/);
  await expect(delayed("reschedule", "two", "--countdown", "5s")).rejects.toThrow("does not wait");
});
