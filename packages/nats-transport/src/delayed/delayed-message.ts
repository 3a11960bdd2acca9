// A delayed task as the stream has it: key and bucket in the subject, queue and time in headers, the body as it is.

import { type DelayedTask, MAX_PRIORITY, type OutgoingTask } from "@troupe/core/transport";
import { encodeHeaders, type HeaderBlock, headerValue } from "../wire/header-block.ts";
import { HEADER, type Names } from "../wire/names.ts";
import { decodeToken, encodeName } from "../wire/tokens.ts";
import { bucketOf } from "./buckets.ts";

const DEFAULT_CONTENT_TYPE = "application/msgpack";

/** The headers of a task that is to wait. The message has no id: a key that was cancelled can be used again at once. */
export function delayHeaders(
  stream: string,
  { queue, priority = 0, contentType }: OutgoingTask,
  dueAt: number,
): HeaderBlock {
  const lines: [string, string][] = [
    [HEADER.expectedStream, stream],
    [HEADER.expectedLastSubjectSequence, "0"],
    [HEADER.queue, encodeName(queue)],
    [HEADER.due, String(dueAt)],
  ];
  if (priority > 0) lines.push([HEADER.priority, String(priority)]);
  if (contentType !== DEFAULT_CONTENT_TYPE) lines.push([HEADER.contentType, contentType]);
  return encodeHeaders(lines);
}

/** Reads a delayed task; null when it is not of Troupe's making. `headers` are lines, as `headerValue` wants them. */
export function readDelayed(names: Names, subject: string, headers: string, body: Uint8Array): DelayedTask | null {
  const address = names.delayAddress(subject);
  const queue = headerValue(headers, HEADER.queue);
  const dueAt = Number(headerValue(headers, HEADER.due) ?? Number.NaN);
  const priority = Number(headerValue(headers, HEADER.priority) ?? 0);
  if (!(Number.isInteger(priority) && priority >= 0 && priority <= MAX_PRIORITY)) return null;
  if (address === null || queue === null || queue === "" || bucketOf(dueAt) !== address.bucket) return null;
  const contentType = headerValue(headers, HEADER.contentType) ?? DEFAULT_CONTENT_TYPE;
  return { key: address.key, queue: decodeToken(queue), priority, contentType, dueAt, body };
}
