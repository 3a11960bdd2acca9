// Stores which results a group consists of, and reads it again. The first part is written last: where it is, the others are.

import { decodeGroup, decodeGroupPart, encodeGroup } from "../codec/group-record-codec.ts";
import type { HandleRef } from "../model/result-ref.ts";
import type { Transport } from "../transport/transport.ts";
import { eachOf } from "./in-batches.ts";

/** @throws {PayloadTooLargeError | SerializationError} the group is too large, or nested too deep. */
export async function saveGroup(id: string, group: HandleRef, { records, maxMessageBytes }: Transport): Promise<void> {
  const [first, ...others] = encodeGroup(group, maxMessageBytes).map((body, part) => ({ body, part }));
  const store = ({ body, part }: { readonly body: Uint8Array; readonly part: number }): Promise<void> =>
    records.replace({ kind: "group", id, gen: part }, body);
  await eachOf(others, store);
  if (first) await store(first);
}

/** The group that was saved under an id; null when there is none, or it has expired. */
export async function readGroup(id: string, { records }: Transport): Promise<HandleRef | null> {
  const read = (gen: number): Promise<Uint8Array | null> => records.read({ kind: "group", id, gen });
  const first = await read(0);
  if (!first) return null;
  const parts = [decodeGroupPart(first)];
  for (let gen = 1; gen < (parts[0]?.parts ?? 0); gen++) {
    const body = await read(gen);
    if (!body) return null;
    parts.push(decodeGroupPart(body));
  }
  return decodeGroup(parts);
}
