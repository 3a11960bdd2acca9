// Signatures as plain data, as somebody could have written it.

import type { SignatureData, SignatureKind } from "../../src/canvas/signature-data.ts";

/** A signature of any kind. */
export function dataOf(subtaskType: SignatureKind, part: Partial<SignatureData>): SignatureData {
  return { task: `troupe.${subtaskType}`, args: [], kwargs: {}, options: {}, subtaskType, immutable: false, ...part };
}

/** A call of a task. */
export const s = (task: string, ...args: readonly unknown[]): SignatureData => dataOf("", { task, args });
/** One that ignores what comes in. */
export const si = (task: string, ...args: readonly unknown[]): SignatureData => ({
  ...s(task, ...args),
  immutable: true,
});
export const errback = (task: string): SignatureData => dataOf("errback", { task });
export const chain = (...tasks: readonly SignatureData[]): SignatureData => dataOf("chain", { kwargs: { tasks } });
export const group = (...tasks: readonly SignatureData[]): SignatureData => dataOf("group", { kwargs: { tasks } });
export const map = (task: string, it: readonly unknown[]): SignatureData =>
  dataOf("map", { kwargs: { task: s(task), it }, immutable: true });
export const starmap = (task: string, it: readonly unknown[]): SignatureData =>
  dataOf("starmap", { kwargs: { task: s(task), it }, immutable: true });
export const chunks = (task: string, it: readonly unknown[], n: number): SignatureData =>
  dataOf("chunks", { kwargs: { task: s(task), it, n }, immutable: true });
