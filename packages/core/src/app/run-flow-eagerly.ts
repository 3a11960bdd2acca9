// Runs a canvas in the calling process: steps one after the other, members of groups too, callbacks and errbacks included. Nothing is
// sent or stored; the handles that come out are decided.

import { requestIn } from "../client/abandon-flow.ts";
import { type AnyResult, EagerResult, GroupResult } from "../client/async-result.ts";
import type { Call, Callee } from "../client/compose-message.ts";
import { type FlowOrigin, messageOfStep } from "../client/compose-step.ts";
import { serializerNamed } from "../codec/serializer.ts";
import { textOf } from "../coordination/chord-error.ts";
import { ChordError } from "../model/errors.ts";
import { type Failure, failureOf } from "../model/failure.ts";
import {
  beginsWithGroup,
  beginsWithTask,
  type Errback,
  type FailedRequest,
  type Flow,
  type GroupFlow,
  type Input,
  NO_INPUT,
  type TaskFlow,
  type TaskStep,
} from "../model/flow.ts";
import type { TaskMessage } from "../model/task-message.ts";
import type { FinalOutcome } from "../worker/outcome.ts";
import type { RegisteredTask } from "../worker/registered-task.ts";
import { directMessage, type EagerEnd, type EagerPorts, eagerRecord, runMessage } from "./run-eagerly.ts";

/** What running a canvas here works with. */
export interface EagerFlowPorts extends EagerPorts {
  /** @throws {NotRegistered} the task has no code here. */
  readonly registered: (name: string) => RegisteredTask;
}

/** How a flow came out. */
interface Ran {
  readonly handle: AnyResult;
  readonly outcome: FinalOutcome;
  /** Id of what failed. */
  readonly id: string;
}

/** Runs a flow to its end, and gives the handle of its exit. */
export async function runFlowEagerly(flow: Flow, from: FlowOrigin, ports: EagerFlowPorts): Promise<AnyResult> {
  const { handle } = await new EagerFlow(ports).run(flow, NO_INPUT, from, null);
  return handle;
}

/** Runs one call here, whatever takes its place included. */
export async function runCallEagerly(
  task: RegisteredTask,
  callee: Callee,
  call: Call,
  ports: EagerFlowPorts,
): Promise<AnyResult> {
  const message = directMessage(callee, call, ports);
  const { rootId, parentId } = message;
  const serializer = serializerNamed(call.options.serializer ?? callee.serializer);
  const end = await runMessage(task, message, serializer, ports);
  if (!isFlow(end)) return handleOf(end, null, ports);
  const from = { rootId, parentId, reply: null, memberOf: null, nesting: 1, origin: "settle", repeat: false } as const;
  return runFlowEagerly(end, from, ports);
}

class EagerFlow {
  readonly #ports: EagerFlowPorts;

  constructor(ports: EagerFlowPorts) {
    this.#ports = ports;
  }

  async run(flow: Flow, input: Input, from: FlowOrigin, parent: AnyResult | null): Promise<Ran> {
    if (beginsWithTask(flow)) return this.#task(flow, input, from, parent);
    if (beginsWithGroup(flow)) return this.#group(flow, input, from, parent);
    throw new TypeError("a canvas without steps cannot run");
  }

  async #task(flow: TaskFlow, input: Input, from: FlowOrigin, parent: AnyResult | null): Promise<Ran> {
    const [step, ...rest] = flow;
    const message = messageOfStep(flow, input, from, this.#ports.clock.now());
    const end = await this.#runMessage(message, step);
    if (isFlow(end)) return this.run(end, NO_INPUT, { ...from, nesting: from.nesting + 1 }, parent);
    const handle = this.#handle(end, parent);
    const after: FlowOrigin = { ...from, parentId: step.id };
    const outcome = outcomeOf(end);
    if (outcome.state === "SUCCESS") {
      const value: Input = { args: [outcome.value], kwargs: {} };
      for (const link of step.link) await this.run(link, value, after, null);
      return rest.length > 0 ? this.run(rest, value, after, handle) : { handle, outcome, id: step.id };
    }
    const last = this.#fail(rest, outcome, handle);
    if (outcome.state === "FAILURE") await this.#errbacks(step.linkError, message, end, after);
    return { handle: last, outcome, id: step.id };
  }

  async #runMessage(message: TaskMessage, { options }: TaskStep): Promise<EagerEnd | Flow> {
    const task = this.#ports.registered(message.name);
    return runMessage(task, message, serializerNamed(options.serializer ?? "msgpack"), this.#ports);
  }

