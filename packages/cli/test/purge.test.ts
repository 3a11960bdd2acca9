import { hostname } from "node:os";
import { directQueue } from "@troupe/core";
import { expect, it } from "vitest";
import { reachable, run } from "./support/run-program.ts";

it("deletes what waits, after it was asked, and says how much", async () => {
  const { app, peer } = reachable("proj");
  app.conf.update({ taskQueues: ["default", "c"] });
  for (const queue of ["default", "a", "a", "b", "c"]) await peer.sendTask("proj.add", [2, 2], { queue });
  const asked: string[] = [];
  const answer = (text: string) => async (question: string) => {
    asked.push(question);
    return text;
  };
  const purge = (words: readonly string[], ask: Parameters<typeof run>[3] = null) =>
    run(["-A", "proj", "purge", ...words], app, () => {}, ask);
  await expect(purge(["a"])).rejects.toThrow(/a \(2 waiting\)\? There is no terminal to ask on: give --yes/);
  await expect(purge(["a", "b"], answer("no"))).rejects.toThrow("nothing was done");
  expect(await purge(["a", "b"], answer("y"))).toMatchObject({ code: 0, out: "Purged 3 tasks from a, b.\n" });
  expect(asked.at(-1)).toBe("Delete all tasks that wait in a (2 waiting), b (1 waiting)? [y/N] ");
  expect((await purge(["--yes", "--json", "-X", "c"])).out).toBe('{"default":1}\n');
  expect((await purge(["--yes", "--json"])).out).toBe('{"default":0,"c":1}\n');
  await expect(purge(["a b", "--yes"])).rejects.toMatchObject({ code: "TROUPE_INVALID_ARGUMENT" });
  await peer.close();
});

it("deletes nothing from the private queue of a worker that is not named", async () => {
  const { app, peer } = reachable("proj");
  app.conf.update({ workerDirect: true });
  const queue = directQueue(`troupe@${hostname()}`);
  await peer.sendTask("proj.add", [2, 2], { queue });
  const purge = async (...names: readonly string[]) => (await run(["-A", "proj", "purge", "--yes", ...names], app)).out;
  expect(await purge("a")).toBe("Purged 0 tasks from a.\n");
  expect(await purge()).toBe("Purged 0 tasks from default.\n");
  expect(await purge(queue)).toBe(`Purged 1 task from ${queue}.\n`);
  await peer.close();
});

it("calls a task for later", async () => {
  const { app, peer } = reachable("proj");
  const call = (...words: readonly string[]) =>
    run(["-A", "proj", "call", "proj.add", "2", "2", "--no-wait", ...words], app);
  await call("--task-id", "a", "--countdown", "1h", "--expires", "2100-01-01T00:00:00Z", "--serializer", "json");
  await call("--task-id", "b", "--eta", "2099-01-01T00:00:00Z", "--expires", "1d");
  expect(await peer.delayed.list()).toMatchObject([
    { id: "a", expires: new Date("2100-01-01T00:00:00Z") },
    { id: "b", due: new Date("2099-01-01T00:00:00Z") },
  ]);
  await expect(call("--expires", "soon")).rejects.toThrow(/a date with its time zone/);
  await expect(call("--countdown", "5s", "--eta", "2099-01-01T00:00:00Z")).rejects.toThrow(/cannot be used with/);
  await peer.close();
});
