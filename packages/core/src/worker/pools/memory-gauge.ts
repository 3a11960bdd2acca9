// Inside a child: how much memory it holds.

import { getHeapStatistics } from "node:v8";

/** Bytes that a process holds of the machine, or a thread of its own heap; what threads share is nobody's. */
export function memoryGauge(isProcess: boolean): () => number {
  if (isProcess) return () => process.memoryUsage.rss();
  return () => {
    const { used_heap_size: heap, external_memory: external } = getHeapStatistics();
    return heap + external;
  };
}
