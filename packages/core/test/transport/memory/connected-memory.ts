// What the tests of the in-process transport share: a connected one on a manual clock, and tasks for it.

import type { Logger } from "../../../src/platform/logger.ts";
import { ManualClock } from "../../../src/testing/manual-clock.ts";
import type { MemoryTransportOptions } from "../../../src/transport/memory/memory-options.ts";
import { memoryTransport } from "../../../src/transport/memory/memory-transport.ts";
import type { OutgoingTask } from "../../../src/transport/task-queue.ts";
import type { ConnectSettings, Transport } from "../../../src/transport/transport.ts";

const ignore = (): void => undefined;
const logger: Logger = { trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore, child: () => logger };

export const settings: ConnectSettings = {
  namespace: "test",
  resultExpiresMs: 60_000,
  revokeExpiresMs: 60_000,
  ackWaitMs: 30_000,
  timeoutMs: null,
  logger,
};

/** A connected transport, and the clock that it goes by. */
export async function connectedMemory(
  options: MemoryTransportOptions = {},
): Promise<{ readonly transport: Transport; readonly clock: ManualClock }> {
  const clock = new ManualClock();
  const transport = memoryTransport({ clock, ...options });
  await transport.connect(settings);
  return { transport, clock };
}

export function taskOf(key: string, rest: Partial<OutgoingTask> = {}): OutgoingTask {
  const body = new TextEncoder().encode(key);
  return { queue: "q", key, exclusive: false, repeat: false, contentType: "text/plain", body, ...rest };
}

/** The end of this turn of the event loop, in which the broker delivers. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
