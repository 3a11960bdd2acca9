// The single-member rule: as a step, a group that was written out with one member is that member.

import { isEmptyGroup, writtenMembers } from "./containers.ts";
import { idOf } from "./freeze.ts";
import { withOptions } from "./link.ts";
import type { SignatureData } from "./signature-data.ts";

/** The member of a group of one; anything else as it is. Groups whose members were computed stay groups, whatever their number. */
export function unrolled(step: SignatureData): SignatureData {
  const members = writtenMembers(step)?.filter((member) => !isEmptyGroup(member)) ?? [];
  const [only] = members;
  if (!only || members.length > 1) return step;
  const member = unrolled(only);
  const { taskId, ...options } = step.options;
  return withOptions(member, { ...options, taskId: idOf(member) ?? taskId });
}
