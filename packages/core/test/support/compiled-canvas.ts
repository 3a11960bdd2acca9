// Canvases made by the functions that users' calls come to, compiled with ids that tell their order, and flows as short texts.

import { chainOf } from "../../src/canvas/chain.ts";
import { chordOf, type Header } from "../../src/canvas/chord.ts";
import { type CompileEnv, compile } from "../../src/canvas/compile.ts";
import type { Demand } from "../../src/canvas/compile-exit.ts";
import { groupOf } from "../../src/canvas/group.ts";
import { type SetOptions, withOptions } from "../../src/canvas/link.ts";
import type { SignatureData } from "../../src/canvas/signature-data.ts";
import {
  chunksSignature,
  errbackSignature,
  mapSignature,
  starmapSignature,
  taskSignature,
} from "../../src/canvas/task-signature.ts";
import type { Flow, GroupStep, Step, TaskStep } from "../../src/model/flow.ts";

/** A call of a task. */
export const s = (task: string, ...args: readonly unknown[]): SignatureData => taskSignature(task, args);
/** One that ignores what comes in. */
export const si = (task: string, ...args: readonly unknown[]): SignatureData =>
  taskSignature(task, args, {}, { immutable: true });
export const errback = (task: string): SignatureData => errbackSignature(task);
export const chain = (...steps: readonly SignatureData[]): SignatureData => chainOf(steps);
export const group = (...members: readonly SignatureData[]): SignatureData => groupOf(members);
export const chord = (header: Header, body: SignatureData | null = null): SignatureData => chordOf(header, body);
export const map = (task: string, items: readonly unknown[]): SignatureData => mapSignature(s(task), items);
export const starmap = (task: string, items: readonly unknown[]): SignatureData => starmapSignature(s(task), items);
export const chunks = (task: string, items: readonly unknown[], n: number): SignatureData =>
  chunksSignature(s(task), items, n);
/** With options, which go to the tasks that they act on. */
export const set = (data: SignatureData, options: SetOptions): SignatureData => withOptions(data, options);

/** An application whose tasks go to the queue `default`; ids are n1, n2, … */
export function compileEnv(part: Partial<CompileEnv> = {}): CompileEnv {
  let ids = 0;
  const plain = {
    queue: "default",
    priority: null,
    ignoreResult: false,
    atMostOnce: false,
    serializer: "msgpack",
    expiresMs: null,
  } as const;
  return { callee: () => plain, newId: () => `n${++ids}`, shards: 16, ...part };
}

export function compiled(data: SignatureData, demand: Demand | null = null, env: CompileEnv = compileEnv()): Flow {
  return compile(data, env, { demand });
}

/** A flow as text: `a | [b, c]! | d`, where `!` is a barrier, `>x` a callback, `?x` an errback and `~` what ignores its input. */
export function shape(flow: Flow): string {
  return flow.map(shapeOfStep).join(" | ");
}

function shapeOfStep(step: Step): string {
  const after = step.kind === "task" ? step : step.barrier;
  const links = (after?.link ?? []).map((link) => `>${shape(link)}`);
  const errbacks = (after?.linkError ?? []).map(({ flow }) => `?${shape(flow)}`);
  return [headOf(step), ...links, ...errbacks].join("");
}

function headOf(step: Step): string {
  if (step.kind === "group") return `[${step.members.map(shape).join(", ")}]${step.barrier ? "!" : ""}`;
  return `${step.name}${step.immutable ? "~" : ""}${step.args.length > 0 ? JSON.stringify(step.args).replace("[", "(").replace(/]$/, ")") : ""}`;
}

/** A step that has to be a task. */
export function taskAt(flow: Flow | undefined, place: number): TaskStep {
  const step = flow?.at(place);
  if (step?.kind === "task") return step;
  throw new Error(`step ${place} is no task`);
}

/** A step that has to be a group. */
export function groupAt(flow: Flow | undefined, place: number): GroupStep {
  const step = flow?.at(place);
  if (step?.kind === "group") return step;
  throw new Error(`step ${place} is no group`);
}

/** A step that has to be a group, with its barrier. */
export function barrierAt(flow: Flow | undefined, place: number): NonNullable<GroupStep["barrier"]> {
  const { barrier } = groupAt(flow, place);
  if (barrier) return barrier;
  throw new Error(`the group at step ${place} has no barrier`);
}

/** Every id in a flow: tasks, groups and lists of values, callbacks and errbacks included. */
export function idsIn(flow: Flow): string[] {
  return flow.flatMap((step, at) => {
    const after = step.kind === "task" ? step : step.barrier;
    const inner = [
      ...(step.kind === "group" ? step.members : []),
      ...(after?.link ?? []),
      ...(after?.linkError ?? []).map((one) => one.flow),
    ];
    const gathered = step.kind === "group" && step.barrier && at === flow.length - 1 ? [step.barrier.resultId] : [];
    return [step.id, ...gathered, ...inner.flatMap(idsIn)];
  });
}
