// Every name on the broker: subjects, streams, consumers, headers. They outlive releases; `names.test.ts` pins their text.
// Whatever comes from outside passes `encodeToken` before it becomes part of a name, so that no name, queue or id can
// reach beyond its own token (I6).

import {
  type ActorAddress,
  BrokerRefusedError,
  type EventAddress,
  type EventFilter,
  type MailKind,
  type RecordKey,
  type RecordKind,
  type RevocationKey,
  type Topic,
} from "@troupe/core/transport";
import type { DelayAddress, MailAddress } from "./addresses.ts";
import { TaskNames } from "./task-names.ts";
import { decodeToken, encodeName, encodeToken } from "./tokens.ts";

/** Second tokens of subjects that are not for topics: most of them belong to streams, now or by the protocol. */
const STORED_KINDS: ReadonlySet<string> = new Set(
  "task result decision claim state group unique actor epoch delay dead priority event own".split(" "),
);

/** Records that have a number beside their id. */
const NUMBERED_KINDS: ReadonlySet<RecordKind> = new Set<RecordKind>(["decision", "claim", "group", "unique"]);

/** Shards that there can be; more would only be more consumers. */
const MOST_SHARDS = 256;

/** The only type of actor that is used so far; the token keeps room for more. */
const ACTOR_TYPE = "chord";

/** Number of a bucket. */
const DIGITS = /^\d{1,15}$/;

const REVOCATION_KINDS: readonly RevocationKey["kind"][] = ["task", "stamps"];
const SHARD_CONSUMER = /^s(\d+)-e(\d+)$/;
const MAIL_KINDS: readonly MailKind[] = ["plan", "seal", "add", "c"];

/** Headers that we write or read. */
export const HEADER = {
  contentType: "Content-Type",
  detail: "Troupe-Detail",
  due: "Troupe-Due",
  error: "Troupe-Error",
  expectedLastSubjectSequence: "Nats-Expected-Last-Subject-Sequence",
  expectedStream: "Nats-Expected-Stream",
  messageId: "Nats-Msg-Id",
  priority: "Troupe-Priority",
  queue: "Troupe-Queue",
  reason: "Troupe-Reason",
  repeat: "Troupe-Repeat",
  stack: "Troupe-Stack",
} as const;

/** The names of one namespace. */
export class Names extends TaskNames {
  /** Stream of all records. */
  readonly results: string;
  /** Stream of the dead letters. */
  readonly dead: string;
  /** Stream behind the lease bucket. */
  readonly leases: string;
  /** Stream of the mailboxes. */
  readonly actors: string;
  /** Stream of the epochs of shards. */
  readonly epochs: string;
  /** Stream of the delayed tasks. */
  readonly delayed: string;
  /** Stream behind the bucket of revocations. */
  readonly revoked: string;
  /** Stream of the events. */
  readonly events: string;
  /** Stream behind the bucket of paused queues. */
  readonly pauses: string;

  readonly #root: string;
  readonly #bucket: string;
  readonly #revokedBucket: string;
  readonly #pausedBucket: string;

  /** @param own - Queues that have a stream of their own. */
  constructor(namespace: string, own: ReadonlySet<string> = new Set()) {
    super(namespace, own);
    this.#root = encodeName(namespace);
    this.results = `${this.#root}_RESULTS`;
    this.dead = `${this.#root}_DEAD`;
    this.#bucket = `${this.#root}_lease`;
    this.leases = `KV_${this.#bucket}`;
    this.actors = `${this.#root}_ACTORS`;
    this.epochs = `${this.#root}_EPOCHS`;
    this.delayed = `${this.#root}_DELAYED`;
    this.#revokedBucket = `${this.#root}_revoked`;
    this.revoked = `KV_${this.#revokedBucket}`;
    this.events = `${this.#root}_EVENTS`;
    this.#pausedBucket = `${this.#root}_paused`;
    this.pauses = `KV_${this.#pausedBucket}`;
  }

  /** Where a record is. */
  recordSubject(key: RecordKey): string {
    const address = `${this.#root}.${key.kind}.${encodeToken(key.id)}`;
    return NUMBERED_KINDS.has(key.kind) ? `${address}.${key.gen ?? 0}` : address;
  }

  /** All records. */
  allRecords(): readonly string[] {
    const kinds = ["result.*", "decision.*.*", "claim.*.*", "state.*", "group.*.*", "unique.*.*"];
    return kinds.map((kind) => `${this.#root}.${kind}`);
  }

  /**
   * Record of the mark that the first process set after a server started, on the shared stream of tasks or that of a queue.
   * `~` cannot come out of `encodeToken`.
   */
  serverMark(serverId: string, queue: string | null = null): string {
    const mark = `${this.#root}.state.~server-${encodeToken(serverId)}`;
    return queue === null ? mark : `${mark}~${encodeToken(queue)}`;
  }

  /** Where a queue's dead letters are. */
  deadSubject(queue: string): string {
    return `${this.#root}.dead.${encodeToken(queue)}`;
  }

