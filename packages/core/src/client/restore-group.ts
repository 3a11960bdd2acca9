// The handle of a group that was saved, here or in another process.

import { InvalidMessageError } from "../model/errors.ts";
import { GroupResult, resultFromRef } from "./async-result.ts";
import type { ResultPorts } from "./result-ports.ts";
import { readGroup } from "./saved-group.ts";

/**
 * The group that was saved under an id; null when there is none, or it has expired.
 *
 * @throws {InvalidMessageError | SerializationError} what is stored is no group.
 */
export async function restoreGroup<R = unknown[]>(id: string, ports: ResultPorts): Promise<GroupResult<R> | null> {
  const { transport } = await ports.connect();
  const ref = await readGroup(id, transport);
  if (ref === null) return null;
  const result = resultFromRef(ref, ports);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- R is the caller's word
  if (result instanceof GroupResult) return result as GroupResult<R>;
  throw new InvalidMessageError(`what is saved under ${id} is a task's result, not a group's`);
}
