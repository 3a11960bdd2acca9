// What was sent and waits for its answer: a publish for its confirmation, a request for its reply.

import type { Msg } from "@nats-io/transport-node";
import { BrokerRefusedError } from "@troupe/core/transport";
import type { HeaderBlock } from "../wire/header-block.ts";
import { classify, noAnswer } from "../wire/nats-errors.ts";
import type { PubAckReader, Verdict } from "../wire/pub-ack.ts";

/** What a publish becomes for its caller. One object per kind of publish, not per message. */
export interface AckedBy<T> {
  readonly reader: PubAckReader;
  /** For messages of errors: `task`, `record`. */
  readonly what: string;
  /** What a full store means, and what to do. @default that it is the store of the transport */
  readonly whenFull?: string | undefined;
  /** What the caller gets. */
  value(verdict: Verdict, sequence: number): T | Promise<T>;
}

/** A message on its way. */
export interface OutgoingMessage {
  readonly subject: string;
  readonly body: Uint8Array;
  readonly block: HeaderBlock | null;
}

/** Sent, not yet answered. */
export interface Pending {
  readonly message: OutgoingMessage;
  /** Tick at which it is given up. */
  dueTick: number;
  /** Its answer. */
  answer(message: Msg): void;
  /** No stream or service hears the subject. */
  absent(explain: (stream: string) => Promise<Error>): void;
  /** Sent, and no answer came. */
  giveUp(reason: string): void;
  /** Not sent, or refused. */
  fail(error: Error): void;
}

/** A publish that a stream has to confirm. */
export class PendingPublish<T> implements Pending {
  dueTick = 0;
  readonly message: OutgoingMessage;
  readonly #by: AckedBy<T>;
  readonly #resolve: (value: T | Promise<T>) => void;
  readonly fail: (error: Error) => void;

  constructor(
    message: OutgoingMessage,
    by: AckedBy<T>,
    resolve: (value: T | Promise<T>) => void,
    reject: (error: Error) => void,
  ) {
    this.message = message;
    this.#by = by;
    this.#resolve = resolve;
    this.fail = reject;
  }

  answer(message: Msg): void {
    const { data } = message;
    const sequence = this.#by.reader.plainSequence(data);
    if (sequence > 0) this.#resolve(this.#by.value("stored", sequence));
    else this.#answerInFull(data);
  }

  absent(explain: (stream: string) => Promise<Error>): void {
    explain(this.#by.reader.stream).then(this.fail, this.fail);
  }

  giveUp(reason: string): void {
    this.fail(noAnswer(this.#by.what, reason));
  }

  #answerInFull(data: Uint8Array): void {
    const ack = this.#by.reader.read(data);
    if (ack.verdict === "error") this.fail(classify(ack.error, this.#by.what, this.#by.whenFull));
    else if (ack.verdict === "forged") this.fail(this.#notConfirmed(ack.stream));
    else this.#resolve(this.#by.value(ack.verdict, ack.sequence));
  }

  #notConfirmed(stream: string): BrokerRefusedError {
    const { what, reader } = this.#by;
    return new BrokerRefusedError(
      `${what} was answered by ${stream === "" ? "something" : JSON.stringify(stream)} that is not stream ${reader.stream}: ` +
        "somebody else subscribes to its subjects; only the server may",
    );
  }
}

/** A request whose reply the caller reads. */
export class PendingRequest implements Pending {
  dueTick = 0;
  readonly message: OutgoingMessage;
  readonly answer: (message: Msg) => void;
  readonly fail: (error: Error) => void;

  constructor(subject: string, body: Uint8Array, resolve: (message: Msg) => void, reject: (error: Error) => void) {
    this.message = { subject, body, block: null };
    this.answer = resolve;
    this.fail = reject;
  }

  absent(explain: (stream: string) => Promise<Error>): void {
    explain("").then(this.fail, this.fail);
  }

  giveUp(reason: string): void {
    this.fail(noAnswer(`request ${this.message.subject}`, reason));
  }
}
