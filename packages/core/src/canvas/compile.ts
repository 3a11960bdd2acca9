// Turns a signature into a flow: chains are laid end to end, a chord is its header followed by its body, groups in groups become
// one. Fixes every id, queue and actor address. The rewrites of spec §8 need no code: they are the same flow.

import { InvalidCanvasError } from "../model/errors.ts";
import { type Errback, type Flow, MAX_FLOW_NODES } from "../model/flow.ts";
import { type BarrierPorts, closeFlow, type Draft } from "./compile-barriers.ts";
import { distinct, type Exit, exitWithin, NO_EXIT, type WantedExit } from "./compile-exit.ts";
import { checkSize, tooLarge } from "./compile-limits.ts";
import { type CalleeOptions, callOptionsOf, placeOf, stepOptionsOf } from "./compile-options.ts";
import { endsInGroup, runningSteps, splicedMembers, stepCallOf } from "./compile-parts.ts";
import { bodyOf, headerOf } from "./containers.ts";
import { asGroup } from "./group.ts";
import type { SignatureData, SignatureOptions } from "./signature-data.ts";

/** What a task of a canvas is called with, but for what comes in. */
interface CalledWith {
  readonly args: readonly unknown[];
  readonly kwargs: Readonly<Record<string, unknown>>;
  readonly options: SignatureOptions;
}

/** What compiling needs to know from outside. */
export interface CompileEnv {
  /** What a task's own options and the settings say. */
  readonly callee: (name: string, call: CalledWith) => CalleeOptions;
  readonly newId: () => string;
  /** How many shards new actors are shared out over. */
  readonly shards: number;
}

/**
 * The flow of a signature.
 *
 * @param wanted - `demand`: id that the exit has to have, of its task or of the list of values of its group. `gathered`: somebody
 * waits for its value. Left out: neither.
 * @throws {InvalidCanvasError} it cannot be run: an empty chain, a chord without a body, too large, too deep.
 */
export function compile(data: SignatureData, env: CompileEnv, wanted: WantedExit = {}): Flow {
  checkSize(data);
  const compiler = new Compiler(env, wanted.demand ? [wanted.demand.resultId] : []);
  return compiler.flow(data, { ...NO_EXIT, ...wanted }).flow;
}

interface Compiled {
  readonly flow: Flow;
  /** Errbacks of its exit. */
  readonly errbacks: readonly SignatureData[];
}

class Compiler {
  readonly #env: CompileEnv;
  readonly #taken: Set<string>;
  readonly #barriers: BarrierPorts;
  #nodes = 0;

  constructor(env: CompileEnv, taken: readonly string[]) {
    this.#env = env;
    this.#taken = new Set(taken);
    this.#barriers = { shards: env.shards, newId: env.newId, errback: (data) => this.#errback(data) };
  }

  flow(data: SignatureData, exit: Exit): Compiled {
    const drafts = this.#drafts(data, exit, false);
    return { flow: closeFlow(drafts, this.#barriers), errbacks: drafts.at(-1)?.errbacks ?? [] };
  }

  // `followed`: a step comes after it in the same flow.
  #drafts(data: SignatureData, outer: Exit, followed: boolean): readonly Draft[] {
    const signature = asGroup(data);
    const exit = exitWithin(signature, outer);
    switch (signature.subtaskType) {
      case "chain":
        return this.#chain(signature, exit, followed);
      case "group":
        return this.#group(signature, exit, followed);
      case "chord":
        return this.#chord(signature, exit, followed);
      default:
        return [this.#task(signature, exit)];
    }
  }

  #chain(chain: SignatureData, exit: Exit, followed: boolean): readonly Draft[] {
    const steps = runningSteps(chain, followed);
    if (steps.length === 0) throw new InvalidCanvasError("an empty chain has nothing to run; give it a step");
    return steps.flatMap((step, at) => {
      const isLast = at === steps.length - 1;
      return this.#drafts(step, isLast ? exit : NO_EXIT, followed || !isLast);
    });
  }

  #chord(chord: SignatureData, exit: Exit, followed: boolean): readonly Draft[] {
    const body = bodyOf(chord);
    if (body) return [...this.#drafts(headerOf(chord), NO_EXIT, true), ...this.#drafts(body, exit, followed)];
    throw new InvalidCanvasError(
      "a chord has no body; give it one: chord(header, body), or applyAsync(args, { body })",
    );
  }

  #group(group: SignatureData, exit: Exit, followed: boolean): readonly Draft[] {
    const members = splicedMembers(group);
    const [only] = members;
    // Q13: the value of such a group is that of its member, unless their number was computed (Q29).
    if (only && members.length === 1 && !followed && !group.kwargs["computed"] && endsInGroup(only))
      return this.#drafts(only, exit, followed);
    this.#count();
    const awaited = followed || exit.gathered || exit.link.length > 0 || exit.demand !== null;
    const id = this.#idOf(exit.taskId);
    const compiled = members.map((member, index) =>
      this.flow(member, { ...NO_EXIT, place: { id, index }, gathered: awaited }),
    );
    return [
      {
        kind: "group",
        id,
        members: compiled.map(({ flow }) => flow),
        awaited,
        link: this.#links(exit.link),
        demand: exit.demand,
        errbacks: distinct(compiled.flatMap(({ errbacks }) => errbacks)),
      },
    ];
  }

  #task(data: SignatureData, { taskId, place, link, demand }: Exit): Draft {
    this.#count();
    const call = stepCallOf(data);
    const options = callOptionsOf(data);
    const callee = this.#env.callee(call.name, { args: call.args, kwargs: call.kwargs, options });
    const id = demand?.resultId ?? this.#idOf(taskId);
    const errbacks = distinct(data.options.linkError ?? []);
    return {
      kind: "task",
      errbacks,
      step: {
        kind: "task",
        id,
        ...(id === taskId && { chosen: true }),
        ...(demand?.gen && { gen: demand.gen }),
        ...call,
        queue: options.routingKey == null ? (options.queue ?? callee.queue) : callee.queue,
        group: placeOf(data.options, place),
        options: stepOptionsOf(data, callee),
        link: this.#links(link),
        linkError: errbacks.map((errback) => this.#errback(errback)),
      },
    };
  }

  #links(links: readonly SignatureData[]): readonly Flow[] {
    return links.map((link) => this.flow(link, NO_EXIT).flow);
  }

  #errback(data: SignatureData): Errback {
    return { gets: data.subtaskType === "errback" ? "details" : "id", flow: this.flow(data, NO_EXIT).flow };
  }

  // A signature that is used several times makes several tasks: the first of them has the id that it was given.
  #idOf(wanted: string | undefined): string {
    if (wanted === undefined || this.#taken.has(wanted)) return this.#env.newId();
    this.#taken.add(wanted);
    return wanted;
  }

  #count(): void {
    if (++this.#nodes > MAX_FLOW_NODES) throw tooLarge();
  }
}
