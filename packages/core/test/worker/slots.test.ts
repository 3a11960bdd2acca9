import { expect, it } from "vitest";
import { Slots } from "../../src/worker/slots.ts";

it("lets in as many as there are places, the others in turn", () => {
  const slots = new Slots(2);
  const started: string[] = [];
  for (const name of ["a", "b", "c", "d"]) slots.enter(() => started.push(name));
  expect([started, slots.taken]).toEqual([["a", "b"], 2]);
  slots.leave();
  expect([started, slots.taken]).toEqual([["a", "b", "c"], 2]);
  slots.leave();
  slots.leave();
  slots.leave();
  expect([started, slots.taken]).toEqual([["a", "b", "c", "d"], 0]);
  slots.enter(() => started.push("e"));
  expect(started.at(-1)).toBe("e");
});

it("passes a place on when the one who waited leaves at once", () => {
  const slots = new Slots(1);
  const started: string[] = [];
  slots.enter(() => started.push("a"));
  slots.enter(() => slots.leave());
  slots.enter(() => started.push("c"));
  slots.leave();
  expect([started, slots.taken]).toEqual([["a", "c"], 1]);
});
