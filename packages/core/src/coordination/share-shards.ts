// Who should have which shard: rendezvous hashing, so that few shards move when a process comes or goes, with a limit for each, so
// that all have about the same number. Every process that knows the same members comes to the same shares.

import { createHash } from "node:crypto";

/** Shards that fall to `self`. `members` includes it. */
export function shardsOf(self: string, members: readonly string[], shards: number): Set<number> {
  const limit = Math.ceil(shards / members.length);
  const counts = new Map<string, number>();
  const own = new Set<number>();
  for (let shard = 0; shard < shards; shard++) {
    const taker = bestOf(
      members.filter((member) => (counts.get(member) ?? 0) < limit),
      shard,
    );
    counts.set(taker, (counts.get(taker) ?? 0) + 1);
    if (taker === self) own.add(shard);
  }
  return own;
}

function bestOf(members: readonly string[], shard: number): string {
  let best = "";
  let highest = "";
  for (const member of members) {
    const weight = createHash("sha1").update(`${shard}\n${member}`).digest("hex");
    if (weight > highest) [best, highest] = [member, weight];
  }
  return best;
}
