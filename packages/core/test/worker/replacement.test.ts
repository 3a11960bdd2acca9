import { expect, it } from "vitest";
import type { Errback, Flow } from "../../src/model/flow.ts";
import { inPlaceOf } from "../../src/worker/replacement.ts";
import { messageOf } from "../support/messages.ts";
import { canvasOf, groupOf, stepOf } from "../support/steps.ts";

const errback: Errback = { gets: "id", flow: [stepOf("e")] };
const link: Flow = [stepOf("l")];
const canvas = canvasOf({ chain: [stepOf("next")], link: [link], linkError: [errback], group: { id: "g", index: 2 } });
const message = messageOf({ id: "a", gen: 3, canvas });

it("gives the last task the replaced one's generation, place and callbacks, and what was to follow follows", () => {
  const own: Flow = [stepOf("l0")];
  const [first, exit, next] = inPlaceOf(message, [stepOf("x"), stepOf("a", { link: [own] })]);
  expect(first).toEqual(stepOf("x", { linkError: [errback] }));
  expect(exit).toEqual(stepOf("a", { gen: 4, group: { id: "g", index: 2 }, link: [own, link], linkError: [errback] }));
  expect(next).toEqual(stepOf("next"));
});

it("gives the callbacks to the list of a group in the end", () => {
  const [group, next] = inPlaceOf(message, [groupOf("members", 2, { resultId: "a" })]);
  expect(group).toEqual(groupOf("members", 2, { resultId: "a", link: [link], linkError: [errback] }));
  expect(next).toEqual(stepOf("next"));
});

it("keeps that a result is ignored, and leaves a plain task's replacement as it is", () => {
  expect(inPlaceOf(messageOf({ id: "a", ignoreResult: true }), [stepOf("a")])).toEqual([
    stepOf("a", { gen: 1, options: { ignoreResult: true } }),
  ]);
  expect(inPlaceOf(messageOf({ id: "a" }), [stepOf("a")])).toEqual([stepOf("a", { gen: 1 })]);
});
