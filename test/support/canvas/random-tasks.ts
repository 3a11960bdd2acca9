// Tasks of random canvases. What one gives tells its label and all that it got, in a few characters: so values of any canvas are
// small, and a part that is missing, doubled or in the wrong place shows.

import { createHash } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { Ignore, type Troupe } from "@troupe/core";
import { ExpectedException } from "./errors.ts";
import { type CanvasFiles, type CanvasFixtures, type CanvasTask, Fixture } from "./fixture.ts";

/** The tasks, by name. Each notes its label when it runs. */
export type RandomTasks = Readonly<Record<"tag" | "failing" | "ignoring", CanvasTask>>;

const DIGITS = 8;
const LONGEST_MS = 16;

/** What `tag` gives for its arguments, of which the last is its label. */
export function tagOf(args: readonly unknown[]): string {
  return `${String(args.at(-1))}:${digestOf(args).slice(0, DIGITS)}`;
}

function digestOf(args: readonly unknown[]): string {
  return createHash("sha1").update(JSON.stringify(args)).digest("hex");
}

function register(app: Troupe, files: CanvasFiles): RandomTasks {
  const fixture = new Fixture(app, files);
  const note = async (args: readonly unknown[]): Promise<void> => {
    // Members end in another order than the written one.
    await pause(Number.parseInt(digestOf(args).slice(0, 2), 16) % LONGEST_MS);
    fixture.notes.add(String(args.at(-1)), null);
  };
  return {
    tag: fixture.task("tag", async (...args: unknown[]) => {
      await note(args);
      return tagOf(args);
    }),
    failing: fixture.task("failing", async (...args: unknown[]) => {
      await note(args);
      throw new ExpectedException(String(args.at(-1)));
    }),
    ignoring: fixture.task("ignoring", async (...args: unknown[]) => {
      await note(args);
      throw new Ignore();
    }),
  };
}

export const fixtures: CanvasFixtures<RandomTasks> = { module: import.meta.url, register };
