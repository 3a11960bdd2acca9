import { expect, it } from "vitest";
import { memoryTransport, Reject, Troupe } from "../../src/index.ts";
import { type Line, rememberingLogger, silentLogger } from "../support/loggers.ts";
import { soon } from "../support/outcomes.ts";

it("takes null for no options, wherever options can be given", async () => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- callers in JavaScript give anything
  const none = null as never;
  expect(new Troupe("proj", none).conf.namespace).toBe("troupe");
  const app = new Troupe("proj", { broker: memoryTransport(none), logger: silentLogger });
  app.conf.update(none);
  const add = app.task("proj.add", none, (x: number, y: number) => x + y);
  expect(await (await add.apply([2, 2], none)).get(none)).toBe(4);
  const worker = app.worker(none);
  await worker.start();
  expect(await (await add.applyAsync([2, 2], none)).get(none)).toBe(4);
  expect(await (await app.sendTask("proj.add", [2, 2], none)).get(none)).toBe(4);
  expect(await (await add.signature([2, 2], none).applyAsync([], none)).get(none)).toBe(4);
  expect(Object.keys(await app.control.inspect(none).ping())).toEqual([worker.hostname]);
  await worker.stop(none);
  expect(new Reject("no", none).requeue).toBe(false);
  await app.close();
});

it("runs tasks also while the inspector of their worker throws, and says so once", async () => {
  const lines: Line[] = [];
  await using app = new Troupe("proj", { broker: "memory:", logger: rememberingLogger(lines) });
  const add = app.task("proj.add", (x: number, y: number) => x + y);
  const inspect = (): never => {
    throw new Error("cannot draw");
  };
  await using worker = app.worker({ hostname: "w1@host", inspect });
  await worker.start();
  expect(await (await add.delay(2, 2)).get()).toBe(4);
  const failures = lines.filter(({ level }) => level === "error");
  expect(failures).toMatchObject([{ message: "the inspector of worker w1@host failed" }]);
});

it("stops its workers cold when it is closed before them", async () => {
  const app = new Troupe("proj", { broker: "memory:", logger: silentLogger });
  const wait = app.task("proj.wait", () => new Promise(() => {}));
  const worker = app.worker({ concurrency: 1 });
  await worker.start();
  await wait.applyAsync([], { ignoreResult: true });
  await app.close();
  expect(await soon(worker.stop())).toBeUndefined();
  expect(await soon(worker.stopped)).toBeUndefined();
});
