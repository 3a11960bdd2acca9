// Stops nodes: sends a signal to the process that each pid file names, if that is the node's worker, and waits until it is gone.

import { setTimeout as pause } from "node:timers/promises";
import { type PidOwner, pidOwner } from "../worker/pid-file.ts";
import { processKind } from "../worker/process-of-pid.ts";
import type { Node } from "./nodes.ts";
import type { Outline } from "./outline.ts";

/** A node that was signalled, and may take its time. */
export interface StoppingNode {
  readonly node: Node;
  readonly pid: number;
}

/** What waiting goes by. */
export interface WaitLimits {
  /** Time until what still runs is stopped cold; null: no limit. */
  readonly timeoutMs: number | null;
  /** Told of each node as soon as it is gone. */
  readonly onGone?: (node: Node) => Promise<void>;
}

const LOOK_MS = 100;
const DOT_MS = 1_000;
/** How long a cold stop may take. */
const COLD_MS = 10_000;

/** Signals nodes. Gives those that are there; the others are said to be down. */
export function signalNodes(nodes: readonly Node[], signal: NodeJS.Signals, outline: Outline): readonly StoppingNode[] {
  return nodes.flatMap((node) => {
    const owner = pidOwner(node.pidfile, node.hostname);
    if (owner?.kind === "worker" && owner.pid !== null)
      return tell(node, owner.pid, signal, outline) ? [{ node, pid: owner.pid }] : [];
    outline.step({
      node: node.hostname,
      step: "stop",
      word: "DOWN",
      pid: null,
      detail: owner && staleText(node, owner),
    });
    return [];
  });
}

function staleText({ pidfile }: Node, { pid, kind }: PidOwner): string {
  const what =
    pid === null ? "it holds no process id" : `process ${pid} is ${kind === "other" ? "another program" : "gone"}`;
  return `stale pid file ${pidfile}: ${what}`;
}

/** Waits until nodes are gone. Those that are not in time are stopped cold, and then ended. */
export async function waitForNodes(
  stopping: readonly StoppingNode[],
  limits: WaitLimits,
  outline: Outline,
): Promise<void> {
  const left = new Set(stopping);
  const escalations = escalationsOf(limits.timeoutMs);
  const started = performance.now();
  const restarts: Promise<void>[] = [];
  let dots = 0;
  if (left.size > 0) outline.waiting(waitingText(left));
  for (;;) {
    for (const { node } of removeGone(left, outline)) restarts.push(limits.onGone?.(node) ?? Promise.resolve());
    if (left.size === 0) break;
    const elapsedMs = performance.now() - started;
    if (elapsedMs >= (escalations[0]?.afterMs ?? Number.POSITIVE_INFINITY))
      escalate(left, escalations.shift(), outline);
    for (; dots < elapsedMs / DOT_MS; dots++) outline.dot();
    await pause(LOOK_MS);
  }
  await Promise.all(restarts);
}

interface Escalation {
  readonly afterMs: number;
  readonly signal: NodeJS.Signals;
}

function escalationsOf(timeoutMs: number | null): Escalation[] {
  if (timeoutMs === null) return [];
  return [
    { afterMs: timeoutMs, signal: "SIGQUIT" },
    { afterMs: timeoutMs + COLD_MS, signal: "SIGKILL" },
  ];
}

function removeGone(left: Set<StoppingNode>, outline: Outline): readonly StoppingNode[] {
  const gone = [...left].filter(({ pid, node }) => processKind(pid, node.hostname) !== "worker");
  for (const each of gone) {
    left.delete(each);
    outline.step({ node: each.node.hostname, step: "wait", word: "GONE", pid: each.pid, detail: null });
  }
  if (gone.length > 0 && left.size > 0) outline.waiting(waitingText(left));
  return gone;
}

function escalate(left: ReadonlySet<StoppingNode>, escalation: Escalation | undefined, outline: Outline): void {
  if (!escalation) return;
  for (const { node, pid } of left) tell(node, pid, escalation.signal, outline);
  outline.waiting(waitingText(left));
}

/** Sends a signal and says so. */
function tell({ hostname: node }: Node, pid: number, signal: NodeJS.Signals, outline: Outline): boolean {
  const refusal = sendSignal(pid, signal);
  const step = { node, step: "stop", pid } as const;
  if (refusal === null) outline.step({ ...step, word: "SIGNALLED", detail: signal.slice(3) });
  else outline.step({ ...step, word: "FAILED", detail: refusal });
  return refusal === null;
}

function waitingText(left: ReadonlySet<StoppingNode>): string {
  const pids = [...left].map(({ pid }) => pid).join(", ");
  return `Waiting for ${left.size} ${left.size === 1 ? "node" : "nodes"} -> ${pids}...`;
}

// A worker that ends by force takes its pool with it, where it leads a group of its own, as one in the background does.
function sendSignal(pid: number, signal: NodeJS.Signals): string | null {
  try {
    process.kill(signal === "SIGKILL" && isGroup(pid) ? -pid : pid, signal);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function isGroup(pid: number): boolean {
  try {
    return process.kill(-pid, 0);
  } catch {
    return false;
  }
}