  async #group(flow: GroupFlow, input: Input, from: FlowOrigin, parent: AnyResult | null): Promise<Ran> {
    const [group, ...rest] = flow;
    const members: Ran[] = [];
    for (const member of group.members) members.push(await this.run(member, input, from, null));
    const handles = members.map((member) => member.handle);
    const handle = new GroupResult<unknown[]>(group.id, handles, this.#ports, { parent });
    const failed = members.find(({ outcome }) => outcome.state !== "SUCCESS");
    if (failed) return this.#groupFailed(flow, failed, from, handle);
    const values = members.map(({ outcome }) => (outcome.state === "SUCCESS" ? outcome.value : null));
    const all: Input = { args: [values], kwargs: {} };
    const after: FlowOrigin = { ...from, parentId: members.at(-1)?.id ?? from.parentId };
    for (const link of group.barrier?.link ?? []) await this.run(link, all, after, null);
    if (rest.length > 0) return this.run(rest, all, after, handle);
    return { handle, outcome: { state: "SUCCESS", value: values }, id: group.id };
  }

  async #groupFailed(flow: GroupFlow, failed: Ran, from: FlowOrigin, handle: AnyResult): Promise<Ran> {
    const [{ barrier }, ...rest] = flow;
    if (rest.length === 0 || !barrier) return { ...failed, handle };
    const cause = "error" in failed.outcome ? failed.outcome.error : null;
    const said = textOf(failed.id, failed.outcome.state, cause === null ? null : failureOf(cause));
    const error = new ChordError(said, { ...(cause !== null && { cause }), dependency: failed.id });
    const outcome = { state: "FAILURE", error, expected: false } as const;
    const last = this.#fail(rest, outcome, handle);
    // The body has no traceback: it never ran.
    const { stack: _ofMember, ...failure } = failureOf(error);
    await this.#callErrbacks(barrier.linkError, requestIn(rest, barrier.resultId, from), failure, from);
    return { handle: last, outcome, id: barrier.resultId };
  }

  // Steps that never run end like the one before them.
  #fail(flow: Flow, outcome: FinalOutcome, parent: AnyResult): AnyResult {
    let last = parent;
    for (const step of flow) {
      if (step.kind === "task") {
        const { id, name, options } = step;
        const final = eagerRecord({ id, name, ignoreResult: options.ignoreResult ?? false }, outcome, 0, this.#ports);
        last = this.#handle(
          { final, error: "error" in outcome && outcome.error instanceof Error ? outcome.error : null },
          last,
        );
      } else {
        const members = step.members.map((member) => this.#fail(member, outcome, last));
        last = new GroupResult<unknown[]>(step.id, members, this.#ports, { parent: last });
      }
    }
    return last;
  }

  async #errbacks(
    errbacks: readonly Errback[],
    message: TaskMessage,
    { final }: EagerEnd,
    from: FlowOrigin,
  ): Promise<void> {
    const { id, name: task, args, kwargs, rootId, parentId, retries } = message;
    if (final.error)
      await this.#callErrbacks(errbacks, { id, task, args, kwargs, rootId, parentId, retries }, final.error, from);
  }

  async #callErrbacks(
    errbacks: readonly Errback[],
    request: FailedRequest,
    error: Failure,
    from: FlowOrigin,
  ): Promise<void> {
    const inputs = { id: [request.id], details: [request, error, error.stack ?? null] };
    for (const { gets, flow } of errbacks) await this.run(flow, { args: inputs[gets], kwargs: {} }, from, null);
  }

  #handle(end: EagerEnd, parent: AnyResult | null): EagerResult<unknown> {
    return handleOf(end, parent, this.#ports);
  }
}

function handleOf({ final, error }: EagerEnd, parent: AnyResult | null, ports: EagerPorts): EagerResult<unknown> {
  const origin = { mark: null, ignored: final.hidden, final, ...(error && { error }) };
  return new EagerResult(final.id, ports, origin, parent);
}

function isFlow(end: EagerEnd | Flow): end is Flow {
  return Array.isArray(end);
}

function outcomeOf({ final, error }: EagerEnd): FinalOutcome {
  const thrown = error ?? new Error(final.error?.message ?? `task ${final.id} ended in ${final.state}`);
  switch (final.state) {
    case "SUCCESS":
      return { state: "SUCCESS", value: final.value };
    case "IGNORED":
      return { state: "IGNORED" };
    case "FAILURE":
      return { state: "FAILURE", error: thrown, expected: false };
    default:
      return { state: final.state, error: thrown };
  }
}
