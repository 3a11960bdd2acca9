// Sends a call unless another one holds its key. Holders of a key follow each other by turns: the record of each turn is created by
// one caller only, whatever several do at once, and the next turn comes when the holder has ended, its time is over, or it may be
// replaced. A record has the holder's message: a caller who meets it sends it again, so that a holder whose client died before it
// was sent is sent by whoever comes next. Turn 0 is a copy of a late turn, overwritten, from where the search begins.

import { serializerOf } from "../codec/serializer.ts";
import { decodeTaskMessage } from "../codec/task-message-codec.ts";
import { decodeHolder, encodeHolder, encodeReplacedBy, type Holder, replacedByIn } from "../codec/unique-codec.ts";
import type { ApplyOptions } from "../model/apply-options.ts";
import { InvalidArgumentError, TaskRevokedError } from "../model/errors.ts";
import { messageKey, type TaskMessage } from "../model/task-message.ts";
import type { UniqueRule } from "../model/unique-options.ts";
import { hasToWait } from "../transport/delayed-tasks.ts";
import type { RecordKey } from "../transport/record-store.ts";
import type { FlowSender } from "./flow-sender.ts";
import { decideRevoked } from "./revoke-task.ts";
import { storeTask } from "./submit.ts";

/** Most holders that one call replaces: those whose callers died before they did it. */
const MOST_REPLACED = 100;

/** A call that is to hold a key. */
export interface UniqueCall {
  readonly keyId: string;
  readonly rule: UniqueRule;
  readonly message: TaskMessage;
  readonly body: Uint8Array;
}

/**
 * The message of a call that is to hold a key: one that others may replace says so, one of `debounce` waits for its period.
 *
 * @throws {InvalidArgumentError} it is to wait for something else, too.
 */
export function uniqueMessage(
  message: TaskMessage,
  rule: UniqueRule,
  { countdown, eta }: ApplyOptions,
  now: number,
): TaskMessage {
  if (!mayReplace({ rule })) return message;
  if (rule.mode !== "debounce") return { ...message, replaceable: true };
  if (countdown == null && eta == null) return { ...message, replaceable: true, eta: now + (rule.forMs ?? 0) };
  throw new InvalidArgumentError(
    `a call of task "${message.name}" has countdown or eta, but is debounced, which delays it by "for"; leave them out`,
  );
}

/**
 * One try to send a call. Trying again does no harm.
 *
 * @param repeat - It was tried before.
 * @returns the id of the task that holds the key now: the call's own, or the one that it found.
 */
export async function sendUnique(call: UniqueCall, repeat: boolean, sender: FlowSender): Promise<string> {
  const { records } = sender.transport;
  const head = await records.read(turnOf(call, 0));
  let holder = head && decodeHolder(head);
  let turn = holder?.turn ?? 0;
  while (holder?.taskId !== call.message.id) {
    if (holder && !mayReplace(call) && (await holds(holder, sender))) return holder.taskId;
    const own = { ...holderOf(call, sender), turn: turn + 1 };
    if ((await records.create(turnOf(call, turn + 1), encodeHolder(own))) === "created") {
      await take(call, own, repeat, sender);
      return own.taskId;
    }
    turn += 1;
    const next = await records.read(turnOf(call, turn));
    holder = next && decodeHolder(next);
  }
  await take(call, holder, true, sender);
  return holder.taskId;
}

// The own call is sent before another is replaced: when the client dies in between, both run, and none is lost.
async function take(call: UniqueCall, own: Holder, repeat: boolean, sender: FlowSender): Promise<void> {
  const { transport } = sender;
  await store(call.message, own.body, repeat, sender);
  if (mayReplace(call)) await replaceBefore(call, own, sender);
  await transport.records.replace(turnOf(call, 0), encodeHolder(own));
}

// Whether a holder still keeps its key. If it does and has not ended, its message is in its queue after this.
async function holds(holder: Holder, sender: FlowSender): Promise<boolean> {
  const { records } = sender.transport;
  if (holder.until !== null && sender.transport.now() >= holder.until) return false;
  if ((await records.read({ kind: "result", id: holder.taskId })) !== null) return holder.holdsAfterEnd;
  await store(decodeTaskMessage(holder.body), holder.body, true, sender);
  return true;
}

// Stored once while it waits or runs, and recognised by its record afterwards.
async function store(
  message: TaskMessage,
  body: Uint8Array,
  repeat: boolean,
  { transport }: FlowSender,
): Promise<void> {
  const { queue, eta } = message;
  const { contentType } = serializerOf(body);
  // One that waits for its time has a key and a time of its own.
  const exclusive = eta === null || !hasToWait(eta, transport.now());
  const priority = message.priority ?? 0;
  await storeTask({ queue, key: messageKey(message), priority, exclusive, repeat, contentType, body }, eta, transport);
}

// From the last one back to one that has ended or was started.
async function replaceBefore(call: UniqueCall, { turn: last }: Holder, sender: FlowSender): Promise<void> {
  const { records, delayed } = sender.transport;
  for (let turn = last - 1; turn > Math.max(0, last - 1 - MOST_REPLACED); turn -= 1) {
    const body = await records.read(turnOf(call, turn));
    if (body === null) return;
    const { taskId, body: bytes } = decodeHolder(body);
    if (await records.read({ kind: "result", id: taskId })) return;
    if (!(await claimFor(call.message.id, taskId, sender))) return;
    const message = decodeTaskMessage(bytes);
    const reason = `replaced by task ${call.message.id}`;
    await decideRevoked(
      message,
      new TaskRevokedError(`task ${taskId} (${message.name}) was ${reason}`, reason),
      sender,
    );
    await delayed.cancel(messageKey(message));
  }
}

// Whoever creates the claim decides whether the task is started or replaced.
async function claimFor(by: string, taskId: string, { transport: { records } }: FlowSender): Promise<boolean> {
  const key: RecordKey = { kind: "claim", id: taskId, gen: 0 };
  if ((await records.create(key, encodeReplacedBy(by))) === "created") return true;
  const claim = await records.read(key);
  return claim !== null && replacedByIn(claim) !== null;
}

function holderOf({ rule, message, body }: UniqueCall, { transport }: FlowSender): Omit<Holder, "turn"> {
  const { mode, forMs } = rule;
  const isTimed = forMs !== null && mode !== "debounce";
  return {
    taskId: message.id,
    until: isTimed ? transport.now() + forMs : null,
    holdsAfterEnd: mode === "throttle",
    body,
  };
}

// Whether calls take the place of one that waits.
function mayReplace({ rule: { mode } }: Pick<UniqueCall, "rule">): boolean {
  return mode === "debounce" || mode === "replace";
}

function turnOf({ keyId }: UniqueCall, turn: number): RecordKey {
  return { kind: "unique", id: keyId, gen: turn };
}
