import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { chain, chord, type TaskContext, Troupe } from "../../src/index.ts";
import { ManualClock } from "../../src/testing/manual-clock.ts";
import { eventually } from "../../src/testing/test-probe.ts";
import { memoryTransport } from "../../src/transport/memory/memory-transport.ts";
import type { Transport } from "../../src/transport/transport.ts";
import { silentLogger } from "../support/loggers.ts";

const HOUR_MS = 3_600_000;

let clock: ManualClock;
let transport: Transport;
let app: Troupe;
let runs: { readonly id: string; readonly at: number }[] = [];

beforeEach(async () => {
  clock = new ManualClock();
  transport = memoryTransport({ clock });
  app = new Troupe("proj", { broker: transport, logger: silentLogger });
  runs = [];
  app.task("proj.note", function (this: TaskContext, x: unknown) {
    runs.push({ id: this.id, at: transport.now() });
    return x;
  });
  await app.connect();
});

afterEach(() => app.close());

const call = (options: object, args: readonly unknown[] = [1]) => app.sendTask("proj.note", args, options);
const keys = async (): Promise<string[]> => (await transport.delayed.list(100)).map(({ key }) => key);

it("lists what is due first", async () => {
  const now = transport.now();
  await call({ taskId: "later", countdown: "2h", expires: "3h", queue: "other" });
  await call({ taskId: "soon", countdown: "1h", argsrepr: "(***)" });
  expect(await app.delayed.list({ limit: 1 })).toEqual([
    {
      id: "soon",
      name: "proj.note",
      queue: "default",
      due: new Date(now + HOUR_MS),
      expires: null,
      args: "(***)",
      kwargs: "{}",
      retries: 0,
    },
  ]);
  expect((await app.delayed.list()).map(({ id, queue, expires }) => [id, queue, expires])).toEqual([
    ["soon", "default", null],
    ["later", "other", new Date(now + 3 * HOUR_MS)],
  ]);
  await expect(app.delayed.list({ limit: 0 })).rejects.toMatchObject({ code: "TROUPE_INVALID_ARGUMENT" });
});

describe("a cancel", () => {
  it("revokes the task and takes it out, once", async () => {
    const result = await call({ countdown: "1h" });
    expect(await app.delayed.cancel(result.id, { reason: "not needed" })).toBe(true);
    await expect(result.get()).rejects.toMatchObject({ code: "TROUPE_TASK_REVOKED", reason: "not needed" });
    expect(await result.info()).toMatchObject({ state: "REVOKED", error: { reason: "not needed" } });
    expect(await keys()).toEqual([]);
    expect(await app.delayed.cancel(result.id)).toBe(false);
  });

  it("tells the later steps, and the chord that waits", async () => {
    await using worker = app.worker();
    await worker.start();
    const note = app.signature("proj.note", [1], { countdown: "1h" });
    const steps = await chain(note, app.signature("proj.note")).delay();
    const body = await chord([note, app.signature("proj.note", [2])], app.signature("proj.note")).delay();
    await eventually("both wait", async () => (await keys()).length === 2);
    for (const { id } of await app.delayed.list()) await app.delayed.cancel(id);
    await expect(steps.get()).rejects.toMatchObject({ code: "TROUPE_TASK_REVOKED", reason: "cancelled" });
    expect(await app.result(steps.id).state()).toBe("REVOKED");
    await expect(body.get()).rejects.toMatchObject({ code: "TROUPE_CHORD", cause: { reason: "cancelled" } });
  });

  it("finds a task that waits for its next run, also when what was decided has expired", async () => {
    app.task("proj.again", function (this: TaskContext) {
      return this.retry({ countdown: "1h" });
    });
    await using worker = app.worker();
    await worker.start();
    const [first, second] = [await app.sendTask("proj.again"), await app.sendTask("proj.again")];
    await eventually("both wait", async () => (await keys()).length === 2);
    expect(await app.delayed.cancel(first.id)).toBe(true);
    for (const { key } of await transport.delayed.list(1)) expect(key).toBe(`${second.id}-1`);
    transport.records.read = async () => null; // as if the decision had expired
    expect(await app.delayed.cancel(second.id)).toBe(true);
    expect(await keys()).toEqual([]);
  });

  it("has no say in a task that was moved, or is not known", async () => {
    await call({ taskId: "at-once" });
    expect(await app.delayed.cancel("at-once")).toBe(false);
    expect(await app.delayed.cancel("unknown")).toBe(false);
    expect(await app.result("at-once").state()).toBe("PENDING");
  });
});

describe("another time", () => {
  it("makes a task run earlier or later, once, under its id", async () => {
    const from = transport.now();
    const [early, late] = [await call({ countdown: "2h" }), await call({ countdown: "1h" })];
    await app.delayed.reschedule(early.id, { countdown: "30m" });
    await app.delayed.reschedule(late.id, { eta: new Date(from + 5 * HOUR_MS) });
    expect(await keys()).toEqual([`${early.id}-1`, `${late.id}-1`]);
    await using worker = app.worker();
    await worker.start();
    clock.advance(4 * HOUR_MS);
    expect(await early.get()).toBe(1);
    expect(runs.map(({ id }) => id)).toEqual([early.id]);
    clock.advance(HOUR_MS);
    expect(await late.get()).toBe(1);
    expect(runs).toHaveLength(2);
  });

  it("can be given again and again, and be now", async () => {
    const result = await call({ countdown: "1h" });
    for (const hours of [5, 1, 9]) await app.delayed.reschedule(result.id, { countdown: `${hours}h` });
    expect(await keys()).toEqual([`${result.id}-3`]);
    await using worker = app.worker();
    await worker.start();
    await app.delayed.reschedule(result.id, { countdown: 0 });
    expect(await result.get()).toBe(1);
    expect(await keys()).toEqual([]);
    expect((await result.info()).retries).toBe(0);
  });

  it("holds when the old message was moved in that moment, and when the one who gave it died halfway", async () => {
    const result = await call({ countdown: "1h" });
    const [old] = await transport.delayed.list(1);
    if (!old) throw new Error("nothing waits");
    await app.delayed.reschedule(result.id, { countdown: "3h" });
    await transport.delayed.schedule({ ...old, exclusive: true, repeat: true }, old.dueAt); // as if it had not been removed
    await using worker = app.worker();
    await worker.start();
    clock.advance(2 * HOUR_MS);
    await eventually("the old message is settled", async () => {
      const { waiting, unsettled } = await transport.tasks.count("default");
      return waiting + unsettled === 0 && (await keys()).length === 1;
    });
    expect(runs).toEqual([]);
    clock.advance(HOUR_MS);
    expect(await result.get()).toBe(1);
    expect(runs).toHaveLength(1);
  });

  it("carries out what another has decided, and comes after it", async () => {
    const result = await call({ countdown: "1h" });
    const times = ["2h", "3h", "4h", "5h"] as const;
    await Promise.all(times.map((countdown) => app.delayed.reschedule(result.id, { countdown })));
    const [left, ...none] = await app.delayed.list();
    expect(none).toEqual([]);
    expect(left?.id).toBe(result.id);
  });

  it("is refused for a task that does not wait, and where it is not one time", async () => {
    const refused = { code: "TROUPE_INVALID_ARGUMENT" };
    await expect(app.delayed.reschedule("unknown", { countdown: 5 })).rejects.toMatchObject({
      ...refused,
      message: /does not wait/,
    });
    for (const time of [{}, { countdown: 5, eta: new Date() }, { countdown: -1 }])
      await expect(app.delayed.reschedule("x", time)).rejects.toMatchObject(refused);
  });
});
