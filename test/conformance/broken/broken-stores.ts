// Record stores, dead letters and leases that break a promise.

import type { DeadLetters, Leases, QueuePauses, RecordKey, RecordStore, Revocations } from "@troupe/core/transport";
import { type Breakage, override } from "./spoil.ts";

type Spoil = Breakage["spoil"];
type Named = Omit<Breakage, "noticedBy">;

const spoilRecords =
  (change: (records: RecordStore) => Partial<RecordStore>): Spoil =>
  (transport) =>
    override(transport, { records: override(transport.records, change(transport.records)) });

const spoilLetters =
  (change: (letters: DeadLetters) => Partial<DeadLetters>): Spoil =>
  (transport) =>
    override(transport, { deadLetters: override(transport.deadLetters, change(transport.deadLetters)) });

const spoilLeases =
  (change: (leases: Leases) => Partial<Leases>): Spoil =>
  (transport) =>
    override(transport, { leases: override(transport.leases, change(transport.leases)) });

const spoilRevocations =
  (change: (revocations: Revocations) => Partial<Revocations>): Spoil =>
  (transport) =>
    override(transport, { revocations: override(transport.revocations, change(transport.revocations)) });

const spoilPauses =
  (change: (pauses: QueuePauses) => Partial<QueuePauses>): Spoil =>
  (transport) =>
    override(transport, { pauses: override(transport.pauses, change(transport.pauses)) });

const rekeying = (rekey: (key: RecordKey) => RecordKey): Spoil =>
  spoilRecords((records) => ({
    create: (key, body) => records.create(rekey(key), body),
    replace: (key, body) => records.replace(rekey(key), body),
    read: (key) => records.read(rekey(key)),
    glance: (key) => records.glance(rekey(key)),
  }));

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const records: Named[] = [
  {
    name: "creates records that exist",
    spoil: spoilRecords((store) => ({
      create: async (key, body) => {
        await store.replace(key, body);
        return "created";
      },
    })),
  },
  {
    name: "looks before it creates, and is overtaken",
    spoil: spoilRecords((store) => ({
      create: async (key, body) => {
        if ((await store.read(key)) !== null) return "exists";
        await turn();
        await store.replace(key, body);
        return "created";
      },
    })),
  },
  {
    name: "keeps the last writer's record",
    spoil: spoilRecords((store) => ({
      create: async (key, body) => {
        const outcome = await store.create(key, body);
        await store.replace(key, body);
        return outcome;
      },
    })),
  },
  {
    name: "tells nobody that it was first",
    spoil: spoilRecords((store) => ({ create: (...record) => store.create(...record).then(() => "exists") })),
  },
  {
    name: "does not replace",
    spoil: spoilRecords((store) => ({ replace: (key, body) => store.create(key, body).then(() => undefined) })),
  },
  { name: "reads nothing", spoil: spoilRecords(() => ({ read: async () => null })) },
  { name: "never sees anything at a glance", spoil: spoilRecords(() => ({ glance: async () => null })) },
  { name: "confuses kinds", spoil: rekeying((key) => ({ ...key, kind: "result" })) },
  { name: "ignores generations", spoil: rekeying(({ kind, id }) => ({ kind, id })) },
  { name: "joins id and generation", spoil: rekeying(({ kind, id, gen }) => ({ kind, id: `${id}${gen ?? ""}` })) },
  { name: "confuses ids", spoil: rekeying((key) => ({ ...key, id: key.id.replaceAll(/\W/g, "_") })) },
  { name: "cuts ids", spoil: rekeying((key) => ({ ...key, id: key.id.slice(0, 1) })) },
  {
    name: "keeps records for ever",
    spoil: (transport) =>
      override(transport, { connect: (settings) => transport.connect({ ...settings, resultExpiresMs: 1e9 }) }),
  },
  {
    name: "cuts records",
    spoil: spoilRecords((store) => ({ create: (key, body) => store.create(key, body.subarray(0, 1_000)) })),
  },
];

