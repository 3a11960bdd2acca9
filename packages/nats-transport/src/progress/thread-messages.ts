// What the main thread and the progress thread tell each other.

import type { DialSettings } from "../connection/dial.ts";

/** Given to the thread at its start. */
export interface ThreadData {
  readonly dial: DialSettings;
  /** Shortest ack wait of the consumers, in milliseconds. */
  readonly ackWaitMs: number;
  readonly pages: readonly SharedArrayBuffer[];
}

/** To the thread. */
export type ToThread =
  | { readonly type: "page"; readonly memory: SharedArrayBuffer }
  | { readonly type: "dial"; readonly dial: DialSettings }
  | { readonly type: "close" };

/** From the thread. */
export type FromThread =
  | { readonly type: "connected" }
  /** No connection; credentials may have to be read afresh. */
  | { readonly type: "refused"; readonly reason: string };
