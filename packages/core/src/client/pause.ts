// Pauses that do not outlast what they wait for.

import type { Clock } from "../platform/clock.ts";
import type { Transport } from "../transport/transport.ts";

/** Resolves after `ms`, or as soon as the transport is connected again. */
export function pauseUntilConnected(transport: Transport, clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      timer.cancel();
      unlisten();
      resolve();
    };
    const unlisten = transport.onChange((change) => {
      if (change.type === "connected") done();
    });
    const timer = clock.after(ms, done, { keepAlive: true });
  });
}
