// What is remembered about a task: one record per kind and task.

/** `result`, `decision` and `claim` are written once; `state` and `group` are overwritten; of `unique` the first one is, 0. */
export type RecordKind = "result" | "decision" | "claim" | "state" | "group" | "unique";

/**
 * Which record. `gen` is given for decisions and claims, which exist once per generation, and is the number of a group's part and of a
 * turn of unique work.
 */
export interface RecordKey {
  readonly kind: RecordKind;
  readonly id: string;
  readonly gen?: number;
}

/** Stores records until they expire (`resultExpiresMs` after they were written). */
export interface RecordStore {
  /** Stores a record if there is none. Of any number of writers exactly one gets `created`. */
  create(key: RecordKey, body: Uint8Array): Promise<"created" | "exists">;
  /** Stores a record in place of the one that may be there. */
  replace(key: RecordKey, body: Uint8Array): Promise<void>;
  /** The record as the broker's leader has it: sees every write that was confirmed before. Null when there is none. */
  read(key: RecordKey): Promise<Uint8Array | null>;
  /** As `read`, cheaper; may miss what was written a moment ago. */
  glance(key: RecordKey): Promise<Uint8Array | null>;
}
