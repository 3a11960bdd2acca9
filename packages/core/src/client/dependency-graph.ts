// What triggered what, as a graph: nodes, and edges from each node to those it triggered.

import { LimitReachedError, UnsupportedError } from "../model/errors.ts";

/** How nodes are shown. */
export interface GraphText<T> {
  /** @default the node as text */
  readonly label?: ((node: T) => string) | undefined;
  /** Name of the node it all began with. @default none */
  readonly root?: string | undefined;
}

interface Vertex<T> {
  readonly node: T;
  readonly targets: Map<string, T>;
}

/** Longest text form, in characters, at which it is cut: a node is repeated below each that led to it. */
const MAX_TEXT = 1_000_000;
/** Most nodes of a picture: one of 2,000 takes a second or two, in which nothing else runs in this process. */
const MAX_DRAWN = 2_000;
const DOT = {
  graph: '  node [shape=box, style=filled, fontname="HelveticaNeue", color="black"];',
  inner: 'fillcolor="palegreen3"',
  terminal: 'fillcolor="palegreen1"',
} as const;

/**
 * A graph whose edges go from a result to what it triggered.
 *
 * @see Celery `DependencyGraph`
 */
export class DependencyGraph<T> {
  readonly #keyOf: (node: T) => string;
  readonly #text: GraphText<T>;
  readonly #vertices = new Map<string, Vertex<T>>();

  /** @param keyOf - Text that stands for a node and for no other. */
  constructor(keyOf: (node: T) => string, text: GraphText<T> = {}) {
    this.#keyOf = keyOf;
    this.#text = text;
  }

  /** How many nodes there are. */
  get size(): number {
    return this.#vertices.size;
  }

  /** Adds a node; nothing happens when it is there. */
  add(node: T): void {
    this.#vertex(node);
  }

  /** Adds an edge, and its nodes. */
  addEdge(from: T, to: T): void {
    this.#vertex(to);
    this.#vertex(from).targets.set(this.#keyOf(to), to);
  }

  /** Takes over nodes and edges of another graph. */
  connect(other: DependencyGraph<T>): void {
    for (const [node, targets] of other.items()) {
      this.add(node);
      for (const target of targets) this.addEdge(node, target);
    }
  }

  /** Each node and what it triggered, in the order in which they were added. */
  *items(): Generator<readonly [node: T, targets: readonly T[]]> {
    for (const { node, targets } of this.#vertices.values()) yield [node, [...targets.values()]];
  }

  *[Symbol.iterator](): Generator<T> {
    for (const { node } of this.#vertices.values()) yield node;
  }

  /** Nodes that triggered others. */
  edges(): T[] {
    return [...this.#vertices.values()].filter(({ targets }) => targets.size > 0).map(({ node }) => node);
  }

  /** All nodes, each after those it triggered. */
  topsort(): T[] {
    const sorted: T[] = [];
    const entered = new Set<string>();
    for (const [key, vertex] of this.#vertices) {
      if (entered.has(key)) continue;
      entered.add(key);
      this.#sortFrom(vertex, entered, sorted);
    }
    return sorted;
  }

  /** Edges of a node, and those of all that it leads to; 0 for an unknown one. */
  valencyOf(node: T): number {
    return this.#valencies().get(this.#keyOf(node)) ?? 0;
  }

  /** For each node its block: `id(valency)`, and below it, indented, what it triggered. Cut after 1,000,000 characters. */
  toString(): string {
    const valencies = this.#valencies();
    const lines: string[] = [];
    let left = MAX_TEXT;
    // A stack instead of recursion: chains are long.
    const stack = [...this.#vertices.values()].map((vertex) => ({ vertex, depth: 0 })).toReversed();
    for (let top = stack.pop(); top; top = stack.pop()) {
      const { vertex, depth } = top;
      const valency = valencies.get(this.#keyOf(vertex.node)) ?? 0;
      const line = `${"  ".repeat(depth)}${this.#label(vertex.node)}(${valency})`;
      left -= line.length + 1;
      lines.push(left < 0 ? "…" : line);
      if (left < 0) break;
      if (depth >= this.size) continue; // it leads back to itself
      const targets = [...vertex.targets.keys()].flatMap((target) => this.#vertices.get(target) ?? []);
      for (const target of targets.toReversed()) stack.push({ vertex: target, depth: depth + 1 });
    }
    return lines.join("\n");
  }

  /** The graph in the language of Graphviz. */
  toDot(): string {
    const lines: string[] = [];
    for (const { node, targets } of this.#vertices.values()) {
      const style = targets.size > 0 ? DOT.inner : DOT.terminal;
      lines.push(`  ${this.#quoted(node)} [${style}];`);
    }
    for (const { node, targets } of this.#vertices.values())
      for (const target of targets.values()) lines.push(`  ${this.#quoted(node)} -> ${this.#quoted(target)};`);
    const { root } = this.#text;
    const name = root === undefined ? [] : [`  id=${quoted(root)};`];
    return ["digraph dependencies {", ...name, DOT.graph, ...lines, "}", ""].join("\n");
  }

  /**
   * The graph as a picture. The package that draws it is loaded now, not before.
   *
   * @throws {LimitReachedError} it has more than 2,000 nodes.
   * @throws {UnsupportedError} `@viz-js/viz`, which draws it, is not installed. It comes with `@troupe/cli`.
   */
  async toSvg(): Promise<string> {
    if (this.size > MAX_DRAWN) {
      const remedy = "give toDot() to the program of Graphviz, or draw a part of it";
      throw new LimitReachedError(`a picture can have ${MAX_DRAWN} nodes, this graph has ${this.size}; ${remedy}`);
    }
    const viz = await loadViz();
    return viz.renderString(this.toDot(), { format: "svg" });
  }

  // Depth first without recursion: a node is done when all it leads to is.
  #sortFrom(start: Vertex<T>, entered: Set<string>, sorted: T[]): void {
    const stack = [{ vertex: start, targets: start.targets.keys() }];
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const { done, value: key } = top.targets.next();
      if (done) {
        sorted.push(top.vertex.node);
        stack.pop();
        continue;
      }
      const vertex = this.#vertices.get(key);
      if (!vertex || entered.has(key)) continue;
      entered.add(key);
      stack.push({ vertex, targets: vertex.targets.keys() });
    }
  }

  #valencies(): Map<string, number> {
    const valencies = new Map<string, number>();
    for (const node of this.topsort()) {
      const { targets } = this.#vertex(node);
      const further = [...targets.keys()].reduce((sum, key) => sum + (valencies.get(key) ?? 0), 0);
      valencies.set(this.#keyOf(node), targets.size + further);
    }
    return valencies;
  }

  #vertex(node: T): Vertex<T> {
    const key = this.#keyOf(node);
    const vertex = this.#vertices.get(key) ?? { node, targets: new Map<string, T>() };
    this.#vertices.set(key, vertex);
    return vertex;
  }

  #label(node: T): string {
    return this.#text.label?.(node) ?? String(node);
  }

  #quoted(node: T): string {
    return quoted(this.#label(node));
  }
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}

// Who draws no pictures needs no package for them.
async function loadViz() {
  const viz = await import("@viz-js/viz").catch(() => {
    const remedy = "npm install @viz-js/viz, or use toDot()";
    throw new UnsupportedError(`a graph is drawn by the package @viz-js/viz, which is not installed: ${remedy}`);
  });
  return viz.instance();
}
