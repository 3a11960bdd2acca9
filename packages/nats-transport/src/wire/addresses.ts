// What the subjects of stored messages tell, read.

import type { ActorAddress, MailKind } from "@troupe/core/transport";

/** What the address of a stored task tells. */
export interface TaskAddress {
  readonly id: string;
  readonly gen: number;
  readonly priority: number;
  /** Subject of its queue that belongs to its key alone. */
  readonly exclusiveSubject: string;
}

/** What the address of a message for an actor tells. */
export interface MailAddress {
  readonly actor: ActorAddress;
  readonly kind: MailKind;
}

/** What the address of a delayed task tells. */
export interface DelayAddress {
  readonly bucket: number;
  readonly key: string;
}
