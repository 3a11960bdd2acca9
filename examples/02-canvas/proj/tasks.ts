// The tasks of this project. None of them knows what it will be composed with.

import { app } from "./troupe.ts";

/** Adds two numbers. With `debug`, tells what it added. */
export const add = app.task("proj.tasks.add", (x: number, y: number, { debug = false } = {}) => {
  if (debug) app.currentTask?.log.info(`${x} + ${y}`);
  return x + y;
});

/** Multiplies two numbers. */
export const mul = app.task("proj.tasks.mul", (x: number, y: number) => x * y);

/** Adds a list of numbers. */
export const xsum = app.task("proj.tasks.xsum", (numbers: number[]) =>
  numbers.reduce((sum, number) => sum + number, 0),
);

/** Divides, but not by nothing. */
export const divide = app.task("proj.tasks.divide", (x: number, y: number) => {
  if (y === 0) throw new RangeError(`cannot divide ${x} by nothing`);
  return x / y;
});

/** A user of a service. */
export interface User {
  readonly name: string;
  readonly email: string;
}

export const createUser = app.task("proj.tasks.createUser", (name: string, email: string): User => ({ name, email }));

export const importContacts = app.task("proj.tasks.importContacts", (user: User) => `contacts of ${user.name}`);

export const sendWelcomeEmail = app.task("proj.tasks.sendWelcomeEmail", (user: User) => `welcome to ${user.email}`);

/** Called when something fails: gets what was asked, and the error. */
export const report = app.errback(
  "proj.tasks.report",
  (request, error) => `${request.task}(${request.args.join(", ")}) raised ${error.name}`,
);
