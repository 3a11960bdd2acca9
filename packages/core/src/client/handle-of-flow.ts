// The handle of a frozen flow: that of its exit, with everything before it as parents.

import { InvalidCanvasError } from "../model/errors.ts";
import type { Flow, GroupStep, TaskStep } from "../model/flow.ts";
import { type NodeRef, nodesOf } from "../model/result-ref.ts";
import { type AnyResult, AsyncResult, GroupResult } from "./async-result.ts";
import type { ResultOrigin, ResultPorts } from "./result-ports.ts";

/** What is known of a flow beyond itself. */
export interface FlowPlace {
  /** The receiver's mark from before the flow was sent; null when it was sent elsewhere. */
  readonly mark: number | null;
  /** The result before the flow. @default none */
  readonly parent?: AnyResult | null;
}

/**
 * The handle of a flow's last step: an `AsyncResult`, or a `GroupResult` where it ends in a group. `parent` leads to each step
 * before. Members of a group have parents only within themselves.
 *
 * @throws {InvalidCanvasError} the flow is empty.
 */
export function handleOf(flow: Flow, ports: ResultPorts, { mark, parent = null }: FlowPlace): AnyResult {
  const origins = originsOf(mark);
  return new HandleMaker(ports, origins).exitOf(flow, parent);
}

// Shared by all handles: a canvas may have 100,000.
interface Origins {
  readonly kept: ResultOrigin;
  readonly ignored: ResultOrigin;
  /** Of an id that was chosen, so that it may have ended before. */
  readonly chosen: ResultOrigin;
}

function originsOf(mark: number | null): Origins {
  return {
    kept: { mark, ignored: false },
    ignored: { mark, ignored: true },
    chosen: { mark: null, ignored: false },
  };
}

class HandleMaker {
  readonly #ports: ResultPorts;
  readonly #origins: Origins;

  constructor(ports: ResultPorts, origins: Origins) {
    this.#ports = ports;
    this.#origins = origins;
  }

  exitOf(flow: Flow, before: AnyResult | null): AnyResult {
    const nodes = flow.length > 1 ? nodesOf(flow) : [];
    let exit = before;
    for (const [place, step] of flow.entries())
      exit = step.kind === "task" ? this.#task(step, exit) : this.#group(step, nodes[place + 1] ?? null, exit);
    if (exit === null || flow.length === 0) throw new InvalidCanvasError("a canvas without steps has no result");
    return exit;
  }

  #task({ id, chosen, options }: TaskStep, parent: AnyResult | null): AnyResult {
    const { kept, ignored, chosen: known } = this.#origins;
    const origin = options.ignoreResult ? ignored : chosen ? known : kept;
    return new AsyncResult(id, this.#ports, origin, parent);
  }

  #group({ id, members }: GroupStep, next: NodeRef | null, parent: AnyResult | null): AnyResult {
    const exits = members.map((member) => this.exitOf(member, null));
    return new GroupResult(id, exits, this.#ports, { parent, next });
  }
}
