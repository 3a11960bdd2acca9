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

it("lets nobody in who gave up, or was sent away", () => {
  const slots = new Slots(1);
  const started: string[] = [];
  const giveUps = ["a", "b", "c", "d"].map((name) => slots.enter(() => started.push(name)));
  giveUps[0]?.();
  giveUps[1]?.();
  expect(slots.waiting).toBe(2);
  slots.leave();
  expect([started, slots.taken]).toEqual([["a", "c"], 1]);
  slots.empty();
  slots.leave();
  expect([started, slots.taken, slots.waiting]).toEqual([["a", "c"], 0, 0]);
});

it("bears that thousands leave as soon as they are let in", () => {
  const slots = new Slots(1);
  let started = 0;
  slots.enter(() => {});
  for (let i = 0; i < 20_000; i++)
    slots.enter(() => {
      started++;
      slots.leave();
    });
  slots.leave();
  expect([started, slots.taken, slots.waiting]).toEqual([20_000, 0, 0]);
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

it("lets more in when it grows, and keeps those who are in when it shrinks", () => {
  const slots = new Slots(1);
  const started: string[] = [];
  for (const name of ["a", "b", "c", "d"]) slots.enter(() => started.push(name));
  slots.resize(3);
  expect([started, slots.taken, slots.capacity]).toEqual([["a", "b", "c"], 3, 3]);
  slots.resize(1);
  slots.leave();
  slots.leave();
  expect([started, slots.taken, slots.waiting]).toEqual([["a", "b", "c"], 1, 1]);
  slots.leave();
  expect(started).toEqual(["a", "b", "c", "d"]);
});
