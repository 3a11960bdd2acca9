// A dead letter as people see it: what is known of it, and of the task in it if there is one that can be read.

import { decodeTaskMessage } from "../codec/task-message-codec.ts";
import type { Attempt } from "../model/attempt.ts";
import { failureOf } from "../model/failure.ts";
import type { TaskMessage } from "../model/task-message.ts";
import type { KeptLetter } from "../transport/dead-letters.ts";
import { argumentsText } from "./arguments-text.ts";

/** A message that was set aside. */
export interface DeadLetterInfo {
  readonly id: string;
  /** Queue it came from. */
  readonly queue: string;
  /** Why, in one word. */
  readonly reason: string;
  /** Why, in a sentence: the error's message where there was an error. */
  readonly detail: string;
  /** Class and stack of the error; null when there was none. */
  readonly error: { readonly type: string; readonly stack: string | null } | null;
  /** When it was set aside. */
  readonly date: Date;
  /** Content type of the message, or null. */
  readonly contentType: string | null;
  /** Size of what is kept of the message, in bytes. */
  readonly sizeBytes: number;
  /** The task in it; null when it cannot be read: such a letter cannot be replayed. */
  readonly task: LetterTask | null;
}

/** The task in a dead letter. */
export interface LetterTask {
  readonly id: string;
  /** Registered name. */
  readonly name: string;
  /** Arguments as text, cut to 1,024 characters, or what the caller gave instead. */
  readonly args: string;
  readonly kwargs: string;
  readonly rootId: string;
  readonly parentId: string | null;
  readonly retries: number;
  /** Why it was retried: the last ten. */
  readonly attempts: readonly Attempt[];
}

/** The task in a letter, or why there is none that can be read. */
export function taskIn(
  letter: KeptLetter,
): { readonly message: TaskMessage } | { readonly message: null; readonly why: string } {
  try {
    return { message: decodeTaskMessage(letter.body) };
  } catch (error) {
    return { message: null, why: failureOf(error).message };
  }
}

/** What is known of a letter. */
export function describeLetter(letter: KeptLetter): DeadLetterInfo {
  const { id, queue, reason, detail, error = null, at, contentType, body } = letter;
  const { message } = taskIn(letter);
  return {
    id,
    queue,
    reason,
    detail,
    error,
    date: new Date(at),
    contentType,
    sizeBytes: body.byteLength,
    task: message && describeTask(message),
  };
}

function describeTask(message: TaskMessage): LetterTask {
  const { id, name, rootId, parentId, retries, attempts = [] } = message;
  return { id, name, ...argumentsText(message), rootId, parentId, retries, attempts };
}
