// What cannot be run is refused with an error that says why, and nothing of it is sent.

import { type AnySignature, chain, chord, group } from "@troupe/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CanvasWorld, fresh } from "../support/canvas/canvas-world.ts";
import { errorOf } from "../support/canvas/cases.ts";
import { BROKERS } from "../support/world.ts";

type Send = (world: CanvasWorld, key: string) => Promise<unknown>;

const MANY_LEVELS = 200;
const TEN_MIB = 10 * 1024 * 1024;

/** What is wrong, what sends it, code and message of the error. */
const REFUSED: readonly (readonly [what: string, send: Send, code: string, message: RegExp])[] = [
  [
    "an empty chain among the members",
    ({ app, tasks }, key) => {
      const empty = app.signature(chain([]).toJSON());
      return group([tasks.echo.si(1, key), empty]).delay();
    },
    "TROUPE_INVALID_CANVAS",
    /empty chain/,
  ],
  [
    "a chord without a body, as a step",
    ({ app, tasks }, key) => {
      const open = app.signature(chord([tasks.echo.si(1, key)]).toJSON());
      return tasks.echo.si(1, key).pipe(open).delay();
    },
    "TROUPE_INVALID_CANVAS",
    /no body/,
  ],
  [
    "cyclic data",
    ({ tasks }, key) => {
      const data: Record<string, unknown> = {};
      data["self"] = data;
      return chord([tasks.echo.si(1, key), tasks.echo.si(data, key)], tasks.tsum.s()).delay();
    },
    "TROUPE_SERIALIZATION",
    /^.{20,180}circular.{10,80}$/,
  ],
  [
    "10 MiB of arguments",
    ({ tasks }, key) => group([tasks.echo.si(1, key), tasks.echo.si("x".repeat(TEN_MIB), key)]).delay(),
    "TROUPE_PAYLOAD_TOO_LARGE",
    /bytes/,
  ],
  [
    "10 MiB of arguments in a header",
    ({ tasks }, key) => chord([tasks.echo.si(1, key), tasks.echo.si("x".repeat(TEN_MIB), key)], tasks.tsum.s()).delay(),
    "TROUPE_PAYLOAD_TOO_LARGE",
    /bytes/,
  ],
  [
    "a canvas of 200 levels",
    ({ tasks }, key) => {
      let canvas: AnySignature = tasks.echo.si(1, key);
      for (let level = 0; level < MANY_LEVELS; level++)
        canvas = chain([tasks.echo.si(1, key), group([tasks.echo.si(1, key), canvas])]);
      return canvas.delay();
    },
    "TROUPE_INVALID_CANVAS",
    /100/,
  ],
  [
    "an argument of 200 levels",
    ({ tasks }, key) => {
      let data: unknown = 1;
      for (let level = 0; level < MANY_LEVELS; level++) data = [data];
      return group([tasks.echo.si(1, key), tasks.echo.si(data, key)]).delay();
    },
    "TROUPE_SERIALIZATION",
    /^.{20,180}nested deeper.{10,80}$/,
  ],
];

const HOSTILE: readonly (readonly [what: string, data: unknown])[] = [
  ["no object", "canvas.echo; rm -rf"],
  ["an unknown kind", { ...call(), subtaskType: "constructor" }],
  ["a task that is no text", { ...call(), task: ["canvas.echo"] }],
  ["a name that is no name", { ...call(), task: "canvas.*.>" }],
  ["arguments that are no list", { ...call(), args: { length: 1e9 } }],
  ["a queue outside of the namespace", { ...call(), options: { queue: "a.>" } }],
  ["an option that is none", { ...call(), options: { constructor: "x" } }],
  ["a callback that is no signature", { ...call(), options: { link: [{ task: 1 }] } }],
  ["members that are no list", { ...call(), task: "troupe.group", subtaskType: "group", kwargs: { tasks: "ab" } }],
  ["a member that is none", { ...call(), task: "troupe.group", subtaskType: "group", kwargs: { tasks: [null] } }],
];

function call() {
  return { task: "canvas.echo", args: [], kwargs: {}, options: {}, subtaskType: null, immutable: false };
}

describe.each(BROKERS)("over %s is refused", (broker) => {
  let world: CanvasWorld;
  beforeAll(async () => {
    world = await CanvasWorld.open(broker);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  it.each(REFUSED)("%s", async (_what, send, code, message) => {
    const key = fresh();
    const error = await (async () => send(world, key))().then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
    await world.quiet();
    expect(await world.notes.of(key)).toEqual([]);
  });

  it.each(HOSTILE)("a stored signature with %s", (_what, data) => {
    // @ts-expect-error -- the compiler refuses it, what comes from elsewhere is not compiled
    expect(() => world.app.signature(data)).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^TROUPE_/) }),
    );
  });

  it("C184 a task that nobody has fails where it runs", async () => {
    const result = await world.app.signature("canvas.none").delay();
    expect(await errorOf(result)).toMatchObject({ code: "TROUPE_NOT_REGISTERED" });
  });
});