const letters: Named[] = [
  { name: "keeps no letters", spoil: spoilLetters(() => ({ put: async () => undefined })) },
  {
    name: "lists the oldest first",
    spoil: spoilLetters((store) => ({
      list: async (query) => {
        const { letters: all } = await store.list({ ...query, limit: 1_000 });
        return { letters: all.toReversed().slice(0, query.limit), next: null };
      },
    })),
  },
  {
    name: "ignores the limit",
    spoil: spoilLetters((store) => ({ list: (query) => store.list({ ...query, limit: 1_000 }) })),
  },
  {
    name: "lists letters of all queues",
    spoil: spoilLetters((store) => ({ list: (query) => store.list({ ...query, queue: null }) })),
  },
  {
    name: "lists letters with any reason",
    spoil: spoilLetters((store) => ({ list: (query) => store.list({ ...query, reason: null }) })),
  },
  {
    name: "begins every page with the newest letter",
    spoil: spoilLetters((store) => ({ list: (query) => store.list({ ...query, before: null }) })),
  },
  {
    name: "ends after one page",
    spoil: spoilLetters((store) => ({ list: async (query) => ({ ...(await store.list(query)), next: null }) })),
  },
  {
    name: "gives letters no time",
    spoil: spoilLetters((store) => ({
      get: async (id) => {
        const letter = await store.get(id);
        return letter && { ...letter, at: 0 };
      },
    })),
  },
  { name: "drops nothing", spoil: spoilLetters(() => ({ drop: async () => true })) },
  {
    name: "drops anything",
    spoil: spoilLetters((store) => ({ drop: async (id) => (await store.drop(id)) || true })),
  },
  { name: "counts all queues", spoil: spoilLetters((store) => ({ count: () => store.count(null) })) },
  {
    name: "forgets the error",
    spoil: spoilLetters((store) => ({ put: (letter, key) => store.put({ ...letter, error: undefined }, key) })),
  },
  {
    name: "confuses queues",
    spoil: spoilLetters((store) => ({
      put: (letter, key) => store.put({ ...letter, queue: letter.queue.toLowerCase() }, key),
      list: (query) => store.list({ ...query, queue: query.queue?.toLowerCase() ?? null }),
    })),
  },
  {
    name: "makes up content types",
    spoil: spoilLetters((store) => ({
      put: (letter, key) => store.put({ ...letter, contentType: letter.contentType ?? "" }, key),
    })),
  },
  {
    name: "puts details on one line",
    spoil: spoilLetters((store) => ({
      put: (letter, key) => store.put({ ...letter, detail: letter.detail.replaceAll(/\s/g, " ") }, key),
    })),
  },
  { name: "keeps a letter twice", spoil: spoilLetters((store) => ({ put: (letter) => store.put(letter, null) })) },
  {
    name: "refuses what is too large",
    spoil: (transport) =>
      spoilLetters((store) => ({
        put: async (letter, key) => {
          if (letter.body.byteLength > transport.maxMessageBytes) throw new Error("too large");
          await store.put(letter, key);
        },
      }))(transport),
  },
];

const leases: Named[] = [
  { name: "grants every lease", spoil: spoilLeases(() => ({ hold: async () => true })) },
  { name: "grants no lease", spoil: spoilLeases(() => ({ hold: async () => false })) },
  {
    name: "does not renew",
    spoil: spoilLeases((store) => {
      const holders = new Map<string, string>();
      return {
        hold: async (name, holder) => {
          if (holders.get(name) === holder) return true;
          const isHeld = await store.hold(name, holder);
          if (isHeld) holders.set(name, holder);
          return isHeld;
        },
        release: (name, holder) => {
          if (holders.get(name) === holder) holders.delete(name);
          return store.release(name, holder);
        },
      };
    }),
  },
  { name: "never ends a lease", spoil: spoilLeases(() => firstHolderKeeps()) },
  { name: "ends leases too early", spoil: spoilLeases((store) => ({ leaseMs: store.leaseMs * 3 })) },
  { name: "releases nothing", spoil: spoilLeases(() => ({ release: async () => undefined })) },
  {
    name: "releases for anybody",
    spoil: spoilLeases((store) => {
      const holders = new Map<string, string>();
      return {
        hold: async (name, holder) => {
          const isHeld = await store.hold(name, holder);
          if (isHeld) holders.set(name, holder);
          return isHeld;
        },
        release: (name) => store.release(name, holders.get(name) ?? ""),
      };
    }),
  },
  { name: "lets everybody take a lease", spoil: spoilLeases(() => ({ take: async () => true })) },
  { name: "lets the taker renew", spoil: spoilLeases((store) => ({ take: (name) => store.hold(name, "") })) },
  {
    name: "confuses names",
    spoil: spoilLeases((store) => ({ hold: (name, holder) => store.hold(name.replaceAll(/\W/g, "_"), holder) })),
  },
];

