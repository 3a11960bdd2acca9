// Starts nodes: each is `actor-cli worker --detach`, which returns when its worker is ready.

import { EXIT, type ExitCode } from "../exit-code.ts";
import { spawnAgain } from "../spawn-again.ts";
import { pidOwner } from "../worker/pid-file.ts";
import type { Node } from "./nodes.ts";
import type { NodeStep } from "./outline.ts";

/** Nodes that start at the same time: loading a program keeps a processor busy. */
const AT_ONCE = 4;

/** Starts nodes, a few at a time. @param told - Told of each, in their order. */
export async function startNodes(nodes: readonly Node[], told: (step: NodeStep) => void): Promise<ExitCode> {
  const codes: ExitCode[] = [];
  for (let first = 0; first < nodes.length; first += AT_ONCE) {
    const started = nodes.slice(first, first + AT_ONCE).map((node) => startNode(node));
    for (const start of started) {
      const { step, code } = await start;
      told(step);
      codes.push(code);
    }
  }
  return worst(codes);
}

/** How the start of a node went. */
export interface StartedNode {
  readonly step: NodeStep;
  readonly code: ExitCode;
}

/** Starts a node. What is wrong with it is on standard error. */
export async function startNode(node: Node): Promise<StartedNode> {
  const child = spawnAgain({ stdio: ["ignore", "ignore", "inherit"] }, [...node.words, "--quiet"]);
  const ended = await new Promise<number | null>((resolve) => {
    child.once("error", () => resolve(null));
    child.once("exit", resolve);
  });
  const code = Object.values(EXIT).find((known) => known === ended) ?? EXIT.failed;
  const runs = code === EXIT.done || code === EXIT.unreachable;
  const pid = runs ? (pidOwner(node.pidfile, node.hostname)?.pid ?? null) : null;
  const step = { node: node.hostname, step: "start", pid } as const;
  if (code === EXIT.done) return { step: { ...step, word: "OK", detail: null }, code };
  if (code === EXIT.unreachable) return { step: { ...step, word: "WAITS", detail: "waits for its broker" }, code };
  return { step: { ...step, word: "FAILED", detail: `exit code ${ended ?? "unknown"}` }, code };
}

/** The exit code of several: the one that all failures share, else 1. */
export function worst(codes: readonly ExitCode[]): ExitCode {
  const failures = [...new Set(codes.filter((code) => code !== EXIT.done))];
  return failures.length === 1 ? (failures[0] ?? EXIT.done) : failures.length === 0 ? EXIT.done : EXIT.failed;
}
