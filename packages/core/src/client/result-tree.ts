// Where a result stands: the results before it, and what came of it – what it triggered, and so on.

import { IncompleteStream, LimitReachedError } from "../model/errors.ts";
import { DependencyGraph } from "./dependency-graph.ts";

/** What a result triggered, as far as it is known; of a group its members, and what follows from them all. */
export const TRIGGERED: unique symbol = Symbol("triggered");
/** Text that stands for a result and for no other. */
export const NODE_KEY: unique symbol = Symbol("node key");

/** Id of a result and of those before it, and the members of a group; for a task null. */
export type ResultTuple = readonly [
  itself: readonly [id: string, parent: ResultTuple | null],
  members: readonly ResultTuple[] | null,
];

/** How to go through results. */
export interface TreeOptions {
  /** Take what is known of results that are not final, instead of throwing. @default false */
  readonly intermediate?: boolean | undefined;
}

/** How to collect values. */
export interface CollectOptions extends TreeOptions {
  /** Wait for each result. @default true */
  readonly wait?: boolean | undefined;
}

/** Most results that one tree may have. */
const MAX_NODES = 1_000_000;

/** A result among those before it and those that came of it. `H`: all kinds of results. */
export abstract class ResultNode<H extends ResultNode<H>> {
  readonly id: string;
  /** The result before it: of a chain's step, the step before; before a chord's body comes its header's group. */
  readonly parent: H | null;

  constructor(id: string, parent: H | null) {
    this.id = id;
    this.parent = parent;
  }

  abstract get [NODE_KEY](): string;
  abstract ready(): Promise<boolean>;
  abstract get(): Promise<unknown>;
  abstract [TRIGGERED](): Promise<readonly H[]>;
  /** The same as plain data, for a result and all before it. */
  abstract asTuple(): ResultTuple;

  /** Ids of this result and of those before it. */
  asList(): string[] {
    const ids = [this.id];
    for (let { parent } = this; parent !== null; { parent } = parent) ids.push(parent.id);
    return ids;
  }

  /**
   * What came of this: each result with the one that triggered it, breadth first, this one first. What a result triggered
   * is asked for when the next one is taken.
   *
   * @throws {IncompleteStream} the result that was taken last is not final.
   * @see Celery `AsyncResult.iterdeps`
   */
  async *iterdeps(options: TreeOptions = {}): AsyncGenerator<readonly [parent: H | null, node: H]> {
    const seen = new Set<string>();
    const follows = new Map<string, H>();
    let level: (readonly [H | null, H])[] = [[null, this.#self]];
    while (level.length > 0) {
      const next: (readonly [H | null, H])[] = [];
      for (const [parent, node] of level) {
        yield [parent, node];
        if (seen.has(node[NODE_KEY])) continue;
        if (seen.size >= MAX_NODES) throw new LimitReachedError(`more than ${MAX_NODES} results came of ${this.id}`);
        seen.add(node[NODE_KEY]);
        if (!options.intermediate && !(await node.ready())) throw incomplete(node.id);
        for (const child of beginnings(node, await node[TRIGGERED](), follows)) next.push([node, child]);
      }
      level = next;
    }
  }

  /**
   * What came of this: each result with its value, in the order of `iterdeps`. Waits for each.
   *
   * @throws {IncompleteStream} with `wait: false`: a result is not final.
   * @throws as `get`: the error of a task.
   * @see Celery `AsyncResult.collect`
   */
  async *collect({ intermediate = false, wait = true }: CollectOptions = {}): AsyncGenerator<[H, unknown]> {
    for await (const [, node] of this.iterdeps({ intermediate: intermediate || wait })) {
      if (wait || (await node.ready())) yield [node, await node.get()];
      else if (intermediate) yield [node, null];
      else throw incomplete(node.id);
    }
  }

  /** The last value that `collect` gives. */
  async getLeaf(): Promise<unknown> {
    let leaf: unknown = null;
    for await (const [, value] of this.collect()) leaf = value;
    return leaf;
  }

  /**
   * What came of this, as a graph.
   *
   * @throws {IncompleteStream} a result is not final, unless `intermediate`.
   */
  async graph(options: TreeOptions = {}): Promise<DependencyGraph<H>> {
    const graph = new DependencyGraph<H>((node) => node[NODE_KEY], { label: (node) => node.id, root: this.id });
    for await (const [parent, node] of this.iterdeps(options)) {
      graph.add(node);
      if (parent) graph.addEdge(parent, node);
    }
    return graph;
  }

  get #self(): H {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- H is all kinds of results, and this is one
    return this as unknown as H;
  }
}

// What a result triggered, each from its beginning: a member's handle is that of its last step, with those before it as parents.
// `follows`: what is known so to come next after a result, whatever is stored about that.
function beginnings<H extends ResultNode<H>>(node: H, triggered: readonly H[], follows: Map<string, H>): readonly H[] {
  const next = follows.get(node[NODE_KEY]);
  const isNew = next && triggered.every((child) => child[NODE_KEY] !== next[NODE_KEY]);
  return (isNew ? [...triggered, next] : triggered).map((child) => {
    let first = child;
    while (first.parent !== null && first.parent[NODE_KEY] !== node[NODE_KEY]) {
      follows.set(first.parent[NODE_KEY], first);
      first = first.parent;
    }
    return first;
  });
}

function incomplete(id: string): IncompleteStream {
  return new IncompleteStream(
    `result ${id} is not final, so that what it triggers is not known yet; wait for it, or pass { intermediate: true }`,
  );
}
