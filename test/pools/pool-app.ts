// An application whose tasks run in every pool: the module that threads and processes import.

import { existsSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { chord, type TaskContext, Troupe } from "@troupe/core";

export const app: Troupe = new Troupe("pools", { logLevel: "silent" });
app.includeFrom(import.meta.url);

/** An error of the application's own. */
export class CardRefused extends Error {
  override readonly name = "CardRefused";
  readonly code = "CARD_REFUSED";
  readonly cents: number;

  constructor(message: string, cents: number) {
    super(message);
    this.cents = cents;
  }
}

export const add = app.task("pools.add", (x: number, y: number) => x + y);
export const sum = app.task("pools.sum", (numbers: number[]) => numbers.reduce((total, one) => total + one, 0));
export const echo = app.task("pools.echo", (value: unknown) => value);
export const pid = app.task("pools.pid", () => process.pid);
export const nothing = app.task("pools.nothing", () => {});
export const slowly = app.task("pools.slowly", async (x: number) => {
  await new Promise((resolve) => setImmediate(resolve));
  return x;
});

export const who = app.task("pools.who", function (this: TaskContext) {
  const { id, name, retries, rootId, hostname, headers, deliveryInfo } = this;
  return { id, name, retries, rootId, hostname, headers, deliveryInfo, current: app.currentTask?.id ?? null };
});

export const announce = app.task("pools.announce", async function (this: TaskContext, total: number) {
  await this.sendEvent<string>("pool-announced", { total });
  await this.progress(1, total);
});

export const refuse = app.task("pools.refuse", (cents: number): never => {
  throw new CardRefused("no money", cents);
});
export const expected = app.task("pools.expected", { throws: [CardRefused] }, (): never => {
  throw new CardRefused("as usual", 1);
});
export const throwText = app.task("pools.throwText", (): never => {
  // oxlint-disable-next-line typescript/only-throw-error -- handlers throw what they like
  throw "just a text";
});
export const returnFunction = app.task("pools.returnFunction", (): unknown => ({ fn: () => 1 }));

export const twice = app.task("pools.twice", function (this: TaskContext, x: number): number {
  if (this.retries === 0) this.retry({ countdown: 0, args: [x + 1] });
  return x;
});
export const stubborn = app.task(
  "pools.stubborn",
  { autoretryFor: [CardRefused], maxRetries: 2, defaultRetryDelay: 0 },
  function (this: TaskContext): number {
    if (this.retries < 2) throw new CardRefused("again", 1);
    return this.retries;
  },
);
export const replaced = app.task("pools.replaced", function (this: TaskContext, x: number): number {
  return this.replace(chord([add.s(x, 1), add.s(x, 2)], sum.s()));
});
export const overruled = app.task(
  "pools.overruled",
  { onReplace: () => add.s(20, 20) },
  function (this: TaskContext): number {
    return this.replace(add.s(1, 1));
  },
);
export const adding = app.task("pools.adding", async function (this: TaskContext, x: number) {
  await this.addToChord(add.s(x, 100));
  return x;
});
export const progress = app.task("pools.progress", async function (this: TaskContext) {
  await this.updateState("PROGRESS", { done: 1 });
  await untilAborted(this.signal);
});
/** Waits until there is a file of that name. */
export const waiting = app.task("pools.waiting", async function (this: TaskContext, gate: string) {
  await this.updateState("WAITING");
  while (!existsSync(gate)) await pause(10);
  return "passed";
});
export const logging = app.task("pools.logging", function (this: TaskContext) {
  this.log.warn({ cents: 5, err: new CardRefused("logged", 5) }, "hello");
});
export const lonely = app.task("pools.lonely", async function (this: TaskContext) {
  return this.addToChord(add.s(1, 1)).then(
    () => "added",
    (error: unknown) => (error instanceof Error ? error.name : "not an error"),
  );
});

export const calling = app.task("pools.calling", async () => {
  const result = await add.delay(20, 22);
  return result.id;
});

/** Never comes to an end, but stops the clock of nobody else. */
export const never = app.task("pools.never", () => new Promise<never>(() => {}));
export const spin = app.task("pools.spin", () => {
  for (;;);
});
export const die = app.task("pools.die", (how: string) => dying(how));
export const dieOnce = app.task("pools.dieOnce", { acksLate: false }, (how: string) => dying(how));
export const dieBack = app.task("pools.dieBack", { rejectOnWorkerLost: true }, (how: string) => dying(how));

function dying(how: string): unknown {
  if (how === "exit") return process.exit(7);
  if (how === "kill") return process.kill(process.pid, "SIGKILL");
  if (how === "memory") return allocate();
  if (how === "throw") {
    setImmediate(() => {
      throw new RangeError("outside of the handler");
    });
  }
  return new Promise<never>(() => {});
}

function allocate(): never {
  const kept: unknown[] = [];
  for (;;) kept.push(Array.from({ length: 10_000 }, () => Math.random()));
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
