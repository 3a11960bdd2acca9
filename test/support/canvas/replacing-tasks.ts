// Canvas tasks that put other canvases in their place, add to their chord, or send canvases from their handlers.

import { chain, chord, group } from "@troupe/core";
import type { failingTasks } from "./failing-tasks.ts";
import type { Fixture } from "./fixture.ts";
import type { computingTasks, notingTasks, reportingTasks } from "./plain-tasks.ts";

type Others = ReturnType<typeof computingTasks> &
  ReturnType<typeof notingTasks> &
  ReturnType<typeof reportingTasks> &
  ReturnType<typeof failingTasks>;

type ListName = keyof ReturnType<typeof listsOf>;

/** Canvases that end in a group. */
function listsOf({ add, identity, fail }: Others) {
  return {
    group: (x: number) => group(add.s(x, 1), add.s(x, 2)),
    empty: () => group([]),
    chunks: (x: number) => add.chunks(twice(x), 1),
    chain: (x: number) => chain(add.s(x, 1), group(add.s(1), add.s(2))),
    chord: (x: number) => chord([add.s(x, 1)], group(identity.s(), identity.s())),
    failing: (x: number) => group(add.s(x, 1), fail.si()),
    failingBefore: () => chain(fail.si(), group(identity.s(), identity.s())),
  };
}

function twice(x: number): [number, number][] {
  return [
    [x, 1],
    [x, 2],
  ];
}

/** Tasks that are replaced. */
export function replacedTasks(fixture: Fixture, others: Others) {
  const { add, identity, tsum, echo, raiseError, fail, info, noteInfo } = others;
  const lists = listsOf(others);
  const other = fixture.task("other", () => "replaced");
  return {
    /** Its hook stamps what takes its place, which has a callback and an errback. */
    stampReplaced: fixture.task(
      "stampReplaced",
      function (key: string, fails: boolean) {
        const replacement = fails ? fail.si() : info.si();
        return this.replace(replacement.link(noteInfo.s(key)).linkError(noteInfo.s(key)));
      },
      {
        onReplace: (signature, id, args) =>
          signature.stamp({
            onSignature: () => ({ header: [id, ...args] }),
            onCallback: () => ({ on_callback: true }),
            onErrback: () => ({ on_errback: true }),
          }),
      },
    ),
    replacedByOther: fixture.task("replacedByOther", function () {
      return this.replace(other.si());
    }),
    addReplaced: fixture.task("addReplaced", function (x, y) {
      return this.replace(add.s(x, y));
    }),
    failReplaced: fixture.task("failReplaced", function (...details) {
      return this.replace(fail.si(...details));
    }),
    addToAll: fixture.task("addToAll", function (list: unknown[], x) {
      return this.replace(group(list.map((item) => add.s(item, x))));
    }),
    replaceWithChain: fixture.task("replaceWithChain", function (x, { linkMsg, key } = {}) {
      const callback = linkMsg === undefined ? echo.s() : echo.si(linkMsg, key);
      return this.replace(chain(identity.s(x), identity.s()).link(callback));
    }),
    replaceWithChainWhichRaises: fixture.task("replaceWithChainWhichRaises", function (x, { linkMsg, key }) {
      return this.replace(chain(identity.s(x), raiseError.si()).linkError(echo.si(linkMsg, key)));
    }),
    replaceWithEmptyChain: fixture.task("replaceWithEmptyChain", function () {
      return this.replace(fixture.app.signature(chain([]).toJSON()));
    }),
    replacedByGroup: fixture.task("replacedByGroup", function () {
      return this.replace(group(add.s(1, 1), add.s(2, 2)));
    }),
    replacedByList: fixture.task("replacedByList", function (kind: ListName, x) {
      return this.replace(lists[kind](x));
    }),
    replacedByChord: fixture.task("replacedByChord", function () {
      return this.replace(chord([add.s(1, 1), add.s(2, 2)], tsum.s()));
    }),
    reportReplaced: fixture.task("reportReplaced", function () {
      return this.replace(info.si());
    }),
  };
}

/** Tasks that add members to their chord. */
export function addingTasks(fixture: Fixture, others: Others) {
  const { add, fail } = others;
  const lists = listsOf(others);
  return {
    addList: fixture.task("addList", async function (kind: ListName, x) {
      await this.addToChord(lists[kind](x));
      return 0;
    }),
    addToAllToChord: fixture.task("addToAllToChord", async function (list: unknown[], x) {
      for (const item of list) await this.addToChord(add.s(item, x));
      return 0;
    }),
    /** Tries to add a member when the gate is opened, after its end; notes the code of the error. */
    addLate: fixture.task("addLate", function (key: string, gate: string) {
      const adding = fixture.pass(gate).then(() => this.addToChord(add.si(1, 1)));
      void adding.then(
        () => fixture.notes.add(key, "added"),
        (error: Error & { code?: unknown }) => fixture.notes.add(key, [error.code, error.message]),
      );
      return 0;
    }),
    addFailing: fixture.task("addFailing", async function () {
      await this.addToChord(fail.si());
      return 1;
    }),
  };
}

/** Tasks that send or return canvases. */
export function sendingTasks(fixture: Fixture, { add, tsum }: Others) {
  return {
    /** Sends a group from its handler; gives the group's id. */
    sendGroup: fixture.task("sendGroup", async () => (await group(add.s(4, 4), add.s(8, 8)).delay()).id),
    /** Sends a chain and a chord from its handler. */
    sendBoth: fixture.task("sendBoth", async (x: number) => {
      const chained = await add.s(x, x).pipe(add.s(1)).delay();
      const joined = await chord([add.s(x, x)], tsum.s()).delay();
      return [chained.id, joined.id];
    }),
    /** Waits for another task. */
    waiting: fixture.task("waiting", async () => (await add.delay(1, 1)).get()),
    /** Gives a handle. */
    giveHandle: fixture.task("giveHandle", () =>
      add
        .s(1, 1)
        .pipe(add.s(2))
        .pipe(group(add.s(3), add.s(4)))
        .pipe(tsum.s())
        .delay(),
    ),
    /** Gives a canvas as data. */
    giveCanvas: fixture.task("giveCanvas", (kind: keyof ReturnType<typeof canvases>) => canvases(add)[kind].toJSON()),
    /** Rebuilds a canvas from data; gives its text, if all parts became signatures. */
    walkCanvas: fixture.task("walkCanvas", (data) => fixture.app.signature(data).toString()),
  };
}

function canvases(add: Others["add"]) {
  return {
    chainOfChain: chain(chain(add.s())),
    groupOfChord: group(chord([add.s()], add.s())),
    chordOfGroup: chord(group(add.s()), add.s()),
    chordOfChord: chord(chord([add.s()], add.s()), add.s()),
  };
}
