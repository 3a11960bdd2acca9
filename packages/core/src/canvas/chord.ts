// Chords: a group, and what follows with the list of its values.

import { chordData, groupData } from "./containers.ts";
import { asGroup, groupOf } from "./group.ts";
import { LazyMembers } from "./lazy-members.ts";
import type { SignatureData } from "./signature-data.ts";

/** What can be a header. One signature that is no group is a header of one, a chain too. */
export type Header = readonly SignatureData[] | LazyMembers | SignatureData;

/** A chord; `body` is null when it gets one at call time. */
export function chordOf(header: Header, body: SignatureData | null): SignatureData {
  return chordData(headerGroup(header), body);
}

function headerGroup(header: Header): SignatureData {
  if (header instanceof LazyMembers) return groupData(header);
  if ("length" in header) return groupOf(header);
  const group = asGroup(header);
  return group.subtaskType === "group" ? group : groupData([group]);
}
