// From a dead letter to a task that runs again: under a new id, for the old one is final. The id is made of the letter, so that a
// letter that is replayed twice – by two people, or again after a crash – is sent once as long as ids are recognised.

import { createHash } from "node:crypto";
import { renewErrbacks, renewFlow } from "../canvas/renew.ts";
import { serializerOf } from "../codec/serializer.ts";
import { encodeTaskMessage } from "../codec/task-message-codec.ts";
import { InvalidArgumentError, PayloadTooLargeError } from "../model/errors.ts";
import { isQueueName } from "../model/names.ts";
import { type CanvasPart, messageKey, type TaskMessage } from "../model/task-message.ts";
import type { KeptLetter } from "../transport/dead-letters.ts";
import type { OutgoingTask } from "../transport/task-queue.ts";
import { taskIn } from "./letter-info.ts";

/** What is to be different. */
export interface ReplayOptions {
  /** Queue to send to. @default the letter's */
  readonly queue?: string | undefined;
  /** Arguments instead of the old ones. @default the old ones */
  readonly args?: readonly unknown[] | undefined;
  /** Keyword arguments instead of the old ones. @default the old ones */
  readonly kwargs?: Readonly<Record<string, unknown>> | undefined;
}

/** A task that replays a letter. */
export interface Replay {
  readonly id: string;
  readonly task: OutgoingTask;
}

/**
 * The task that replays a letter.
 *
 * @param origin - Who replays, for people.
 * @throws {InvalidArgumentError} there is no task in it that can be read.
 * @throws {SerializationError | PayloadTooLargeError} the new arguments cannot be sent.
 */
export function replayOf(letter: KeptLetter, options: ReplayOptions, origin: string, maxBytes: number): Replay {
  const found = taskIn(letter);
  if (found.message === null) {
    throw new InvalidArgumentError(
      `dead letter ${letter.id} cannot be replayed: ${found.why}; look at it with get(), and drop it`,
    );
  }
  const message = replaying(letter, found.message, options, origin);
  const serializer = serializerOf(letter.body);
  const body = encodeTaskMessage(message, serializer);
  if (body.length > maxBytes)
    throw new PayloadTooLargeError(`the message of task "${message.name}"`, body.length, maxBytes);
  const { contentType } = serializer;
  // It may have been sent before, and nobody here can know.
  const sent = { queue: message.queue, key: messageKey(message), priority: message.priority ?? 0 };
  return { id: message.id, task: { ...sent, exclusive: true, repeat: true, contentType, body } };
}

// It is a first run, due at once, without a latest start: those times belong to the call, which is long past.
function replaying(
  letter: KeptLetter,
  { attempts: _ofTheOldId, ...old }: TaskMessage,
  options: ReplayOptions,
  origin: string,
): TaskMessage {
  const rename = (id: string): string => derivedId(letter, id);
  const id = rename(old.id);
  const queue = options.queue ?? (isQueueName(letter.queue) ? letter.queue : old.queue);
  const { args = old.args, kwargs = old.kwargs } = options;
  return {
    ...old,
    id,
    gen: 0,
    args,
    kwargs,
    queue,
    rootId: old.rootId === old.id ? id : old.rootId,
    reply: null,
    eta: null,
    expires: null,
    retries: 0,
    headers: { ...old.headers, replayOf: old.id },
    origin,
    canvas: old.canvas && renewed(old.canvas, rename),
  };
}

// What follows has ended with the old task, so it needs new ids too. The chord that the old task was a member of has been decided.
function renewed(canvas: CanvasPart, rename: (id: string) => string): CanvasPart {
  return {
    ...canvas,
    chain: renewFlow(canvas.chain, rename),
    link: canvas.link.map((flow) => renewFlow(flow, rename)),
    linkError: renewErrbacks(canvas.linkError, rename),
    memberOf: null,
  };
}

// Letters' ids begin anew when their store is made anew: the time tells such letters apart.
function derivedId({ id, at }: KeptLetter, of: string): string {
  const hex = createHash("sha256").update(`${id}/${at}/${of}`).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    "-",
  );
}
