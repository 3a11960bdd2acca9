// What the canvas around a signature gives to its exit, and which callbacks and errbacks are the same.

import type { GroupPlace } from "../model/flow.ts";
import { isPlainObject } from "../model/option-rules.ts";
import type { SignatureData } from "./signature-data.ts";

/** For the last task of a signature, or for its last group as a whole. */
export interface Exit {
  /** Id that was chosen for it; wins over its own. */
  readonly taskId: string | undefined;
  readonly place: GroupPlace | null;
  readonly link: readonly SignatureData[];
  /** Somebody waits for it, who needs one value. */
  readonly gathered: boolean;
  readonly demand: Demand | null;
}

/** Id that the exit takes over from a task that is replaced, and the generation of its message. */
export interface Demand {
  readonly resultId: string;
  readonly gen?: number;
}

/** What the exit of a whole canvas may have to be. */
export type WantedExit = Partial<Pick<Exit, "demand" | "gathered">>;

export const NO_EXIT: Exit = Object.freeze({ taskId: undefined, place: null, link: [], gathered: false, demand: null });

// What freezing sets.
const FROZEN = new Set(["taskId", "groupId", "groupIndex"]);

/** What a signature's last part gets: what the signature itself got, and what it was given. */
export function exitWithin({ options }: SignatureData, exit: Exit): Exit {
  const { taskId = options.taskId, link } = exit;
  return { ...exit, taskId, link: distinct([...(options.link ?? []), ...link]) };
}

/** Signatures without repeats: of those that say the same, the first. The ids that freezing gave them make no difference. */
export function distinct(list: readonly SignatureData[]): readonly SignatureData[] {
  if (list.length < 2) return list;
  const kept = new Map<unknown, SignatureData>();
  for (const one of new Set(list)) {
    const key = contentKey(one);
    if (!kept.has(key)) kept.set(key, one);
  }
  return [...kept.values()];
}

// What cannot be written as a text is equal to itself only; that it cannot travel is said when it is sent.
function contentKey(data: SignatureData): unknown {
  try {
    return JSON.stringify(data, contentOf);
  } catch {
    return data;
  }
}

function contentOf(this: Readonly<Record<string, unknown>>, name: string, json: unknown): unknown {
  const value = this[name];
  if (typeof value === "bigint" || typeof value === "number") return `\0${typeof value} ${value}`;
  if (value instanceof Date) return `\0date ${value.getTime()}`;
  if (!isPlainObject(json)) return json;
  const entries = Object.entries(json).toSorted(byName);
  const isOptions = name === "options" && this["subtaskType"] !== undefined;
  return Object.fromEntries(isOptions ? entries.filter(([option]) => !FROZEN.has(option)) : entries);
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