  /** Queue of a dead letter; null when it is not of Troupe's making. */
  deadQueue(subject: string): string | null {
    const [, kind, queue, ...rest] = subject.split(".");
    return kind === "dead" && queue !== undefined && rest.length === 0 ? decodeToken(queue) : null;
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

  /**
   * Where a message of an actor is.
   *
   * @throws {BrokerRefusedError} there cannot be such a shard.
   */
  mailSubject(actor: ActorAddress, kind: MailKind): string {
    return `${this.#shardRoot(actor.shard)}.${ACTOR_TYPE}.${encodeToken(actor.id)}.${kind}`;
  }

  /** Reads the subject of a message for an actor; null when it is not of this version's making. */
  mailAddress(subject: string): MailAddress | null {
    const [, , shard, type, id, what] = subject.split(".");
    const kind = MAIL_KINDS.find((known) => known === what);
    if (type !== ACTOR_TYPE || id === undefined || kind === undefined) return null;
    return { actor: { shard: Number(shard), id: decodeToken(id) }, kind };
  }

  /** All messages of all actors. */
  allMail(): string {
    return `${this.#root}.actor.>`;
  }

  /** All messages of one shard. */
  shardFilter(shard: number): string {
    return `${this.#shardRoot(shard)}.>`;
  }

  /** Consumer of a shard's owner. */
  shardConsumer(shard: number, epoch: number): string {
    return `s${shard}-e${epoch}`;
  }

  /** Epoch of a consumer of a shard's owner; null when it is another consumer. */
  epochOfConsumer(name: string, shard: number): number | null {
    const [, ofShard, epoch] = SHARD_CONSUMER.exec(name) ?? [];
    return Number(ofShard) === shard ? Number(epoch) : null;
  }

  /** Shard of such a consumer; null when it is another consumer. */
  shardOfConsumer(name: string): number | null {
    const [, shard] = SHARD_CONSUMER.exec(name) ?? [];
    return shard === undefined ? null : Number(shard);
  }

  /** Record by which a process takes a shard. */
  epochSubject(shard: number, epoch: number): string {
    return `${this.#root}.epoch.${shard}.${epoch}`;
  }

  /** All epochs of one shard. */
  epochFilter(shard: number): string {
    return `${this.#root}.epoch.${shard}.*`;
  }

  /** All epochs of all shards. */
  allEpochs(): string {
    return `${this.#root}.epoch.*.*`;
  }

  /** Where a task waits for its time, in a bucket of those that are due together. */
  delaySubject(bucket: number, key: string): string {
    return `${this.#root}.delay.${bucket}.${encodeToken(key)}`;
  }

  /** A key in all buckets. */
  delayedKey(key: string): string {
    return `${this.#root}.delay.*.${encodeToken(key)}`;
  }

  /** All tasks of one bucket. */
  bucketFilter(bucket: number): string {
    return `${this.#root}.delay.${bucket}.*`;
  }

  /** All delayed tasks. */
  allDelayed(): string {
    return `${this.#root}.delay.*.*`;
  }

  /** Reads the subject of a delayed task; null when it is not of Troupe's making. */
  delayAddress(subject: string): DelayAddress | null {
    const [, , bucket = "", key] = subject.split(".");
    return key !== undefined && DIGITS.test(bucket) ? { bucket: Number(bucket), key: decodeToken(key) } : null;
  }

  /** Consumer of a bucket. */
  bucketConsumer(bucket: number): string {
    return `d-${bucket}`;
  }

  /** Bucket of a consumer; null when it is another consumer. */
  bucketOfConsumer(name: string): number | null {
    const bucket = name.slice(2);
    return name.startsWith("d-") && DIGITS.test(bucket) ? Number(bucket) : null;
  }

  /** Where a revocation is. */
  revokedSubject({ kind, id }: RevocationKey): string {
    return `$KV.${this.#revokedBucket}.${kind}.${encodeToken(id)}`;
  }

  /** All revocations of a kind; of all kinds. */
  revokedFilter(kind: RevocationKey["kind"] | null): string {
    return `$KV.${this.#revokedBucket}.${kind ?? "*"}.*`;
  }

  /** Consumer by which one process hears what is revoked. */
  watchConsumer(watch: string): string {
    return `w-${watch}`;
  }

  /** Reads the subject of a revocation; null when it is not of this version's making. */
  revocationKey(subject: string): RevocationKey | null {
    const [, , kind, id] = subject.split(".");
    const known = REVOCATION_KINDS.find((candidate) => candidate === kind);
    return known === undefined || id === undefined ? null : { kind: known, id: decodeToken(id) };
  }

  /** Where an event is heard. */
  eventSubject({ group, name }: EventAddress): string {
    return `${this.#root}.event.${encodeToken(group)}.${encodeToken(name)}`;
  }

  /** Some events. */
  eventFilter({ group, name }: EventFilter): string {
    const tokens = [group, name].map((token) => (token === null ? "*" : encodeToken(token)));
    return `${this.#root}.event.${tokens.join(".")}`;
  }

  /** All events. */
  allEvents(): string {
    return `${this.#root}.event.*.*`;
  }

  /** Consumer of those who subscribe to events under a name. */
  eventConsumer(name: string): string {
    return `e-${encodeName(name)}`;
  }

  /** Where it is stored that a queue is paused. */
  pauseSubject(queue: string): string {
    return `$KV.${this.#pausedBucket}.${encodeToken(queue)}`;
  }

  /** All paused queues. */
  allPauses(): string {
    return `$KV.${this.#pausedBucket}.*`;
  }

  /** Reads the subject of a paused queue; null when it is not of Troupe's making. */
  pausedQueue(subject: string): string | null {
    const [, , queue] = subject.split(".");
    return queue === undefined ? null : decodeToken(queue);
  }

  /** Where a topic is heard. What begins like the subjects of a stream gets a `~`, or the stream would store it. */
  topicSubject(topic: Topic): string {
    const [kind, ...rest] = topic;
    const first = STORED_KINDS.has(kind) ? `~${kind}` : encodeToken(kind);
    return [this.#root, first, ...rest.map(encodeToken)].join(".");
  }

  #shardRoot(shard: number): string {
    if (Number.isInteger(shard) && shard >= 0 && shard < MOST_SHARDS) return `${this.#root}.actor.${shard}`;
    throw new BrokerRefusedError(`there is no shard ${shard}; shards are numbered from 0 to ${MOST_SHARDS - 1}`);
  }
}
