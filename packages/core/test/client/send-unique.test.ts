// Periods of unique work, with time that is skipped.

import { expect, it } from "vitest";
import { Troupe } from "../../src/app/troupe.ts";
import { chain } from "../../src/client/canvas.ts";
import { InvalidArgumentError, InvalidCanvasError } from "../../src/model/errors.ts";
import type { TaskUniqueOptions } from "../../src/model/unique-options.ts";
import { startTestWorker } from "../../src/testing/test-worker.ts";

function make(unique: TaskUniqueOptions<[name: string]>): {
  app: Troupe;
  note: ReturnType<typeof noteOf>;
  ran: string[];
} {
  const app = new Troupe("proj", { logLevel: "silent" });
  const ran: string[] = [];
  return { app, ran, note: noteOf(app, unique, ran) };
}

function noteOf(app: Troupe, unique: TaskUniqueOptions<[name: string]>, ran: string[]) {
  return app.task("proj.note", { unique }, (name: string) => {
    ran.push(name);
    return name;
  });
}

it("throttles: the first call of each period runs, others find it even when it has ended", async () => {
  const { app, note, ran } = make({ mode: "throttle", for: "1m", key: "k" });
  await using test = await startTestWorker(app);
  const first = await note.delay("1");
  await test.quiet();
  const second = await note.delay("2");
  expect([second.isDuplicate, second.id, await second.get()]).toEqual([true, first.id, "1"]);
  await test.advance("59999ms");
  expect((await note.delay("3")).isDuplicate).toBe(true);
  await test.advance("1ms");
  expect((await note.delay("4")).isDuplicate).toBe(false);
  await test.quiet();
  expect(ran).toEqual(["1", "4"]);
  expect(test.sent.of(note).map(({ args }) => args[0])).toEqual(["1", "4"]);
});

it("debounces: the last call runs, when there was none for the period", async () => {
  const { app, note, ran } = make({ mode: "debounce", for: "10s", key: "k" });
  await using test = await startTestWorker(app);
  const results = [];
  for (const name of ["1", "2", "3"]) {
    results.push(await note.delay(name));
    await test.advance("9s");
  }
  expect(ran).toEqual([]);
  await test.advance("1s");
  expect(ran).toEqual(["3"]);
  expect(await Promise.all(results.map((result) => result.state()))).toEqual(["REVOKED", "REVOKED", "SUCCESS"]);
});

it("lets go of a unique call after its period at the latest", async () => {
  const { app, note } = make({ for: "1h", key: "k" });
  await using test = await startTestWorker(app);
  const first = await note.applyAsync(["1"], { countdown: "1d" });
  expect((await note.delay("2")).id).toBe(first.id);
  await test.advance("1h");
  expect((await note.delay("3")).isDuplicate).toBe(false);
});

it("lets go when the task has failed, was revoked, or forgot its result, but not while it is retried", async () => {
  const app = new Troupe("proj", { logLevel: "silent" });
  const flaky = app.task(
    "proj.flaky",
    { unique: {}, autoretryFor: [TypeError], maxRetries: 1, defaultRetryDelay: "1h" },
    () => {
      throw new TypeError("busy");
    },
  );
  await using test = await startTestWorker(app);
  const first = await flaky.delay();
  await test.quiet();
  expect((await flaky.delay()).id).toBe(first.id);
  await test.advance("1h");
  expect(await first.state()).toBe("FAILURE");
  const expiring = await flaky.applyAsync([], { countdown: "2h", expires: "1h" });
  expect(expiring.isDuplicate).toBe(false);
  await test.advance("2h");
  const third = await flaky.delay();
  expect(third.isDuplicate).toBe(false);
});

it.each([
  [{ mode: "throttle" }, 'mode "throttle" needs a period'],
  [{ mode: "debounce" }, 'mode "debounce" needs a period'],
  [{ mode: "replace", for: "1s" }, 'mode "replace" has no period'],
  [{ mode: "once" }, '"mode" is "once"'],
  [{ fro: "1s" }, "unknown option unique"],
])("refuses %j", async (unique, message) => {
  const app = new Troupe("proj", { logLevel: "silent" });
  const options: object = { unique };
  expect(() => app.task("proj.note", options, () => 1)).toThrow(message);
  await expect(app.sendTask("proj.note", [], options)).rejects.toThrow(InvalidArgumentError);
  await app.close();
});

it("refuses a countdown of a debounced call, a key that is no text, and a step of a canvas", async () => {
  const { app, note } = make({ mode: "debounce", for: "1s" });
  await expect(note.applyAsync(["1"], { countdown: "1s" })).rejects.toThrow("leave them out");
  // @ts-expect-error -- as JavaScript can
  const wrong = app.task("proj.wrong", { unique: { key: () => 5 } }, () => 1);
  await expect(wrong.delay()).rejects.toThrow("gave 5; give a text");
  const step = app.signature("proj.note", ["1"], { unique: { key: "k" } });
  await expect(chain(step, app.signature("proj.note")).delay()).rejects.toThrow(InvalidCanvasError);
  await app.close();
});
