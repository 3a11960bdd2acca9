// Breakages of mailboxes that take more than a line.

import type { Mail, OutgoingMail, Shard, ShardOwner } from "@troupe/core/transport";
import { type Breakage, override, spoilMailboxes, spoilOwners, spoilShards } from "./spoil.ts";

type Spoil = Breakage["spoil"];

/** Does something else with each message than to hand it over. */
export function delivering(instead: (mail: Mail, deliver: (mail: Mail) => void) => void): Spoil {
  return spoilOwners((owner) => ({ onMail: (mail) => instead(mail, owner.onMail) }));
}

/** Hands over what comes in one turn of the event loop in reverse. */
export function reversing(): Spoil {
  return spoilOwners((owner) => {
    let waiting: Mail[] = [];
    return {
      onMail: (mail) => {
        if (waiting.length === 0) {
          setImmediate(() => {
            const mails = waiting.toReversed();
            waiting = [];
            for (const one of mails) owner.onMail(one);
          });
        }
        waiting.push(mail);
      },
    };
  });
}

/** Gives an owner numbers that begin with 1. */
export function numberingAnew(): Spoil {
  return spoilOwners((owner) => {
    let last = 0;
    return { onMail: (mail) => owner.onMail({ ...mail, seq: ++last }) };
  });
}

/** Answers all that send the plan of an actor at once as it answers the first of them. */
export function answeringTogether(): Spoil {
  return spoilMailboxes((mailboxes) => {
    const underWay = new Map<string, Promise<"stored" | "exists">>();
    return {
      send: (mail) => {
        const { kind, actor } = mail;
        if (kind !== "plan") return mailboxes.send(mail);
        const answer = underWay.get(actor.id) ?? mailboxes.send(mail);
        const ended = (): boolean => underWay.delete(actor.id);
        underWay.set(actor.id, answer);
        answer.then(ended, ended);
        return answer;
      },
    };
  });
}

/** Takes so many of some messages of an actor, ever. */
export function limitedTo(most: number, which: (mail: OutgoingMail) => boolean): Spoil {
  return spoilMailboxes((mailboxes) => {
    const counts = new Map<string, number>();
    return {
      send: async (mail) => {
        if (!which(mail)) return mailboxes.send(mail);
        const count = counts.get(mail.actor.id) ?? 0;
        if (count >= most) return "exists";
        const outcome = await mailboxes.send(mail);
        counts.set(mail.actor.id, count + 1);
        return outcome;
      },
    };
  });
}

/** Uses another id for an actor than it is given. */
export function renaming(rename: (id: string) => string): Spoil {
  return spoilMailboxes((mailboxes) => {
    const renamed = ({ shard, id }: Mail["actor"]): Mail["actor"] => ({ shard, id: rename(id) });
    return {
      send: (mail) => mailboxes.send({ ...mail, actor: renamed(mail.actor) }),
      take: async (shard, owner) => {
        const taken = await mailboxes.take(shard, owner);
        return taken && override(taken, { hasPlan: (actor) => taken.hasPlan(renamed(actor)) });
      },
    };
  });
}

/** Delivers the very array that was sent. */
export function sharingBodies(): Spoil {
  return spoilMailboxes((mailboxes) => {
    const sent = new Map<string, Uint8Array>();
    return {
      send: (mail) => {
        sent.set(mail.actor.id, mail.body);
        return mailboxes.send(mail);
      },
      take: (shard, owner) =>
        mailboxes.take(shard, {
          ...owner,
          onMail: (mail) => owner.onMail({ ...mail, body: sent.get(mail.actor.id) ?? mail.body }),
        }),
    };
  });
}

/** Reads what it has read before without looking. */
export function readingFromMemory(): Spoil {
  return spoilShards((shard) => {
    const known = new Map<number, Uint8Array>();
    return {
      read: async (seq) => {
        const body = known.get(seq) ?? (await shard.read(seq));
        if (body !== null) known.set(seq, body);
        return body;
      },
    };
  });
}

/** Hands over each message once in all. */
export function forgettingWhatWasDelivered(): Spoil {
  return spoilMailboxes((mailboxes) => {
    const delivered = new Set<number>();
    return {
      take: (shard, owner) =>
        mailboxes.take(shard, {
          ...owner,
          onMail: (mail) => {
            if (!delivered.has(mail.seq)) owner.onMail(mail);
            delivered.add(mail.seq);
          },
        }),
    };
  });
}

/** Acknowledges for a former owner through the present one. */
export function settlingLate(): Spoil {
  return spoilMailboxes((mailboxes) => {
    let present: Shard | null = null;
    return {
      take: async (shard, owner) => {
        const taken = await mailboxes.take(shard, owner);
        present = taken;
        return taken && override(taken, { ack: (mail) => present?.ack(mail) });
      },
    };
  });
}

/** Hands each message to all that ever owned its shard. */
export function deliveringToAll(): Spoil {
  return spoilMailboxes((mailboxes) => {
    const owners: ShardOwner[] = [];
    return {
      take: (shard, owner) => {
        owners.push(owner);
        return mailboxes.take(shard, { ...owner, onMail: (mail) => owners.forEach((each) => each.onMail(mail)) });
      },
    };
  });
}

/** Grants a shard once. */
export function refusingOwned(): Spoil {
  return spoilMailboxes((mailboxes) => {
    const owned = new Set<number>();
    return {
      take: async (shard, owner) => {
        if (owned.has(shard)) return null;
        owned.add(shard);
        return mailboxes.take(shard, owner);
      },
    };
  });
}

/** Does something when a shard is released, before it is. */
export function releasing(act: (shard: Shard, owner: ShardOwner, mails: Mail[]) => void | Promise<void>): Spoil {
  return spoilMailboxes((mailboxes) => ({
    take: async (shard, owner) => {
      const mails: Mail[] = [];
      const onMail = (mail: Mail): void => {
        mails.push(mail);
        owner.onMail(mail);
      };
      const taken = await mailboxes.take(shard, { ...owner, onMail });
      if (taken === null) return null;
      const release = async (): Promise<void> => {
        await act(taken, owner, mails);
        await taken.release();
      };
      return override(taken, { release });
    },
  }));
}
