// What came of a task: as an indented tree or JSON.

import type { AsyncResult } from "@troupe/core";
import type { Output } from "./output.ts";
import { oneLine } from "./plain-text.ts";
import { jsonText } from "./value-text.ts";

/** A result as the graph has it: of a task, or of a group. */
export interface GraphNode {
  readonly id: string;
  readonly info?: AsyncResult<unknown>["info"];
  readonly ready: () => Promise<boolean>;
}

/** Results and what they triggered, in the order in which they were found: the first is the root. */
export interface Graph<T extends GraphNode> {
  items(): Iterable<readonly [node: T, targets: readonly T[]]>;
}

/** A line of the tree. */
export interface TreeLine {
  readonly id: string;
  readonly depth: number;
  /** Name of the task, once it is finished; `group` for a group. */
  readonly name: string | null;
  readonly state: string;
}

/** The lines of the tree, each node once, below the first that triggered it. */
export async function treeOf<T extends GraphNode>(graph: Graph<T>): Promise<TreeLine[]> {
  const targets = new Map(graph.items());
  const [root] = targets.keys();
  const lines: TreeLine[] = [];
  const seen = new Set<T>();
  const stack = root === undefined ? [] : [{ node: root, depth: 0 }];
  for (let top = stack.pop(); top; top = stack.pop()) {
    const { node, depth } = top;
    if (seen.has(node)) continue;
    seen.add(node);
    lines.push({ id: node.id, depth, ...(await described(node)) });
    for (const target of (targets.get(node) ?? []).toReversed()) stack.push({ node: target, depth: depth + 1 });
  }
  return lines;
}

/** Prints the tree. */
export function printTree(tree: readonly TreeLine[], output: Output): void {
  if (output.json) return output.print(jsonText(tree, 2));
  for (const { id, depth, name, state } of tree) {
    const words = [id, ...(name === null ? [] : [name]), state].join(" ");
    output.print(`${"  ".repeat(depth)}${oneLine(words)}`);
  }
}

async function described(node: GraphNode): Promise<Pick<TreeLine, "name" | "state">> {
  if (!node.info) return { name: "group", state: (await node.ready()) ? "ready" : "waiting" };
  const { name, state } = await node.info();
  return { name, state };
}
