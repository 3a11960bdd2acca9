// Mailboxes that break a promise.

import type { Mail, OutgoingMail } from "@troupe/core/transport";
import {
  answeringTogether,
  delivering,
  deliveringToAll,
  forgettingWhatWasDelivered,
  limitedTo,
  numberingAnew,
  readingFromMemory,
  refusingOwned,
  releasing,
  renaming,
  reversing,
  settlingLate,
  sharingBodies,
} from "./mailbox-breakages.ts";
import { type Breakage, spoilMailboxes, spoilOwners, spoilShards } from "./spoil.ts";

type Named = Omit<Breakage, "noticedBy">;

const NOTHING = new Uint8Array();

const changing = (change: (mail: Mail) => Partial<Mail>): Breakage["spoil"] =>
  delivering((mail, deliver) => deliver({ ...mail, ...change(mail) }));

const sending = (change: (mail: OutgoingMail) => Partial<OutgoingMail>): Breakage["spoil"] =>
  spoilMailboxes((mailboxes) => ({ send: (mail) => mailboxes.send({ ...mail, ...change(mail) }) }));

const inTheLog: Named[] = [
  {
    name: "loses messages to actors",
    spoil: spoilMailboxes((mailboxes) => ({
      send: async (mail) => (mail.kind === "add" ? "stored" : mailboxes.send(mail)),
    })),
  },
  { name: "has no shards", spoil: spoilMailboxes(() => ({ shards: 0 })) },
  {
    name: "takes any number for a shard",
    spoil: spoilMailboxes((mailboxes) => ({
      send: (mail) => mailboxes.send({ ...mail, actor: { ...mail.actor, shard: mail.actor.shard & 255 } }),
      take: (shard, owner) => mailboxes.take(shard & 255, owner),
    })),
  },
  {
    name: "says of every plan that it was stored",
    spoil: spoilMailboxes((mailboxes) => ({ send: (mail) => mailboxes.send(mail).then(() => "stored") })),
  },
  {
    name: "says of every plan that it exists",
    spoil: spoilMailboxes((mailboxes) => ({ send: (mail) => mailboxes.send(mail).then(() => "exists") })),
  },
  { name: "says to all that send a plan at once that it was stored", spoil: answeringTogether() },
  { name: "never forgets a plan", spoil: limitedTo(1, ({ kind }) => kind === "plan") },
  { name: "takes a further message of an actor for a repeat", spoil: limitedTo(1, ({ kind }) => kind === "c") },
  { name: "delivers in the wrong order", spoil: reversing() },
  {
    name: "delivers mail twice",
    spoil: delivering((mail, deliver) => {
      deliver(mail);
      deliver(mail);
    }),
  },
  {
    name: "skips mail",
    spoil: delivering((mail, deliver) => {
      if (mail.seq % 4 !== 3) deliver(mail);
    }),
  },
  { name: "confuses kinds of mail", spoil: changing(({ kind }) => ({ kind: kind === "add" ? "seal" : kind })) },
  { name: "does not tell repeats", spoil: changing(() => ({ repeat: false })) },
  { name: "calls all mail a repeat", spoil: changing(() => ({ repeat: true })) },
  { name: "does not tell what is replayed", spoil: changing(() => ({ replayed: false })) },
  { name: "calls all mail replayed", spoil: changing(() => ({ replayed: true })) },
  { name: "does not know when mail was stored", spoil: changing(() => ({ at: 0 })) },
  { name: "numbers mail anew for each owner", spoil: numberingAnew() },
  { name: "confuses ids of actors", spoil: renaming((id) => id.toLowerCase()) },
  {
    name: "takes wildcards in ids of actors",
    spoil: spoilShards((shard) => ({
      hasPlan: ({ id, ...rest }) => shard.hasPlan({ ...rest, id: id.includes("*") ? "a" : id }),
    })),
  },
  { name: "always sees a plan", spoil: spoilShards(() => ({ hasPlan: async () => true })) },
  { name: "never sees a plan", spoil: spoilShards(() => ({ hasPlan: async () => false })) },
  { name: "reads no mail", spoil: spoilShards(() => ({ read: async () => null })) },
  { name: "reads mail that is gone", spoil: readingFromMemory() },
  { name: "erases nothing", spoil: spoilShards(() => ({ erase: async () => undefined })) },
  {
    name: "fails to erase what is gone",
    spoil: spoilShards((shard) => ({
      erase: async (seq) => {
        if ((await shard.read(seq)) === null) throw new Error("nothing to erase");
        await shard.erase(seq);
      },
    })),
  },
  { name: "acknowledges no mail", spoil: spoilShards(() => ({ ack: () => undefined })) },
  {
    name: "needs a body to acknowledge",
    spoil: spoilShards((shard) => ({
      ack: (mail) => {
        if (mail.body.byteLength > 0) shard.ack(mail);
      },
    })),
  },
  { name: "cuts mail", spoil: sending(({ body }) => ({ body: body.subarray(0, 1_000) })) },
  { name: "shares mail with its senders", spoil: sharingBodies() },
  {
    name: "takes mail that is too large for empty",
    spoil: (transport) =>
      sending(({ body }) => ({ body: body.byteLength > transport.maxMessageBytes ? NOTHING : body }))(transport),
  },
];

