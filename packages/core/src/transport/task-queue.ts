// Queues of tasks: messages that are stored until one consumer has settled them.

/** A message on its way to a queue. */
export interface OutgoingTask {
  readonly queue: string;
  /** From 0 to `MAX_PRIORITY`: tasks of higher ones are delivered first. @default 0 */
  readonly priority?: number;
  /** Unique per message of a task; the same for every repeat of it. */
  readonly key: string;
  /**
   * True: while a message with this key waits or runs in this queue, a second one is refused (`exists`), and it may be for two
   * minutes after. False: the key only serves to recognise quick repeats.
   */
  readonly exclusive: boolean;
  /** Perhaps sent before: its sender cannot know. Whoever gets it looks for its record first. */
  readonly repeat: boolean;
  /**
   * It has waited among the delayed tasks, and may have been in this queue shortly before that (a worker that has no place for it lets it
   * wait there): it is refused only while a message with its key is in the queue, not as a quick repeat. @default false
   */
  readonly moved?: boolean;
  readonly contentType: string;
  readonly body: Uint8Array;
}

/** `exists`: the message had been stored before and is not stored again. */
export type Stored = "stored" | "exists";

/**
 * Stores and delivers tasks. Nothing is removed before it is acknowledged.
 *
 * Of what waits in a queue, higher priorities are delivered first, but for one delivery in ten, which goes to the others in turn, so
 * that none waits for ever. What has been asked for before a task comes may be answered by another one. No other order is promised.
 */
export interface TaskQueue {
  /** Resolves when the message is stored durably. Queues come into being with their first message or consumer. */
  publish(task: OutgoingTask): Promise<Stored>;

  /** Starts to consume a queue. Nothing is delivered before `request`. */
  consume(options: ConsumeOptions): Promise<QueueConsumer>;

  /** Messages in a queue: waiting for a consumer, and delivered but not settled. One that was handed back with a delay is either. */
  count(queue: string): Promise<{ readonly waiting: number; readonly unsettled: number }>;

  /**
   * Queues that were consumed and not forgotten since, and those in which anything waits; where all of that has a key that was chosen
   * (`exclusive`) and nobody ever consumed the queue, it may be missing. In no order.
   */
  names(): Promise<readonly string[]>;

  /**
   * Messages of all queues, those included that are delivered and not settled, whose bytes contain a text; at most `MOST_FOUND`. Takes
   * nothing and changes nothing for those who consume. Each message that is looked at costs a read: for people who wonder.
   *
   * @param most - Messages that are looked at; fewer where they are large.
   */
  search(text: string, most: number): Promise<TaskSearch>;

  /** Deletes the messages that wait in a queue; those that are delivered stay. @returns how many were deleted. */
  purge(queue: string): Promise<number>;

  /** Deletes what waits in a queue that nobody consumes any more, and that it was consumed: it is no longer among `names`. */
  forget(queue: string): Promise<void>;
}

/** Most messages that a search gives. */
export const MOST_FOUND = 100;

/** A message that was found. */
export interface FoundTask {
  readonly queue: string;
  readonly priority: number;
  readonly body: Uint8Array;
  /** It was delivered and is not settled: a worker has it, or has given it back. */
  readonly delivered: boolean;
  /** Messages of its queue and priority that wait and were stored before it, of those that were looked at. */
  readonly ahead: number;
}

/** What a search has found. */
export interface TaskSearch {
  readonly found: readonly FoundTask[];
  /** False: there were more messages than were looked at. */
  readonly complete: boolean;
}

/** How a queue is consumed. The callbacks must not throw. */
export interface ConsumeOptions {
  readonly queue: string;
  readonly onDelivery: (delivery: Delivery) => void;
  /** A request ended without being used up: so many of its messages did not come. They may be requested again. */
  readonly onUnused: (count: number) => void;
}

/** One process's part in consuming a queue. */
export interface QueueConsumer {
  /** Asks for up to `count` more messages. Requests add up; each is answered by deliveries or `onUnused`. */
  request(count: number): void;
  /**
   * Stops asking for messages; unused requests are not reported any more. Resolves when no message can arrive. Deliveries that
   * are not settled stay this process's.
   */
  stop(): Promise<void>;
  /** Ends the consumer: stops it, and gives back what was delivered and not settled. */
  close(): Promise<void>;
}

/**
 * A message delivered to this process. It stays this process's until it is settled or the process is lost: the transport
 * signals that it is in progress, also while user code blocks the event loop.
 */
export interface Delivery {
  readonly queue: string;
  readonly body: Uint8Array;
  /** Content type that the sender gave; null when none. */
  readonly contentType: string | null;
  /** Delivered before, so that it may have been started before. */
  readonly redelivered: boolean;
  /** The key was exclusive: chosen by the caller, or fixed by a canvas. */
  readonly exclusive: boolean;
  /** The message may have been settled before, or exist twice: look for its record before running it. */
  readonly suspicious: boolean;
  /** Removes the message for good. */
  ack(): void;
  /** As `ack`; resolves when the broker has confirmed it, or rejects. */
  confirmAck(): Promise<void>;
  /** Gives the message back, to be delivered again after `delayMs`. */
  handBack(delayMs: number): void;
}
