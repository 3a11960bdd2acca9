// A test's own look at the broker, without Troupe: what is stored where, and messages that Troupe would not send. The names
// are written out, for they are what other programs see.

import { type JetStreamManager, jetstreamManager, type StoredMsg } from "@nats-io/jetstream";
import { connect, type MsgHdrs, type NatsConnection } from "@nats-io/transport-node";

/** A stored message. */
export type Stored = Pick<StoredMsg, "seq" | "subject" | "data">;

/** See the top of the file. */
export class ServerView {
  readonly #server: { readonly url: string };
  #connection: Promise<NatsConnection> | null = null;

  constructor(server: { readonly url: string }) {
    this.#server = server;
  }

  /** A plain connection; made when it is first asked for. */
  connection(): Promise<NatsConnection> {
    this.#connection ??= connect({ servers: this.#server.url, maxReconnectAttempts: -1, reconnectTimeWait: 100 });
    return this.#connection;
  }

  /** The last message on a subject of a stream, or null. */
  async last(stream: string, subject: string): Promise<Stored | null> {
    const manager = await this.#manager();
    return manager.streams.getMessage(stream, { last_by_subj: subject });
  }

  /** How many messages a stream holds on a subject; wildcards allowed. */
  async count(stream: string, subject: string): Promise<number> {
    const manager = await this.#manager();
    const { state } = await manager.streams.info(stream, { subjects_filter: subject });
    return Object.values(state.subjects ?? {}).reduce((sum, count) => sum + count, 0);
  }

  /** Subjects of all messages that these streams hold. */
  async subjects(streams: readonly string[]): Promise<string[]> {
    const manager = await this.#manager();
    const infos = await Promise.all(streams.map((stream) => manager.streams.info(stream, { subjects_filter: ">" })));
    return infos.flatMap(({ state }) => Object.keys(state.subjects ?? {}));
  }

  /** Publishes into a stream. Gives the stream's answer: stored, or why not. */
  async store(subject: string, body: Uint8Array, headers?: MsgHdrs): Promise<{ readonly refused: string | null }> {
    const connection = await this.connection();
    const answer = await connection.request(subject, body, { timeout: 10_000, ...(headers && { headers }) });
    const { error } = answer.json<{ readonly error?: { readonly description: string } }>();
    return { refused: error?.description ?? null };
  }

  /** Closes the connection. */
  async close(): Promise<void> {
    const connection = await this.#connection?.catch(() => null);
    await connection?.close();
  }

  async #manager(): Promise<JetStreamManager> {
    return jetstreamManager(await this.connection(), { checkAPI: false });
  }
}
