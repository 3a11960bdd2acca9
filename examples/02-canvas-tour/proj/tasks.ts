// The tasks of the guides. None of them knows what it will be composed with.

import { app } from "./troupe.ts";

/** Adds two numbers. With `debug`, tells what it added. */
export const add = app.task("proj.tasks.add", (x: number, y: number, { debug = false } = {}) => {
  if (debug) app.currentTask?.log.info(`${x} + ${y}`);
  return x + y;
});

/** Multiplies two numbers. */
export const mul = app.task("proj.tasks.mul", (x: number, y: number) => x * y);

/** Adds a list of numbers. The first guide calls it so. */
export const xsum = app.task("proj.tasks.xsum", (numbers: number[]) => sum(numbers));

/** Adds a list of numbers. The second guide calls it so. */
export const tsum = app.task("proj.tasks.tsum", (numbers: number[]) => sum(numbers));

/** Fails. */
export const raisingTask = app.task("proj.tasks.raisingTask", (): number => {
  throw new RangeError("something something");
});

/** A callback that needs nothing of what it follows. */
export const resetBuffers = app.task("proj.tasks.resetBuffers", () => "buffers are reset");

/** A callback that gets the value of what it follows. */
export const logResult = app.task("proj.tasks.logResult", (value: number) => `the result is ${value}`);

/** A callback of failures: gets the id of what failed, whose outcome is stored by then. */
export const logError = app.task("proj.tasks.logError", async (id: string) => {
  const failed = app.result(id);
  app.currentTask?.log.error(`${id} ${await failed.traceback()}`);
  return `${id} ${String(await failed.result())}`;
});

/** A user of a service. */
export interface User {
  readonly username: string;
  readonly first: string;
  readonly last: string;
  readonly email: string;
}

export const createUser = app.task("proj.tasks.createUser", (user: User) => user);

export const importContacts = app.task("proj.tasks.importContacts", (user: User) => `contacts of ${user.username}`);

export const sendWelcomeEmail = app.task("proj.tasks.sendWelcomeEmail", (user: User) => `welcome to ${user.email}`);

export const importContact = app.task("proj.tasks.importContact", (contact: string) => `${contact} is imported`);

export const notifyComplete = app.task("proj.tasks.notifyComplete", (importId: string) => `${importId} is complete`);

export const uploadDocument = app.task("proj.tasks.uploadDocument", (file: string) => `uploaded ${file}`);

export const applyFilter = app.task(
  "proj.tasks.applyFilter",
  (document: string, filter: string) => `${filter} ${document}`,
);

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
