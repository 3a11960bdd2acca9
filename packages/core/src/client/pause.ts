// Pauses that do not outlast what they wait for.

import type { Clock } from "../platform/clock.ts";
import type { Transport } from "../transport/transport.ts";

/** What ended a pause. */
export type PauseEnd = "over" | "connected" | "closed";

/** Resolves after `ms`, or as soon as the transport is connected again or closed for good. */
export function pauseUntilConnected(transport: Transport, clock: Clock, ms: number): Promise<PauseEnd> {
  return new Promise((resolve) => {
    const done = (end: PauseEnd): void => {
      timer.cancel();
      unlisten();
      resolve(end);
    };
    const unlisten = transport.onChange((change) => {
      if (change.type !== "disconnected") done(change.type);
    });
    const timer = clock.after(ms, () => done("over"), { keepAlive: true });
  });
}
