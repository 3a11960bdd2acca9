// JetStream's management interface: JSON requests on `$JS.API.…`, and reads of stored messages.

import type { Msg } from "@nats-io/transport-node";
import { type Fields, fieldsAt, numberAt, parseFields, textAt } from "../wire/fields.ts";
import { type ApiError, apiErrorIn, classify, JS_ERROR, noAnswer } from "../wire/nats-errors.ts";
import type { AckedPublisher } from "./acked-publisher.ts";

const API = "$JS.API.";
const NOT_FOUND = 404;

/** A message that a stream holds. */
export interface StoredMessage {
  readonly subject: string;
  readonly sequence: number;
  /** Header lines as text, as `headerText` gives them. */
  readonly headers: string;
  readonly body: Uint8Array;
  /** When it was stored, by the broker's clock, in milliseconds since the epoch. */
  readonly storedAtMs: number;
}

/** Which message of a stream: one, the last of a subject, or the first of some subjects from a sequence on. */
export type MessageAddress =
  | { readonly seq: number }
  | { readonly last_by_subj: string }
  | { readonly seq: number; readonly next_by_subj: string };

/** See the top of the file. All methods reject with the errors of the ports. */
export class JetStreamApi {
  readonly #publisher: AckedPublisher;

  constructor(publisher: AckedPublisher) {
    this.#publisher = publisher;
  }

  /** Asks; the answer may be an error. */
  async ask(operation: string, body?: Fields): Promise<Fields | ApiError> {
    const data = body === undefined ? undefined : Buffer.from(JSON.stringify(body), "utf8");
    const answer = parseFields((await this.#publisher.request(API + operation, data)).string());
    if (answer === null) throw noAnswer(operation, "the broker sent something that is no JSON");
    return apiErrorIn(answer) ?? answer;
  }

  /** Asks; an error with one of the `expected` codes gives null. */
  async find(operation: string, body: Fields | undefined, expected: readonly number[]): Promise<Fields | null> {
    const answer = await this.ask(operation, body);
    if (!isApiError(answer)) return answer;
    if (expected.includes(answer.code)) return null;
    throw classify(answer, operation);
  }

  /** What a stream is and holds; null when there is none. */
  streamInfo(stream: string, body?: Fields): Promise<Fields | null> {
    return this.find(`STREAM.INFO.${stream}`, body, [JS_ERROR.streamNotFound]);
  }

  /** What a consumer is and has to do; null when there is none. */
  consumerInfo(stream: string, consumer: string): Promise<Fields | null> {
    return this.find(`CONSUMER.INFO.${stream}.${consumer}`, undefined, [
      JS_ERROR.consumerNotFound,
      JS_ERROR.streamNotFound,
    ]);
  }

  /** The sequence of the last message that a stream got; null when there is no stream. */
  async lastSequence(stream: string): Promise<number | null> {
    const info = await this.streamInfo(stream);
    return info === null ? null : numberAt(fieldsAt(info, "state"), "last_seq");
  }

  /** A message as the stream's leader has it; null when there is none. */
  async leaderRead(stream: string, address: MessageAddress): Promise<StoredMessage | null> {
    const answer = await this.find(`STREAM.MSG.GET.${stream}`, address, [JS_ERROR.messageNotFound]);
    return answer === null ? null : storedMessage(fieldsAt(answer, "message"));
  }

  /** Body of the last message of a subject, which may lag behind the leader; null when there is none. */
  async directRead(stream: string, subject: string): Promise<Uint8Array | null> {
    const reply: Msg = await this.#publisher.request(`${API}DIRECT.GET.${stream}.${subject}`);
    const { data } = reply;
    if (data.length > 0) return data;
    const code = reply.headers?.code ?? 0;
    if (code === NOT_FOUND) return null;
    if (code >= 300) {
      throw classify({ code: 0, status: code, description: reply.headers?.description ?? "" }, `read of ${subject}`);
    }
    return data;
  }

  /**
   * Deletes a message so that it does not come back after a crash of the broker (M5). A consumer whose state goes back to
   * before that, by the same crash, waits for it for ever: not for messages that a lasting consumer delivered.
   *
   * @returns whether it was there.
   */
  erase(stream: string, sequence: number): Promise<boolean> {
    return this.#delete(stream, { seq: sequence });
  }

  /** Deletes a message, which may come back after a crash of the broker. @returns whether it was there. */
  remove(stream: string, sequence: number): Promise<boolean> {
    return this.#delete(stream, { seq: sequence, no_erase: true });
  }

  async #delete(stream: string, request: Fields): Promise<boolean> {
    const operation = `STREAM.MSG.DELETE.${stream}`;
    const answer = await this.ask(operation, request);
    if (!isApiError(answer)) return true;
    if (wasNotThere(answer)) return false;
    throw classify(answer, operation);
  }
}

/** Whether `ask` was answered with an error. */
export function isApiError(answer: Fields | ApiError): answer is ApiError {
  return typeof answer.code === "number" && typeof answer.description === "string";
}

// For a message that was deleted before, there are two codes, and one that says it in words.
function wasNotThere({ code, description }: ApiError): boolean {
  if (code === JS_ERROR.noMessageToDelete || code === JS_ERROR.messageNotFound) return true;
  return code === JS_ERROR.messageNotDeleted && /not found/i.test(description);
}

function storedMessage(message: Fields): StoredMessage {
  const block = Buffer.from(textAt(message, "hdrs"), "base64").toString("latin1");
  const firstLineEnd = block.indexOf("\r\n");
  return {
    subject: textAt(message, "subject"),
    sequence: numberAt(message, "seq"),
    headers: firstLineEnd === -1 ? "" : block.slice(firstLineEnd),
    body: Buffer.from(textAt(message, "data"), "base64"),
    storedAtMs: Date.parse(textAt(message, "time")),
  };
}
