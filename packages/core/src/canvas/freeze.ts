// Fixes the ids of a signature and of all in it: from then on it is one run, whose ids are known before it is sent.

import { InvalidCanvasError } from "../model/errors.ts";
import {
  bodyOf,
  headerOf,
  mapMembers,
  membersOf,
  stepsOf,
  withBody,
  withHeader,
  withMembers,
  withSteps,
} from "./containers.ts";
import { chunksAsGroup } from "./group.ts";
import { materialise } from "./lazy-members.ts";
import type { SignatureData } from "./signature-data.ts";

/** Makes ids of tasks and groups. */
export type NewId = () => string;

/** Id that it will run under: of a chain or chord, that of its exit. Undefined until it is frozen or given one. */
export function idOf({ options }: SignatureData): string | undefined {
  return options.taskId;
}

/**
 * With ids: those that are there stay, so that freezing again changes nothing.
 *
 * @param taskId - Id of the exit, where it has none. Default: a new one.
 * @throws {InvalidCanvasError} it holds an empty chain, or members that can only be awaited.
 */
export function frozen(data: SignatureData, newId: NewId, taskId?: string): SignatureData {
  return freeze(materialise(data), newId, taskId);
}

function freeze(data: SignatureData, newId: NewId, taskId?: string): SignatureData {
  switch (data.subtaskType) {
    case "chain":
      return freezeChain(data, newId, taskId);
    case "chord":
      return freezeChord(data, newId, taskId);
    case "group": {
      const members = mapMembers(membersOf(data), (member) => freeze(member, newId));
      return withId(withMembers(data, members), newId, taskId);
    }
    case "chunks":
      return freeze(chunksAsGroup(data), newId, taskId);
    default:
      return withId(data, newId, taskId);
  }
}

function freezeChain(chain: SignatureData, newId: NewId, taskId?: string): SignatureData {
  const steps = stepsOf(chain);
  const last = steps.at(-1);
  if (!last) throw new InvalidCanvasError("an empty chain has no id and cannot be run; give it a step");
  const exit = freeze(last, newId, taskId);
  const before = steps.slice(0, -1).map((step) => freeze(step, newId));
  return withId(withSteps(chain, [...before, exit]), newId, idOf(exit));
}

function freezeChord(chord: SignatureData, newId: NewId, taskId?: string): SignatureData {
  const started = withHeader(chord, freeze(headerOf(chord), newId));
  const body = bodyOf(chord);
  if (!body) return withId(started, newId, taskId);
  const exit = freeze(body, newId, taskId);
  return withId(withBody(started, exit), newId, idOf(exit));
}

function withId(data: SignatureData, newId: NewId, taskId?: string): SignatureData {
  const { link, linkError } = data.options;
  const freezeAll = (links: readonly SignatureData[]): readonly SignatureData[] =>
    links.map((linked) => freeze(linked, newId));
  const options = {
    ...data.options,
    taskId: idOf(data) ?? taskId ?? newId(),
    ...(link && { link: freezeAll(link) }),
    ...(linkError && { linkError: freezeAll(linkError) }),
  };
  return { ...data, options };
}
