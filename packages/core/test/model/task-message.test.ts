import { expect, it } from "vitest";
import { leavesRecord, messageKey } from "../../src/model/task-message.ts";
import { messageOf } from "../support/messages.ts";

it("has a key of its own in every generation", () => {
  expect(messageKey({ id: "a", gen: 0 })).toBe("a-0");
  expect(messageKey({ id: "a", gen: 1 })).toBe("a-1");
});

it.each([
  [{ ignoreResult: false, gen: 0 }, false, true],
  [{ ignoreResult: true, gen: 0 }, false, false],
  [{ ignoreResult: true, gen: 1 }, false, true],
  [{ ignoreResult: true, gen: 0 }, true, true],
])("with %j and a chosen id: %s, leaves a record: %s", (part, chosenId, leaves) => {
  expect(leavesRecord(messageOf(part), chosenId)).toBe(leaves);
});
