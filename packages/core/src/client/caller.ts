// From a call to a stored message: composes, encodes and submits it, and gives back the result's handle.

import { type Serializer, serializerNamed } from "../codec/serializer.ts";
import { encodeTaskMessage } from "../codec/task-message-codec.ts";
import { travel } from "../codec/travel.ts";
import type { ApplyOptions } from "../model/apply-options.ts";
import { type Duration, durationMs } from "../model/duration.ts";
import { InvalidCanvasError, PayloadTooLargeError, TaskExistsError } from "../model/errors.ts";
import { beginsWithGroup, type Flow, NO_INPUT } from "../model/flow.ts";
import { childOf } from "../model/result-ref.ts";
import { messageKey, type TaskMessage } from "../model/task-message.ts";
import { type UniqueRule, uniqueRule } from "../model/unique-options.ts";
import type { Logger } from "../platform/logger.ts";
import type { Transport } from "../transport/transport.ts";
import { AsyncResult, type ResultPorts } from "./async-result.ts";
import { copiesForNodes, copiesForQueues, refuseUniqueCopies } from "./call-copies.ts";
import { checkArguments, checkSizes } from "./check-flow.ts";
import { type Call, type Callee, composeMessage } from "./compose-message.ts";
import type { FlowOrigin } from "./compose-step.ts";
import { dispatchFlow, dispatchProduced } from "./dispatch-flow.ts";
import { type FlowSender, submittingSender } from "./flow-sender.ts";
import { inheritedHeaders, withInherited } from "./inherit-headers.ts";
import { isWatched, type Outgoing, sendWatched } from "./outgoing.ts";
import type { ResultReceiver } from "./result-receiver.ts";
import { CALLED, type RunningTask } from "./running-task.ts";
import { sendUnique, uniqueMessage } from "./send-unique.ts";
import { submit, submitting } from "./submit.ts";
import { type RetrySettings, submitPolicy } from "./submit-policy.ts";
import { uniqueId } from "./unique-key.ts";
import { warnIfExpired, warnIfStepsExpired } from "./warn-expired.ts";

/** A connected client. */
export interface Session {
  readonly transport: Transport;
  readonly receiver: ResultReceiver;
}

/** What calling works with. */
export interface CallerPorts extends ResultPorts {
  readonly connect: () => Promise<Session>;
  /** The session, when it is connected already. */
  readonly session: () => Session | null;
  readonly retry: () => RetrySettings;
  /** What surrounds the sending of calls. */
  readonly outgoing: Outgoing;
  readonly logger: () => Logger;
}

/** A canvas that was sent. */
export interface Sent {
  readonly flow: Flow;
  /** The receiver's mark from before. */
  readonly mark: number;
}

/** What the copies of a call have in common with it. */
interface CopiedCall {
  readonly options: ApplyOptions;
  readonly unique: UniqueRule | null;
  readonly serializer: Serializer;
}

/** Sends calls. */
export class Caller {
  readonly #ports: CallerPorts;

  constructor(ports: CallerPorts) {
    this.#ports = ports;
  }

