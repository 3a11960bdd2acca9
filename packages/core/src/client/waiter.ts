// Who waits for a final record, as the receiver of records sees it.

import type { FinalRecord } from "../model/task-record.ts";

/** Hears of one task, or of what follows from one group, once: `resolve` or `reject`. The rest of it is the receiver's own. */
export abstract class Waiter {
  abstract get id(): string;
  startedAt = 0;
  reads = 0;
  readAt = 0;

  /** What is heard of: the task of this id. */
  get key(): string {
    return this.id;
  }

  /** False: the wait has another end as well, so that a push that was lost is not worth reading for. */
  get rereads(): boolean {
    return true;
  }

  /** Must not throw. */
  abstract resolve(record: FinalRecord): void;
  abstract reject(error: Error): void;
}
