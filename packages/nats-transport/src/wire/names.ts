// Every name on the broker: subjects, streams, consumers, headers. They outlive releases; `names.test.ts` pins their text.
// Whatever comes from outside passes `encodeToken` before it becomes part of a name, so that no name, queue or id can
// reach beyond its own token (I6).

import { BrokerRefusedError, type RecordKey, type Topic } from "@troupe/core/transport";

/** The longest task id, all of it escaped, with its generation; a subject may have 4096 bytes (M28). */
const LONGEST_TOKEN_BYTES = 400;
/** Names of streams and consumers may have 255 bytes, of which some are ours. */
const LONGEST_NAME_BYTES = 200;
const LONGEST_PLAIN_TOKEN = 200;
const PLAIN_CHARACTER = /^[A-Za-z0-9_-]$/;
/** By character code: whether a character stands for itself. A table, since every task passes here several times. */
const IS_PLAIN: readonly boolean[] = Array.from({ length: 128 }, (_, code) =>
  PLAIN_CHARACTER.test(String.fromCharCode(code)),
);
const HEX = "0123456789ABCDEF";

/** The only priority that is used so far; the token keeps room for more. */
const PRIORITY = "0";

/** Tail of a task's subject when its key is not exclusive. */
const SHARED_TAIL = "-";

/** Second tokens of subjects that streams take, now or by the protocol. */
const STORED_KINDS: ReadonlySet<string> = new Set("task result decision claim state actor epoch delay dead".split(" "));

/** Headers that we write or read. */
export const HEADER = {
  contentType: "Content-Type",
  detail: "Troupe-Detail",
  expectedLastSubjectSequence: "Nats-Expected-Last-Subject-Sequence",
  expectedStream: "Nats-Expected-Stream",
  messageId: "Nats-Msg-Id",
  reason: "Troupe-Reason",
  repeat: "Troupe-Repeat",
} as const;

/**
 * One token of a subject that stands for `text` and for nothing else: letters, digits, `_` and `-` stay, every other
 * byte of its UTF-8 form becomes `=XX`.
 *
 * @throws {BrokerRefusedError} `text` is empty, or longer than 400 bytes when encoded.
 */
export function encodeToken(text: string): string {
  return isPlain(text) ? text : encodeBytes(text, LONGEST_TOKEN_BYTES);
}

/** As `encodeToken`, for what also becomes part of a stream's or consumer's name: at most 200 bytes. */
export function encodeName(text: string): string {
  return isPlain(text) ? text : encodeBytes(text, LONGEST_NAME_BYTES);
}

/** What `encodeToken` was given. */
export function decodeToken(token: string): string {
  const bytes = token.replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString("utf8");
}

function isPlain(text: string): boolean {
  const { length } = text;
  if (length === 0 || length > LONGEST_PLAIN_TOKEN) return false;
  for (let i = 0; i < length; i++) {
    if (IS_PLAIN[text.charCodeAt(i)] !== true) return false;
  }
  return true;
}

function encodeBytes(text: string, longest: number): string {
  let token = "";
  for (const byte of Buffer.from(text, "utf8")) {
    token += IS_PLAIN[byte] === true ? String.fromCharCode(byte) : `=${HEX.charAt(byte >> 4)}${HEX.charAt(byte & 15)}`;
  }
  if (token.length === 0) throw new BrokerRefusedError("a name, queue or id is empty; give it at least one character");
  if (token.length > longest) {
    throw new BrokerRefusedError(
      `the name ${JSON.stringify(text.slice(0, 60))}… needs ${token.length} bytes in an address; at most ${longest} are possible`,
    );
  }
  return token;
}

/** What the address of a stored task tells. */
export interface TaskAddress {
  readonly id: string;
  readonly gen: number;
  /** Subject of its queue that belongs to its key alone. */
  readonly exclusiveSubject: string;
}

/** The names of one namespace. */
export class Names {
  /** Stream of all queues. */
  readonly tasks: string;
  /** Stream of all records. */
  readonly results: string;
  /** Stream of the dead letters. */
  readonly dead: string;
  /** Stream behind the lease bucket. */
  readonly leases: string;