  /** Sends a call. Resolves when the broker has it durably. */
  async send<R>(callee: Callee, call: Call): Promise<AsyncResult<R>> {
    const serializer = serializerNamed(call.options.serializer ?? callee.serializer);
    const session = this.#ports.session();
    if (session) return this.#submit(callee, call, serializer, session);
    // The arguments are taken as they are now, not as they may be when the connection stands.
    const args = travel(call.args, serializer, "args");
    const kwargs = travel(call.kwargs, serializer, "kwargs");
    const headers = call.options.headers && travel(call.options.headers, serializer, "headers");
    return this.#submit(
      callee,
      { args, kwargs, options: { ...call.options, headers } },
      serializer,
      await this.#ports.connect(),
    );
  }

  /**
   * Sends a canvas. Resolves when the broker has all of it durably.
   *
   * @param produced - Members of the group that it begins with, when they are produced while they are sent.
   * @returns the canvas as it was sent, and the receiver's mark from before.
   */
  async sendFlow(whole: Flow, options: ApplyOptions, produced: AsyncIterable<Flow> | null = null): Promise<Sent> {
    checkArguments(whole);
    const { transport, receiver } = this.#ports.session() ?? (await this.#ports.connect());
    checkSizes(whole, transport);
    warnIfStepsExpired(whole, transport.now(), this.#ports.logger);
    const mark = receiver.mark();
    const { outgoing, clock, origin, running, retry } = this.#ports;
    const caller = running.getStore();
    const headers = inheritedHeaders(caller?.headers, outgoing.inherited);
    const flow = withInherited(whole, headers);
    const from = originOf(flow, options, caller, receiver.clientId);
    const sender = submittingSender(submitPolicy(retry(), options), { transport, clock, outgoing }, origin);
    const inheriting = (member: Flow): Flow => withInherited(member, headers);
    const sent = produced ? await sendProduced(flow, produced, inheriting, [from, sender]) : flow;
    if (!produced) await dispatchFlow(flow, NO_INPUT, from, sender);
    const child = childOf(sent);
    if (child !== null) caller?.[CALLED](child);
    return { flow: sent, mark };
  }

  async #submit<R>(callee: Callee, call: Call, serializer: Serializer, session: Session): Promise<AsyncResult<R>> {
    const { transport, receiver } = session;
    const mark = receiver.mark();
    const { outgoing, origin, running } = this.#ports;
    const caller = running.getStore();
    const { options } = call;
    const unique = uniqueRule(options.unique, `a call of task "${callee.name}"`) ?? callee.unique ?? null;
    const message = composeMessage(callee, call, {
      caller,
      inherited: inheritedHeaders(caller?.headers, outgoing.inherited),
      reply: receiver.clientId,
      eta: dueAt(call.options, transport),
      expires: expiresAt(call.options.expires ?? callee.expiresMs, transport),
      origin,
    });
    if (message.expires !== null) warnIfExpired(message, transport.now(), this.#ports.logger);
    if (callee.broadcast) return this.#broadcast(message, { options, unique, serializer }, transport);
    if (callee.copies) await this.#sendCopies(message, callee.copies, { options, unique, serializer }, transport);
    if (unique) return this.#submitUnique(message, call, { rule: unique, serializer, mark }, session);
    await this.#send(message, options, serializer, transport);
    caller?.[CALLED](message.id);
    const isChosen = options.taskId != null;
    return new AsyncResult<R>(message.id, this.#ports, { mark: isChosen ? null : mark, ignored: message.ignoreResult });
  }

  #send(message: TaskMessage, options: ApplyOptions, serializer: Serializer, transport: Transport): Promise<unknown> {
    const { outgoing } = this.#ports;
    const sending = isWatched(outgoing)
      ? sendWatched(message, serializer.name, outgoing, (whole) =>
          this.#transmit(whole, options, serializer, transport),
        )
      : this.#transmit(message, options, serializer, transport);
    const { sent } = outgoing;
    return sent ? sending.then(() => sent(message)) : sending;
  }

  async #sendCopies(
    message: TaskMessage,
    queues: readonly string[],
    { options, unique, serializer }: CopiedCall,
    transport: Transport,
  ): Promise<void> {
    if (unique) refuseUniqueCopies(message, `its routing key leads to queues ${[message.queue, ...queues].join(", ")}`);
    const copies = copiesForQueues(message, queues);
    await Promise.all(copies.map((copy) => this.#send(copy, options, serializer, transport)));
  }

  // There is no task with the call's own id.
  async #broadcast<R>(
    message: TaskMessage,
    { options, unique, serializer }: CopiedCall,
    transport: Transport,
  ): Promise<AsyncResult<R>> {
    if (unique) refuseUniqueCopies(message, `queue ${message.queue} is a broadcast queue`);
    const { retry, clock, running } = this.#ports;
    let names: readonly string[] = [];
    await submitting(message.id, submitPolicy(retry(), options), { transport, clock }, async () => {
      names = await transport.tasks.names();
    });
    const copies = copiesForNodes(message, names);
    await Promise.all(copies.map((copy) => this.#send(copy, options, serializer, transport)));
    for (const { id } of copies) running.getStore()?.[CALLED](id);
    return new AsyncResult<R>(message.id, this.#ports, { mark: null, ignored: true });
  }

  // The call may find that another one holds its key.
  async #submitUnique<R>(
    composed: TaskMessage,
    call: Call,
    { rule, serializer, mark }: { readonly rule: UniqueRule; readonly serializer: Serializer; readonly mark: number },
    { transport }: Session,
  ): Promise<AsyncResult<R>> {
    const { outgoing, origin, running, clock } = this.#ports;
    const message = uniqueMessage(composed, rule, call.options, transport.now());
    const keyId = uniqueId(message.name, rule, call);
    const policy = submitPolicy(this.#ports.retry(), call.options);
    const sender = submittingSender(policy, { transport, clock, outgoing }, origin);
    let holder = message.id;
    const send = async (whole: TaskMessage): Promise<unknown> => {
      const unique = { keyId, rule, message: whole, body: encoded(whole, serializer, transport) };
      await submitting(message.id, policy, { transport, clock }, async (repeat) => {
        holder = await sendUnique(unique, repeat, sender);
      });
      return holder === message.id ? "sent" : "found";
    };
    await (isWatched(outgoing) ? sendWatched(message, serializer.name, outgoing, send) : send(message));
    const isDuplicate = holder !== message.id;
    if (isDuplicate && rule.rejects)
      throw new TaskExistsError(
        holder,
        `task "${message.name}" was not sent: task ${holder} has the same key and is not over; wait for it, or call with another key`,
      );
    if (!isDuplicate) {
      outgoing.sent?.(message);
      running.getStore()?.[CALLED](holder);
    }
    return new AsyncResult<R>(holder, this.#ports, {
      mark: isDuplicate ? null : mark,
      ignored: message.ignoreResult,
      isDuplicate,
    });
  }

  #transmit(message: TaskMessage, options: ApplyOptions, serializer: Serializer, transport: Transport): Promise<void> {
    const body = encoded(message, serializer, transport);
    const isChosen = options.taskId != null;
    const task = {
      queue: message.queue,
      key: messageKey(message),
      priority: message.priority ?? 0,
      exclusive: isChosen,
      repeat: isChosen, // a chosen id may have been used before, and nobody here can know
      contentType: serializer.contentType,
      body,
    };
    const submission = { task, taskId: message.id, dueAt: message.eta };
    return submit(submission, submitPolicy(this.#ports.retry(), options), { transport, clock: this.#ports.clock });
  }
}

function encoded(message: TaskMessage, serializer: Serializer, { maxMessageBytes }: Transport): Uint8Array {
  const body = encodeTaskMessage(message, serializer);
  if (body.length <= maxMessageBytes) return body;
  throw new PayloadTooLargeError(`the message of task "${message.name}"`, body.length, maxMessageBytes);
}

/** Where a canvas comes from that this process sends. Its first task, or the group it begins with, is the root of all of it. */
export function originOf(
  flow: Flow,
  { rootId, parentId }: ApplyOptions,
  caller: RunningTask | undefined,
  reply: string | null,
): FlowOrigin {
  const [first] = flow;
  if (!first) throw new InvalidCanvasError("an empty canvas cannot be sent");
  return {
    rootId: rootId ?? caller?.rootId ?? first.id,
    parentId: parentId ?? caller?.id ?? null,
    reply,
    memberOf: null,
    nesting: 0,
    origin: "client",
    repeat: false,
  };
}

async function sendProduced(
  flow: Flow,
  produced: AsyncIterable<Flow>,
  each: (member: Flow) => Flow,
  [from, sender]: readonly [FlowOrigin, FlowSender],
): Promise<Flow> {
  if (!beginsWithGroup(flow)) throw new InvalidCanvasError("only members of a group can be produced while it is sent");
  const checked = async function* (): AsyncGenerator<Flow> {
    for await (const member of produced) {
      checkArguments(member);
      checkSizes(member, sender.transport);
      yield each(member);
    }
  };
  const [group, ...rest] = flow;
  return [{ ...group, members: await dispatchProduced(flow, checked(), from, sender) }, ...rest];
}

function dueAt({ countdown, eta }: ApplyOptions, transport: Transport): number | null {
  if (countdown != null) return transport.now() + durationMs(countdown, "countdown");
  return eta == null ? null : Math.max(eta.getTime(), 0);
}

function expiresAt(expires: Duration | Date | null, transport: Transport): number | null {
  if (expires === null) return null;
  return expires instanceof Date ? Math.max(expires.getTime(), 0) : transport.now() + durationMs(expires, "expires");
}
