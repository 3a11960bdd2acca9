// Groups whose only member ends in a group: their value is its list, but what follows gets a list of that one list. The types say
// the same: `test/types/canvas.test-d.ts`.

import { chain, chord, group } from "@troupe/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CanvasTasks } from "../support/canvas/canvas-fixtures.ts";
import { CanvasWorld } from "../support/canvas/canvas-world.ts";
import { type ValueCase, valueOf } from "../support/canvas/cases.ts";
import { BROKERS } from "../support/world.ts";

/** Ends in a group: [3, 4]. */
const pair = ({ add }: CanvasTasks) => chain(add.si(1, 1), group(add.s(1), add.s(2)));

/** A chord that ends in a group whose only member ends in a group: [[1], [1]]. */
const deep = ({ identity }: CanvasTasks) =>
  chord([identity.si(1)], group(chain(identity.s(), group(identity.s(), identity.s()))));

const VALUES: readonly ValueCase[] = [
  ["Q13", "the group itself", (tasks) => group(pair(tasks)).delay(), [3, 4]],
  ["Q29", "piped into a step", (tasks) => group(pair(tasks)).pipe(tasks.identity.s()).delay(), [[3, 4]]],
  ["Q29", "as the header of a chord", (tasks) => chord(group(pair(tasks)), tasks.identity.s()).delay(), [[3, 4]]],
  ["Q29", "listed as a header", (tasks) => chord([group(pair(tasks))], tasks.identity.s()).delay(), [[3, 4]]],
  ["Q29", "in a chain it is its member", (tasks) => chain(group(pair(tasks)), tasks.identity.s()).delay(), [3, 4]],
  ["section 5", "among others", (tasks) => group(group(pair(tasks)), tasks.identity.si(1)).delay(), [[3, 4], 1]],
  [
    "Q29",
    "of a group of one, piped",
    (tasks) =>
      group(group(pair(tasks)))
        .pipe(tasks.identity.s())
        .delay(),
    [[3, 4]],
  ],
  ["Q29", "at the end of a chord", (tasks) => deep(tasks).delay(), [[1], [1]]],
  ["Q29", "at the end of a chord, piped", (tasks) => deep(tasks).pipe(tasks.identity.s()).delay(), [[[1], [1]]]],
  [
    "Q29",
    "at the end of a chord, in a chain",
    (tasks) => chain(group(deep(tasks)), tasks.identity.s()).delay(),
    [[[1], [1]]],
  ],
  [
    "section 5",
    "at the end of a chord, among others",
    (tasks) => group(deep(tasks), tasks.identity.si(1)).delay(),
    [[[1], [1]], 1],
  ],
];

describe.each(BROKERS)("groups of one that ends in a group, over %s", (broker) => {
  let world: CanvasWorld;
  beforeAll(async () => {
    world = await CanvasWorld.open(broker);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  it.each(VALUES)("%s %s", async (_id, _shows, send, expected) => {
    expect(await valueOf(send(world.tasks))).toEqual(expected);
  });
});