const ofShards: Named[] = [
  {
    name: "replays nothing",
    spoil: delivering((mail, deliver) => {
      if (!mail.replayed) deliver(mail);
    }),
  },
  { name: "replays only what nobody was given", spoil: forgettingWhatWasDelivered() },
  {
    name: "stops after a thousand messages",
    spoil: spoilMailboxes((mailboxes) => ({
      take: (shard, owner) => {
        let left = 1_000;
        return mailboxes.take(shard, { ...owner, onMail: (mail) => void (left-- > 0 && owner.onMail(mail)) });
      },
    })),
  },
  { name: "lets former owners settle", spoil: settlingLate() },
  { name: "delivers to former owners too", spoil: deliveringToAll() },
  { name: "does not tell of a loss", spoil: spoilOwners(() => ({ onLost: () => undefined })) },
  {
    name: "tells of a loss twice",
    spoil: spoilOwners((owner) => ({
      onLost: (reason) => {
        owner.onLost(reason);
        owner.onLost(reason);
      },
    })),
  },
  { name: "grants no shard", spoil: spoilMailboxes(() => ({ take: async () => null })) },
  { name: "leaves a shard with its first owner", spoil: refusingOwned() },
  {
    name: "makes one log of all shards",
    spoil: spoilMailboxes((mailboxes) => ({
      send: (mail) => mailboxes.send({ ...mail, actor: { ...mail.actor, shard: 0 } }),
      take: (_, owner) => mailboxes.take(0, owner),
    })),
  },
  {
    name: "sees no plan in lost shards",
    spoil: spoilShards((shard) => ({ hasPlan: (actor) => shard.hasPlan(actor).catch(() => false) })),
  },
  { name: "does not release", spoil: spoilShards(() => ({ release: async () => undefined })) },
  { name: "tells of a loss when a shard is released", spoil: releasing((_, owner) => owner.onLost("released")) },
  {
    name: "settles what it releases",
    spoil: releasing(async (shard, _, mails) => {
      for (const { seq } of mails.splice(0)) await shard.erase(seq);
    }),
  },
  {
    name: "reads of lost shards",
    spoil: spoilShards((shard) => ({ read: (seq) => shard.read(seq).catch(() => null) })),
  },
  {
    name: "pretends to erase from lost shards",
    spoil: spoilShards((shard) => ({ erase: (seq) => shard.erase(seq).catch(() => undefined) })),
  },
];

/** All of them. */
export const brokenMailboxes: readonly Breakage[] = [
  ...inTheLog.map((breakage) => ({ ...breakage, noticedBy: "mailboxes" })),
  ...ofShards.map((breakage) => ({ ...breakage, noticedBy: "shards of mailboxes" })),
];