const revocations: Named[] = [
  { name: "forgets what is revoked", spoil: spoilRevocations(() => ({ put: async () => undefined })) },
  {
    name: "keeps the first revocation of a task",
    spoil: spoilRevocations((store) => ({
      put: async (key, body) => {
        if ((await store.find(key)) === null) await store.put(key, body);
      },
    })),
  },
  {
    name: "confuses kinds of revocations",
    spoil: spoilRevocations((store) => ({
      put: (key, body) => store.put({ ...key, kind: "task" }, body),
      find: (key) => store.find({ ...key, kind: "task" }),
    })),
  },
  { name: "lists all revocations", spoil: spoilRevocations((store) => ({ list: (kind) => store.list(kind, 1_000) })) },
  { name: "counts no revocations", spoil: spoilRevocations(() => ({ count: async () => 0 })) },
  {
    name: "does not tell what was revoked before",
    spoil: spoilRevocations((store) => ({ watch: (_, onStored) => store.watch("now", onStored) })),
  },
  {
    name: "tells old revocations to those who want new ones",
    spoil: spoilRevocations((store) => ({ watch: (_, onStored) => store.watch("start", onStored) })),
  },
  {
    name: "goes on telling revocations",
    spoil: spoilRevocations((store) => ({
      watch: async (...how) => override(await store.watch(...how), { close: () => undefined }),
    })),
  },
  {
    name: "keeps revocations for ever",
    spoil: (transport) =>
      override(transport, { connect: (settings) => transport.connect({ ...settings, revokeExpiresMs: 1e9 }) }),
  },
];

const pauses: Named[] = [
  {
    name: "keeps the last pause of a queue",
    spoil: spoilPauses((store) => ({
      create: async (queue, body) => {
        await store.remove(queue);
        return store.create(queue, body);
      },
    })),
  },
  { name: "forgets what is paused", spoil: spoilPauses(() => ({ create: async () => "created" })) },
  { name: "resumes nothing", spoil: spoilPauses(() => ({ remove: async () => true })) },
  {
    name: "takes similar names for one paused queue",
    spoil: spoilPauses((store) => ({ create: (queue, body) => store.create(queue.toLowerCase(), body) })),
  },
];

function firstHolderKeeps(): Partial<Leases> {
  const holders = new Map<string, string>();
  return {
    hold: async (name, holder) => {
      if (!holders.has(name)) holders.set(name, holder);
      return holders.get(name) === holder;
    },
    release: async (name, holder) => {
      if (holders.get(name) === holder) holders.delete(name);
    },
  };
}

/** All of them. */
export const brokenStores: readonly Breakage[] = [
  ...records.map((breakage) => ({ ...breakage, noticedBy: "record store" })),
  ...letters.map((breakage) => ({ ...breakage, noticedBy: "dead letters" })),
  ...revocations.map((breakage) => ({ ...breakage, noticedBy: "revocations" })),
  ...pauses.map((breakage) => ({ ...breakage, noticedBy: "paused queues" })),
  ...leases.map((breakage) => ({ ...breakage, noticedBy: "leases" })),
];
