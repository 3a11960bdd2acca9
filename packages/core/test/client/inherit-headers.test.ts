import { expect, it } from "vitest";
import { inheritedHeaders, withInherited } from "../../src/client/inherit-headers.ts";
import { type GroupStep, taskStepsOf } from "../../src/model/flow.ts";
import { chainOf, taskStep } from "../support/flows.ts";

it("takes the named headers only, and nothing where there are none", () => {
  expect(inheritedHeaders({ tenant: "a", other: 1 }, ["tenant", "traceparent"])).toEqual({ tenant: "a" });
  expect(inheritedHeaders({ other: 1 }, ["tenant"])).toBeNull();
  expect(inheritedHeaders({ tenant: "a" }, [])).toBeNull();
  expect(inheritedHeaders(undefined, ["tenant"])).toBeNull();
  expect(inheritedHeaders({}, ["constructor"])).toBeNull();
});

it("gives them to every task of a flow, where a header of its own wins", () => {
  const own = taskStep({ options: { headers: { tenant: "b", mine: 1 } } });
  const group: GroupStep = { kind: "group", id: "g", members: [chainOf(1), chainOf(1)], barrier: null };
  const linked = taskStep({ link: [chainOf(1)] });
  const flow = withInherited([own, group, linked], { tenant: "a" });
  const headers = [...taskStepsOf(flow)].map(({ options }) => options.headers);
  expect(headers).toEqual([{ tenant: "b", mine: 1 }, { tenant: "a" }, { tenant: "a" }, { tenant: "a" }]);
  const last = flow.at(-1);
  expect(last?.kind === "task" && last.link[0]?.[0]).toMatchObject({ options: { headers: { tenant: "a" } } });
});

it("leaves a flow as it is when there is nothing to inherit", () => {
  const flow = chainOf(1);
  expect(withInherited(flow, null)).toBe(flow);
});
