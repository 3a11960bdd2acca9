import { expect, it } from "vitest";
import {
  chunksSignature,
  errbackSignature,
  mapSignature,
  starmapSignature,
  taskSignature,
} from "../../src/canvas/task-signature.ts";
import { InvalidArgumentError } from "../../src/model/errors.ts";
import { s } from "../support/canvas-data.ts";

it("is plain data; an option that is undefined or null is not there", () => {
  expect(taskSignature("add", [2], { z: 1 }, { queue: "slow", shadow: undefined })).toEqual({
    task: "add",
    args: [2],
    kwargs: { z: 1 },
    options: { queue: "slow" },
    subtaskType: "",
    immutable: false,
  });
  expect(Object.keys(taskSignature("add", [], {}, { queue: undefined }).options)).toEqual([]);
  expect(errbackSignature("report", [1])).toEqual({ ...s("report", 1), subtaskType: "errback" });
});

it("C016 takes immutable for the flag that it is", () => {
  expect(taskSignature("add", [2, 2], {}, { immutable: true })).toEqual({ ...s("add", 2, 2), immutable: true });
});

it("does not share its lists with who made it", () => {
  const [args, items] = [[1], [[1]]];
  const [call, mapped] = [taskSignature("add", args), mapSignature(s("add"), items)];
  args.push(2);
  items.push([2]);
  expect([call.args, mapped.kwargs["it"]]).toEqual([[1], [[1]]]);
});

it("C012 links a callback once", () => {
  expect(taskSignature("add", [], {}, { link: [s("L"), s("L")] }).options.link).toEqual([s("L")]);
});

it("refuses names that no task can have", () => {
  expect(() => taskSignature("no name")).toThrow(InvalidArgumentError);
});

it("makes calls over a list, which ignore what comes in", () => {
  const common = { args: [], options: {}, immutable: true };
  expect(mapSignature(s("sum"), [[1, 2]])).toEqual({
    ...common,
    task: "troupe.map",
    subtaskType: "map",
    kwargs: { task: s("sum"), it: [[1, 2]] },
  });
  expect(starmapSignature(s("add"), [[1, 2]])).toMatchObject({ task: "troupe.starmap", subtaskType: "starmap" });
  expect(chunksSignature(s("add"), [[1, 2]], 10)).toEqual({
    ...common,
    task: "troupe.chunks",
    subtaskType: "chunks",
    kwargs: { task: s("add"), it: [[1, 2]], n: 10 },
  });
});

it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])("refuses chunks of %s", (n) => {
  expect(() => chunksSignature(s("add"), [], n)).toThrow(InvalidArgumentError);
});
