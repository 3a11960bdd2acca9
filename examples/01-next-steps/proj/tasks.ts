// The tasks of this project.

import { setTimeout as pause } from "node:timers/promises";
import { app } from "./troupe.ts";

/** Adds two numbers, and nothing else. */
export const add = app.task("proj.tasks.add", (x: number, y: number) => {
  if (typeof x !== "number" || typeof y !== "number") throw new TypeError(`cannot add ${typeof x} and ${typeof y}`);
  return x + y;
});

/** Multiplies two numbers. */
export const mul = app.task("proj.tasks.mul", (x: number, y: number) => x * y);

/** Adds a list of numbers. */
export const xsum = app.task("proj.tasks.xsum", (numbers: number[]) =>
  numbers.reduce((sum, number) => sum + number, 0),
);

/** Takes some time, in milliseconds. Its state says when it was started. */
export const nap = app.task("proj.tasks.nap", { trackStarted: true }, async (ms: number) => {
  await pause(ms);
  return ms;
});
