// What is revoked, and why: one task by its id, or all tasks that carry some stamps.

/** Values that tasks carry under a stamped header. */
export type StampValue = string | number | boolean;

/** Headers of stamps, each with the values of which a task must carry one. */
export type StampConditions = Readonly<Record<string, readonly StampValue[]>>;

/** A revocation. */
export interface Revocation {
  /** End the task also while it runs. */
  readonly terminate: boolean;
  /** Said by whoever revoked; null: nothing. */
  readonly reason: string | null;
  /** Whom it means; null: the task whose id it is stored under. */
  readonly stamps: StampConditions | null;
}

/** Longest reason, in characters. */
export const MAX_REASON = 1_024;
/** Most ids of one command to workers. */
export const MAX_REVOKED_IDS = 1_000;
/** Most revocations by stamps at a time: every worker keeps them all. */
export const MAX_STAMP_REVOCATIONS = 1_000;
/** Most headers of one, and most values of all of its headers. */
export const MAX_STAMP_VALUES = 1_000;

/** Whether a task's stamps meet all conditions. A stamp that is a list meets one by any of its values. */
export function meetsConditions(stamps: Readonly<Record<string, unknown>>, conditions: StampConditions): boolean {
  return Object.entries(conditions).every(([header, wanted]) => {
    const found: unknown = Object.hasOwn(stamps, header) ? stamps[header] : undefined;
    const values: readonly unknown[] = Array.isArray(found) ? found : [found];
    return wanted.some((value) => values.includes(value));
  });
}
