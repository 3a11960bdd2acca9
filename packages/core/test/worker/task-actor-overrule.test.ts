// Running tasks that are decided from outside.

import { describe, expect, it } from "vitest";
import { TaskRevokedError } from "../../src/model/errors.ts";
import { deferred } from "../../src/platform/deferred.ts";
import type { TaskContext } from "../../src/worker/task-context.ts";
import { LOGICS, NOTHING, TaskScene } from "../support/task-scene.ts";

const ERROR = new TaskRevokedError("task task-1 was terminated");
const VERDICT = { outcome: { state: "REVOKED", error: ERROR }, deadLetter: null } as const;

describe.each(LOGICS)("on %s", (logic) => {
  it("ends a running task as is said, tells its handler, and does not hear what that gives later", async () => {
    const gate = deferred<number>();
    const reasons: unknown[] = [];
    const scene = new TaskScene(logic, function (this: TaskContext) {
      this.signal.addEventListener("abort", () => reasons.push(this.signal.reason));
      return gate.promise;
    });
    const actor = scene.receive();
    expect(actor.overrule(VERDICT, ERROR)).toBe(true);
    await scene.quiet();
    gate.resolve(4);
    await scene.quiet();
    expect(reasons).toEqual([ERROR]);
    expect(scene.record()).toMatchObject({ state: "REVOKED", error: { message: ERROR.message }, value: null });
    expect(scene.calls).toEqual(["create result task-1", "push reply.client-1", "ack"]);
    expect(scene.leftOvers).toEqual(NOTHING);
  });

  it("leaves alone what does not run any more", async () => {
    const scene = new TaskScene(logic, () => 4);
    const actor = scene.receive();
    await scene.quiet();
    expect(actor.overrule(VERDICT, ERROR)).toBe(false);
    await scene.quiet();
    expect(scene.record()).toMatchObject({ state: "SUCCESS", value: 4 });
    expect(scene.leftOvers).toEqual(NOTHING);
  });
});
