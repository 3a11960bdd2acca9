import { expect, it } from "vitest";
import { isBuiltInState, isFinalState } from "../../src/model/task-state.ts";

it.each(["SUCCESS", "FAILURE", "REVOKED", "REJECTED", "IGNORED"])("%s is final", (state) => {
  expect([isFinalState(state), isBuiltInState(state)]).toEqual([true, true]);
});

it.each(["PENDING", "RECEIVED", "STARTED", "RETRY"])("%s is Troupe's own, but not final", (state) => {
  expect([isFinalState(state), isBuiltInState(state)]).toEqual([false, true]);
});

it.each(["PROGRESS", "success", "", "__proto__", "constructor"])("%j is a task's own state", (state) => {
  expect([isFinalState(state), isBuiltInState(state)]).toEqual([false, false]);
});

it("takes only texts for states", () => {
  expect([undefined, null, 1, ["SUCCESS"], {}].some(isFinalState)).toBe(false);
});
