// A dead letter as the stream has it: the queue in the subject, reason and error in headers, the message as it was in the body.

import type { DeadLetter, KeptLetter, LetterError } from "@troupe/core/transport";
import type { StoredMessage } from "../publish/jetstream-api.ts";
import { encodeHeaders, type HeaderBlock, headerValue } from "../wire/header-block.ts";
import { HEADER } from "../wire/names.ts";

const LONGEST_WORD = 100;
const LONGEST_DETAIL = 2000;
const LONGEST_STACK = 4000;
const LONGEST_CONTENT_TYPE = 200;

/** The headers of a letter. */
export function letterHeaders(stream: string, letter: DeadLetter, messageId: string | null): HeaderBlock {
  const { reason, detail, error, contentType } = letter;
  const lines: [string, string][] = [
    [HEADER.expectedStream, stream],
    [HEADER.reason, escaped(reason, LONGEST_WORD)],
    [HEADER.detail, escaped(detail, LONGEST_DETAIL)],
  ];
  if (error) lines.push([HEADER.error, escaped(error.type, LONGEST_WORD)]);
  if (error && error.stack !== null) lines.push([HEADER.stack, escaped(error.stack, LONGEST_STACK)]);
  if (messageId !== null) lines.push([HEADER.messageId, messageId]);
  if (contentType !== null) lines.push([HEADER.contentType, escaped(contentType, LONGEST_CONTENT_TYPE)]);
  return encodeHeaders(lines);
}

/** Reads a letter. */
export function letterIn(queue: string, { sequence, storedAtMs, headers, body }: StoredMessage): KeptLetter {
  const error = errorIn(headers);
  return {
    id: String(sequence),
    at: storedAtMs,
    queue,
    reason: textIn(headers, HEADER.reason) ?? "",
    detail: textIn(headers, HEADER.detail) ?? "",
    ...(error && { error }),
    contentType: textIn(headers, HEADER.contentType),
    body,
  };
}

function errorIn(headers: string): LetterError | null {
  const type = textIn(headers, HEADER.error);
  return type === null ? null : { type, stack: textIn(headers, HEADER.stack) };
}

function textIn(headers: string, name: string): string | null {
  const value = headerValue(headers, name);
  return value === null ? null : unescaped(value);
}

/** Cut by characters, lest an escape be cut in two; lone surrogates cannot be escaped and are replaced. */
function escaped(text: string, longest: number): string {
  return encodeURIComponent(Buffer.from(text.slice(0, longest)).toString());
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // written by somebody else
  }
}
