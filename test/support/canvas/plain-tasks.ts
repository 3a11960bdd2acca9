// Canvas tasks that compute, note and report.

import { setTimeout as pause } from "node:timers/promises";
import type { TaskContext } from "@troupe/core";
import type { Fixture } from "./fixture.ts";

/** Tasks that compute. */
export function computingTasks(fixture: Fixture) {
  return {
    add: fixture.task("add", (x, y, { z } = {}) => (z === undefined ? plus(x, y) : plus(plus(x, y), z))),
    /** As `add`, with its parameters bound by name. */
    addByName: fixture.task("addByName", (x, y) => plus(x, y), { params: ["x", "y"] }),
    addIgnoreResult: fixture.task("addIgnoreResult", (x, y) => plus(x, y), { ignoreResult: true }),
    sub: fixture.task("sub", (x, y) => x - y),
    mul: fixture.task("mul", (x, y) => x * y),
    identity: fixture.task("identity", (x) => x),
    tsum: fixture.task("tsum", (list: number[]) => sum(list)),
    xsum: fixture.task("xsum", (list: (number | number[])[]) => sum(list.flat())),
    /** Gives its arguments back, keywords last. */
    probe: fixture.task("probe", (...args) => args),
    slow: fixture.task("slow", (x, ms: number) => pause(ms, x)),
    /** Gives `x` when the gate is opened. */
    gate: fixture.task("gate", async (x, gate: string) => {
      await fixture.pass(gate);
      return x;
    }),
    /** Text of that length. */
    big: fixture.task("big", (length: number) => "x".repeat(length)),
  };
}

/** Tasks that note that they ran. */
export function notingTasks(fixture: Fixture) {
  const { notes } = fixture;
  return {
    echo: fixture.task("echo", (message, key = "echo") => notes.add(key, message)),
    count: fixture.task("count", (key = "count") => notes.add(key, 1)),
    /** Notes what it got, and gives it on. */
    tally: fixture.task("tally", (x, key: string) => {
      notes.add(key, x);
      return x;
    }),
    /** Notes which run this is, in which process, and gives `x` on. */
    noteRun: fixture.task("noteRun", function (x, key: string) {
      notes.add(key, { id: this.id, pid: process.pid, redelivered: this.deliveryInfo.redelivered });
      return x;
    }),
    /** As `noteRun`, but waits for a gate in between. */
    noteAndWait: fixture.task("noteAndWait", async function (x, key: string, gate: string) {
      notes.add(key, { id: this.id, pid: process.pid, redelivered: this.deliveryInfo.redelivered });
      await fixture.pass(gate);
      return x;
    }),
    /** Notes the time, in milliseconds since the epoch, and gives `x` on. */
    clock: fixture.task("clock", (x, key: string) => {
      notes.add(key, Date.now());
      return x;
    }),
  };
}

/** Tasks that tell of their request. */
export function reportingTasks(fixture: Fixture) {
  return {
    ids: fixture.task("ids", function (i) {
      return [this.rootId, this.parentId, i];
    }),
    collectIds: fixture.task("collectIds", function (previous, i) {
      return [previous, [this.rootId, this.parentId, i]];
    }),
    /** Gives its own request. */
    info: fixture.task("info", function () {
      return requestOf(this);
    }),
    /** Notes its own request. */
    noteInfo: fixture.task("noteInfo", function (_, key: string) {
      fixture.notes.add(key, requestOf(this));
    }),
    /** Records a state of its own, then waits. */
    progress: fixture.task("progress", async function (gate: string) {
      await this.updateState("PROGRESS", { p: 50 });
      await fixture.pass(gate);
      return "done";
    }),
  };
}

function requestOf(context: TaskContext) {
  const { id, rootId, parentId, groupId, groupIndex, headers, stamps, stampedHeaders, retries } = context;
  const nesting = context.replacedTaskNesting;
  const expires = context.expires?.getTime() ?? null;
  return { id, rootId, parentId, groupId, groupIndex, headers, stamps, stampedHeaders, retries, nesting, expires };
}

// Refuses what does not fit, so that a wrong value in a canvas shows where it arises.
function plus(x: unknown, y: unknown): unknown {
  if (Array.isArray(x) && Array.isArray(y)) return [...x, ...y];
  if (typeof x === "number" && typeof y === "number") return x + y;
  if (typeof x === "string" && typeof y === "string") return x + y;
  throw new TypeError(`cannot add ${JSON.stringify(x)} and ${JSON.stringify(y)}`);
}

function sum(list: readonly number[]): number {
  return list.reduce((total, x) => {
    if (typeof x !== "number") throw new TypeError(`cannot sum ${JSON.stringify(x)}`);
    return total + x;
  }, 0);
}
