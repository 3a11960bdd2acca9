// The "connection" of the in-process transport: who uses it, whether it is open, and who hears of changes.

import { BrokerUnreachableError, ConfigError } from "../../model/errors.ts";
import { shown } from "../../model/names.ts";
import { type QueueStreams, sameQueueStreams } from "../queue-streams.ts";
import type { ConnectionChange, ConnectSettings } from "../transport.ts";

/** Counts users: open from the first `open` to the last `release`. */
export class MemoryConnection {
  readonly #listeners = new Set<(change: ConnectionChange) => void>();
  #settings: ConnectSettings | null = null;
  #users = 0;

  get isOpen(): boolean {
    return this.#users > 0;
  }

  /** How long records are kept, in milliseconds; what the first user asked for. */
  get resultExpiresMs(): number {
    return this.#settings?.resultExpiresMs ?? 0;
  }

  /** The same of revocations. */
  get revokeExpiresMs(): number {
    return this.#settings?.revokeExpiresMs ?? 0;
  }

  /** Queues that have limits of their own. */
  get queueStreams(): QueueStreams | undefined {
    return this.#settings?.queueStreams;
  }

  /** @throws {ConfigError} another namespace than that of the first user: their tasks would mix; other limits of queues. */
  open(settings: ConnectSettings): void {
    this.#settings ??= settings;
    const { namespace } = this.#settings;
    if (settings.namespace !== namespace) {
      throw new ConfigError(
        `namespace ${shown(settings.namespace)} cannot share a memory transport with namespace ${shown(namespace)}; ` +
          "give each its own memoryTransport()",
      );
    }
    sameQueueStreams(this.#settings.queueStreams, settings.queueStreams);
    this.#users += 1;
    if (this.#users === 1) this.#tell({ type: "connected", restarted: false });
  }

  /** @returns whether that was the last user, so that the connection is closed now. */
  release(): boolean {
    if (this.#users === 0) return false;
    this.#users -= 1;
    if (this.#users > 0) return false;
    this.#tell({ type: "closed", reason: "closed by the application" });
    return true;
  }

  onChange(listener: (change: ConnectionChange) => void): () => void {
    // Wrapped, so that the same function can listen twice and leave once.
    const entry = (change: ConnectionChange): void => listener(change);
    this.#listeners.add(entry);
    return () => void this.#listeners.delete(entry);
  }

  /** @throws {BrokerUnreachableError} not connected, or closed. */
  check(operation: string): void {
    if (this.isOpen) return;
    throw new BrokerUnreachableError(`${operation}: the memory transport is not connected; call connect() first`);
  }

  #tell(change: ConnectionChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}
