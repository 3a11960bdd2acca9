// Canvas tasks that fail, and callbacks of failures.

import { type FailedRequest, Ignore, Reject } from "@troupe/core";
import { ExpectedException, ValueError } from "./errors.ts";
import type { Fixture } from "./fixture.ts";

/** Tasks that fail. */
export function failingTasks(fixture: Fixture) {
  return {
    fail: fixture.task("fail", (...details) => {
      throw new ExpectedException("Task expected to fail", details);
    }),
    raiseError: fixture.task("raiseError", () => {
      throw new ValueError("deliberate error");
    }),
    /** Fails when the gate is opened. */
    failAfter: fixture.task("failAfter", async (gate: string, message: string) => {
      await fixture.pass(gate);
      throw new ValueError(message);
    }),
    ignoring: fixture.task("ignoring", () => {
      throw new Ignore();
    }),
    rejecting: fixture.task("rejecting", () => {
      throw new Reject("not for me");
    }),
    returnException: fixture.task("returnException", (id: string) => `handled ${id}`),
  };
}

/** Callbacks of failures. */
export function errbackTasks(fixture: Fixture) {
  const { app, notes } = fixture;
  return {
    errOld: fixture.task("errOld", (id: string) => notes.add(id, "old")),
    /** Notes what it got, under the id of what failed. */
    errNew: app.errback("canvas.errNew", (request, error, traceback) =>
      notes.add(request.id, { request, error: { name: error.name, message: error.message }, traceback }),
    ),
    /** Notes what it got: of what failed, or a key and a text of its own. */
    errEither: app.errback("canvas.errEither", (request: FailedRequest | string, error: Error | string) =>
      typeof request === "string" ? notes.add(request, error) : notes.add(request.id, String(error)),
    ),
    errThrows: fixture.task("errThrows", (id: string) => {
      notes.add(id, "threw");
      throw new ValueError("the errback's own error");
    }),
    /** Notes its arguments and its own id. */
    errBound: fixture.task("errBound", function (failed: string, key: string) {
      notes.add(key, { failed, parentId: this.parentId, rootId: this.rootId });
    }),
    notePair: fixture.task("notePair", (x: number, y: number, { key } = { key: "pair" }) => notes.add(key, [x, y])),
  };
}
