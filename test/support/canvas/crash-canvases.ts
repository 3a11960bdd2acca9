// The canvases of the crash points, and how each has to end: its value, its one record, and how often each of its tasks runs.

import { chain, chord, group } from "@troupe/core";
import type { Handle } from "./cases.ts";
import type { CrashScene } from "./crash-scene.ts";
import { type CrashTasks, DOOMED, SPARED } from "./crash-tasks.ts";

interface Canvas {
  readonly send: (tasks: CrashTasks) => Promise<Handle>;
  /** Its value; or, of one that fails, the name of the error. */
  readonly value: unknown;
  /** Runs of each task. */
  readonly runs: Readonly<Record<string, number>>;
}

/** One of them. */
export type CanvasName = keyof typeof CANVASES;

const here = { queue: DOOMED };
const there = { queue: SPARED };

export const CANVASES = {
  "a chain": {
    send: ({ step }) =>
      chain(step.s(7, "first").set(here).link(step.s("link").set(there)), step.s("second").set(there)).delay(),
    value: 7,
    runs: { first: 1, link: 1, second: 1 },
  },
  "a chain that fails": {
    send: ({ step, failing }) =>
      chain(failing.s("first").set(here), step.s("second").set(there), step.s("third").set(there))
        .linkError(step.s("errback").set(there))
        .delay(),
    value: "ExpectedException",
    runs: { first: 1, errback: 1 },
  },
  "a task before a chord": {
    send: ({ step }) =>
      chain(
        step.s(7, "first").set(here),
        group([1, 2, 3].map(() => step.s("member").set(there))),
        step.s("body").set(there),
      ).delay(),
    value: [7, 7, 7],
    runs: { first: 1, member: 3, body: 1 },
  },
  "a chord": {
    send: ({ step }) =>
      chord(
        [1, 2].map((x) => step.si(x, "member").set(here)),
        step.s("body").set(there),
      ).delay(),
    value: [1, 2],
    runs: { member: 2, body: 1 },
  },
  "a chord that fails": {
    send: ({ step, failing }) =>
      chord(
        [step.si(1, "member").set(here), failing.si("member").set(here)],
        step.s("body").set(there).linkError(step.s("errback").set(there)),
      ).delay(),
    value: "ChordError",
    runs: { member: 2, errback: 1 },
  },
  "a chord in a chord, that fails": {
    send: ({ step, failing }) =>
      chord(
        [chord([failing.si("member").set(here)], step.s("inner").set(there)), step.si(1, "member").set(there)],
        step.s("outer").set(there).linkError(step.s("errback").set(there)),
      ).delay(),
    value: "ChordError",
    runs: { member: 2, errback: 1 },
  },
  "a task that is replaced": {
    send: ({ split }) => split.s("first", SPARED).set(here).delay(),
    value: [1, 2],
    runs: { first: 1, member: 2 },
  },
  "a list that is gathered": {
    send: ({ split }) => split.s("first", DOOMED).set(here).delay(),
    value: [1, 2],
    runs: { first: 1, member: 2 },
  },
  "a list with a step after it": {
    send: ({ step, split }) => chain(split.s("first", DOOMED).set(here), step.s("second").set(there)).delay(),
    value: [1, 2],
    runs: { first: 1, member: 2, second: 1 },
  },
  "a chord that grows": {
    send: ({ step, adding }) => chord([adding.si("adder").set(here)], step.s("body").set(there)).delay(),
    value: [1, 2],
    runs: { adder: 1, added: 1, body: 1 },
  },
} as const satisfies Record<string, Canvas>;

interface End {
  readonly value: unknown;
  /** Final records of the last task. */
  readonly records: number;
  readonly runs: Readonly<Record<string, number>>;
}

/** How a canvas came to its end, when nothing of it is under way any more. */
export async function endOf(scene: CrashScene, sent: Handle): Promise<End> {
  const nameOf = (error: unknown): unknown => (error instanceof Error ? error.name : error);
  const value = await sent.get({ timeout: "60s" }).catch(nameOf);
  await scene.quiet();
  return { value, records: await scene.recordsOf(sent.id), runs: await scene.notes.counts() };
}

/** How it has to end; with runs that are more than one. */
export function expected(name: CanvasName, more: Readonly<Record<string, number>> = {}): End {
  const { value, runs }: Canvas = CANVASES[name];
  return { value, records: 1, runs: { ...runs, ...more } };
}
