import { expect, it } from "vitest";
import { renewErrbacks, renewFlow } from "../../src/canvas/renew.ts";
import { groupOf, stepOf } from "../support/steps.ts";

const rename = (id: string): string => `new-${id}`;

it("gives every step, group, actor, callback and errback its new id, and keeps the rest", () => {
  const link = [[stepOf("l", { args: [5] })]];
  const linkError = [{ gets: "id", flow: [stepOf("e")] }] as const;
  const member = stepOf("m", { group: { id: "g", index: 0 }, link });
  const flow = [stepOf("a", { linkError }), groupOf("g", [[member]], { link, linkError, resultId: "b" }), stepOf("b")];
  const newLink = [[stepOf("new-l", { args: [5] })]];
  const newError = [{ gets: "id", flow: [stepOf("new-e")] }] as const;
  expect(renewFlow(flow, rename)).toEqual([
    stepOf("new-a", { linkError: newError }),
    {
      ...groupOf("new-g", [[stepOf("new-m", { group: { id: "new-g", index: 0 }, link: newLink })]]),
      barrier: { actor: { shard: 3, id: "new-g" }, resultId: "new-b", link: newLink, linkError: newError },
    },
    stepOf("new-b"),
  ]);
  expect(renewErrbacks(linkError, rename)).toEqual(newError);
});
