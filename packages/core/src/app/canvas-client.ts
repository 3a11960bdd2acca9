// Sends and runs canvases for an application: what its signatures work with.

import { compile } from "../canvas/compile.ts";
import type { WantedExit } from "../canvas/compile-exit.ts";
import { withPriorities } from "../canvas/inherit-priority.ts";
import { materialise } from "../canvas/lazy-members.ts";
import { merged } from "../canvas/merge.ts";
import { operand } from "../canvas/operand.ts";
import type { SendOptions, SignatureApp } from "../canvas/signature-app.ts";
import type { SignatureData } from "../canvas/signature-data.ts";
import type { AnyResult } from "../client/async-result.ts";
import { type Caller, type CallerPorts, originOf } from "../client/caller.ts";
import { type Call, type Callee, callOf } from "../client/compose-message.ts";
import { handleOf } from "../client/handle-of-flow.ts";
import type { ApplyOptions } from "../model/apply-options.ts";
import type { Flow } from "../model/flow.ts";
import { kw, splitArguments } from "../model/kw.ts";
import type { TaskMessage } from "../model/task-message.ts";
import { producing } from "./produced-flows.ts";
import { type EagerFlowPorts, runFlowEagerly } from "./run-flow-eagerly.ts";

/** What an application gives to its canvases. */
export interface CanvasPorts {
  readonly caller: Caller;
  readonly ports: CallerPorts & EagerFlowPorts;
  readonly callee: (name: string, call: Call) => Callee;
  /** How many shards durable actors are shared out over; null while there is no connection. */
  readonly shards: () => number | null;
  readonly settings: () => CanvasSettings;
  /** Runs a task's handler here and now. */
  readonly callHere: (name: string, args: readonly unknown[]) => unknown;
}

/** Settings that canvases obey. */
interface CanvasSettings {
  readonly taskAlwaysEager: boolean;
  readonly taskEagerPropagates: boolean;
  readonly taskAllowErrorCbOnChordHeader: boolean;
  readonly taskInheritParentPriority: boolean;
  readonly taskDefaultPriority: number | null;
}

/** The application, as its signatures see it. */
export class CanvasClient implements SignatureApp {
  readonly #app: CanvasPorts;

  constructor(app: CanvasPorts) {
    this.#app = app;
  }

  newId(): string {
    return crypto.randomUUID();
  }

  allowErrbackOnHeader(): boolean {
    return this.#app.settings().taskAllowErrorCbOnChordHeader;
  }

  call(data: SignatureData, args: readonly unknown[]): unknown {
    const { task, args: all, kwargs } = this.#whole(data, args, {});
    return this.#app.callHere(task, [...all, kw(kwargs)]);
  }

  async applyAsync(data: SignatureData, args: readonly unknown[], options: SendOptions = {}): Promise<AnyResult> {
    const whole = this.#whole(data, args, options);
    if (this.#app.settings().taskAlwaysEager) return this.#run(whole, options);
    const { caller, callee, ports, shards } = this.#app;
    if (isPlainCall(whole)) {
      const call = plainCallOf(whole, options);
      return caller.send(callee(whole.task, call), call);
    }
    if (shards() === null) {
      this.#frozen(whole); // what is wrong with it is said without a broker
      await ports.connect();
    }
    const { flow, members } = this.#frozen(whole);
    const sent = await caller.sendFlow(flow, sendingOf(options), members);
    return handleOf(sent.flow, ports, { mark: sent.mark });
  }

  async apply(data: SignatureData, args: readonly unknown[], options: SendOptions = {}): Promise<AnyResult> {
    return this.#run(this.#whole(data, args, options), options);
  }

  /** Freezes a canvas that takes the place of a task: its last step gets the task's id. */
  freeze(signature: unknown, { id, gen }: TaskMessage): Flow {
    return this.#compile(operand(signature).data, { wanted: { demand: { resultId: id, gen: gen + 1 } } });
  }

  /** Freezes a canvas that is added to a chord, which waits for its value. */
  freezeUnder(signature: unknown, newId: () => string): Flow {
    return this.#compile(operand(signature).data, { newId, wanted: { gathered: true } });
  }

  /** Plain data of a signature. */
  dataOf(signature: unknown): SignatureData {
    return materialise(operand(signature).data);
  }

  async #run(whole: SignatureData, options: SendOptions): Promise<AnyResult> {
    const { ports, settings } = this.#app;
    const flow = this.#compile(whole);
    const from = originOf(flow, sendingOf(options), ports.running.getStore(), null);
    const handle = await runFlowEagerly(flow, from, ports);
    if (settings().taskEagerPropagates) await handle.get();
    return handle;
  }

  #whole(data: SignatureData, args: readonly unknown[], options: SendOptions): SignatureData {
    const { args: positional, kwargs } = splitArguments(args);
    const { kwargs: named, ...rest } = options;
    return merged(data, positional, { ...kwargs, ...named }, { ...rest, onHeader: this.allowErrbackOnHeader() });
  }

  #frozen(whole: SignatureData): { readonly flow: Flow; readonly members: AsyncIterable<Flow> | null } {
    const lazy = producing(whole, (data) => this.#compile(data));
    return lazy ?? { flow: this.#compile(whole), members: null };
  }

  #compile(data: SignatureData, { wanted, newId = () => this.newId() }: Freezing = {}): Flow {
    const { callee, shards, settings, ports } = this.#app;
    const flow = compile(materialise(data), { callee, newId, shards: shards() ?? 1 }, wanted);
    const { taskInheritParentPriority: inherits, taskDefaultPriority: otherwise } = settings();
    return withPriorities(flow, {
      inherits,
      otherwise,
      parent: ports.running.getStore()?.deliveryInfo?.priority ?? null,
    });
  }
}

/** What a canvas is frozen for, and where its ids come from. */
interface Freezing {
  readonly wanted?: WantedExit;
  readonly newId?: () => string;
}

// One call of one task, from which nothing follows, goes the short way.
function isPlainCall({ subtaskType, options }: SignatureData): boolean {
  const isAlone = !options.link?.length && !options.linkError?.length;
  return subtaskType === "" && isAlone && !options.stampedHeaders && !options.groupId;
}

function plainCallOf({ task, args, kwargs, options }: SignatureData, given: SendOptions): Call {
  const { link: _link, linkError: _linkError, ...own } = options;
  return callOf(task, args, { ...own, kwargs, ...sendingOf(given) });
}

// What says how to send, and from where.
function sendingOf({ retry, retryPolicy, rootId, parentId }: SendOptions): ApplyOptions {
  return { retry, retryPolicy, rootId, parentId };
}