  readonly #root: string;
  readonly #bucket: string;

  constructor(namespace: string) {
    this.#root = encodeName(namespace);
    this.tasks = `${this.#root}_TASKS`;
    this.results = `${this.#root}_RESULTS`;
    this.dead = `${this.#root}_DEAD`;
    this.#bucket = `${this.#root}_lease`;
    this.leases = `KV_${this.#bucket}`;
  }

  /** Where a task waits. `key` is null when it is not exclusive. */
  taskSubject(queue: string, key: string | null): string {
    const tail = key === null ? SHARED_TAIL : encodeToken(key);
    return `${this.#root}.task.${encodeName(queue)}.${PRIORITY}.${tail}`;
  }

  /** All tasks of all queues. */
  allTasks(): string {
    return `${this.#root}.task.>`;
  }

  /** What the consumer of a queue takes. */
  queueFilter(queue: string): string {
    return `${this.#root}.task.${encodeName(queue)}.${PRIORITY}.*`;
  }

  /** Durable consumer of a queue. */
  queueConsumer(queue: string): string {
    return `q-${encodeName(queue)}-${PRIORITY}`;
  }

  /** Id by which the broker recognises a quick repeat. Ids count for a whole stream (M7), so the queue is part of it. */
  messageId(queue: string, key: string): string {
    return `${encodeName(queue)}.${encodeToken(key)}`;
  }

  /**
   * Reads the subject and message id of a stored task; null when they are not of Troupe's making. The key of a task is
   * `<id>-<gen>`.
   */
  taskAddress(subject: string, messageId: string | null): TaskAddress | null {
    const [root, kind, queue, priority, tail] = subject.split(".");
    if (root !== this.#root || kind !== "task" || tail === undefined) return null;
    const key = tail === SHARED_TAIL ? messageId?.split(".")[1] : tail;
    const [, id, gen] = /^(.+)-(\d+)$/.exec(decodeToken(key ?? "")) ?? [];
    if (key === undefined || id === undefined) return null;
    return { id, gen: Number(gen), exclusiveSubject: `${root}.task.${queue}.${priority}.${key}` };
  }

  /** Where a record is. */
  recordSubject(key: RecordKey): string {
    const address = `${this.#root}.${key.kind}.${encodeToken(key.id)}`;
    return key.kind === "decision" || key.kind === "claim" ? `${address}.${key.gen ?? 0}` : address;
  }

  /** All records. */
  allRecords(): readonly string[] {
    return [`${this.#root}.result.*`, `${this.#root}.decision.*.*`, `${this.#root}.claim.*.*`, `${this.#root}.state.*`];
  }

  /** Record of the mark that the first process set after a server started. `~` cannot come out of `encodeToken`. */
  serverMark(serverId: string): string {
    return `${this.#root}.state.~server-${encodeToken(serverId)}`;
  }

  /** Where a queue's dead letters are. */
  deadSubject(queue: string): string {
    return `${this.#root}.dead.${encodeToken(queue)}`;
  }

  /** All dead letters. */
  allDead(): string {
    return `${this.#root}.dead.*`;
  }

  /** Where a lease is. */
  leaseSubject(name: string): string {
    return `$KV.${this.#bucket}.${encodeToken(name)}`;
  }

  /** Message by which one process learns the broker's clock. */
  clockSubject(process: string): string {
    return `$KV.${this.#bucket}.~clock-${encodeToken(process)}`;
  }

  /** All leases. */
  allLeases(): string {
    return `$KV.${this.#bucket}.>`;
  }

  /** Where a topic is heard. What begins like the subjects of a stream gets a `~`, or the stream would store it. */
  topicSubject(topic: Topic): string {
    const [kind, ...rest] = topic;
    const first = STORED_KINDS.has(kind) ? `~${kind}` : encodeToken(kind);
    return [this.#root, first, ...rest.map(encodeToken)].join(".");
  }
}

/** Whether the subject of a task ends in its own key. */
export function hasOwnSubject(subject: string): boolean {
  return !(subject.endsWith(SHARED_TAIL) && subject.charAt(subject.length - 2) === ".");
}
