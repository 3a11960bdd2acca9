// Revocations in a bucket whose entries the broker drops after `revokeExpires`, one message per key.

import type { RevocationKey, Revocations, RevocationWatch, StoredRevocation } from "@troupe/core/transport";
import type { Link } from "./connection/link.ts";
import type { AckedBy } from "./publish/pending.ts";
import { KvRevocationWatch } from "./revocations/kv-revocation-watch.ts";
import { fieldsAt, numberAt } from "./wire/fields.ts";
import { encodeHeaders } from "./wire/header-block.ts";
import { HEADER } from "./wire/names.ts";
import { streamGone } from "./wire/nats-errors.ts";
import { PubAckReader } from "./wire/pub-ack.ts";

const READ_AT_ONCE = 1_000;

/** See the top of the file. */
export class KvRevocations implements Revocations {
  readonly #link: Link;
  readonly #watches = new Set<KvRevocationWatch>();

  constructor(link: Link) {
    this.#link = link;
    link.connection.observe({
      onUp: () => this.#each((watch) => watch.onUp()),
      onDown: () => this.#each((watch) => watch.onDown()),
    });
    link.ticker.onTick(() => this.#each((watch) => watch.onTick()));
  }

  async put(key: RevocationKey, body: Uint8Array): Promise<void> {
    const { names, publisher } = this.#link;
    const block = encodeHeaders([[HEADER.expectedStream, names.revoked]]);
    const stored: AckedBy<void> = {
      reader: new PubAckReader(names.revoked),
      what: "revocation",
      value: () => undefined,
    };
    await publisher.publish({ subject: names.revokedSubject(key), body, block }, stored);
  }

  async find(key: RevocationKey): Promise<Uint8Array | null> {
    const { api, names } = this.#link;
    return (await api.leaderRead(names.revoked, { last_by_subj: names.revokedSubject(key) }))?.body ?? null;
  }

  async count(kind?: RevocationKey["kind"]): Promise<number> {
    const { names } = this.#link;
    if (kind === undefined) return numberAt(fieldsAt(await this.#info(), "state"), "messages");
    return numberAt(await this.#info({ subjects_filter: names.revokedFilter(kind) }), "total");
  }

  async list(kind: RevocationKey["kind"], limit: number): Promise<readonly StoredRevocation[]> {
    const found: StoredRevocation[] = [];
    for await (const subjects of this.#subjectPages(this.#link.names.revokedFilter(kind), limit)) {
      for (let at = 0; at < subjects.length; at += READ_AT_ONCE) {
        const read = await Promise.all(subjects.slice(at, at + READ_AT_ONCE).map((subject) => this.#read(subject)));
        found.push(...read.filter((revocation) => revocation !== null));
      }
    }
    return found;
  }

  async watch(from: "start" | "now", onStored: (revocation: StoredRevocation) => void): Promise<RevocationWatch> {
    const watch = new KvRevocationWatch(this.#link, { onStored, onClose: () => void this.#watches.delete(watch) });
    this.#watches.add(watch);
    try {
      await watch.start(from);
    } catch (error) {
      watch.close();
      throw error;
    }
    return watch;
  }

  async #read(subject: string): Promise<StoredRevocation | null> {
    const { api, names, settings } = this.#link;
    const message = await api.leaderRead(names.revoked, { last_by_subj: subject });
    const key = message && names.revocationKey(message.subject);
    return key && { key, body: message.body, endsAt: message.storedAtMs + settings.revokeExpiresMs };
  }

  // The broker lists subjects in pages of 100,000.
  async *#subjectPages(filter: string, limit: number): AsyncGenerator<string[]> {
    for (let offset = 0; offset < limit; ) {
      const info = await this.#info({ subjects_filter: filter, offset });
      const page = Object.keys(fieldsAt(fieldsAt(info, "state"), "subjects"));
      yield page.slice(0, limit - offset);
      offset += page.length;
      if (page.length === 0 || offset >= numberAt(info, "total")) return;
    }
  }

  async #info(body?: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>> {
    const { api, names, config } = this.#link;
    const info = await api.streamInfo(names.revoked, body);
    if (info === null) throw streamGone(names.revoked, config.servers.address);
    return info;
  }

  #each(act: (watch: KvRevocationWatch) => void): void {
    for (const watch of this.#watches) act(watch);
  }
}
