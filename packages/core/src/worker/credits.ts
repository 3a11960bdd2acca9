// Shares the worker's slots among its queues. Each queue asks its broker for as many messages as it has credits. A queue whose
// requests come back unused keeps one credit, so that it notices new messages, and lends the rest to the busy ones.

interface Share {
  /** Messages asked for that have not come. */
  held: number;
  /** The last request came back unused. */
  idle: boolean;
  /** Gets nothing. */
  paused: boolean;
  /** Nothing of it can arrive any more: another queue may have its place. */
  free: boolean;
}

/** Hands out credits; the total never exceeds the slots, or the number of queues when there are fewer, by more than the queues that were added. */
export class Credits {
  readonly #request: (queue: number, count: number) => void;
  readonly #shares: Share[];
  #turn = 0;
  // What is left where all queues are paused.
  #spare = 0;

  /**
   * @param queues - How many queues share.
   * @param request - Asks queue number `queue` for `count` messages.
   */
  constructor(queues: number, request: (queue: number, count: number) => void) {
    this.#request = request;
    this.#shares = Array.from({ length: queues }, () => newShare(false));
  }

  /** First credits of all queues that are not paused, in equal parts; at least one each. */
  grantAll(slots: number): void {
    const open = this.#shares.flatMap(({ paused }, queue) => (paused ? [] : [queue]));
    if (open.length === 0) this.#spare = slots;
    for (const [index, queue] of open.entries()) {
      this.#grant(queue, Math.max(1, Math.floor(slots / open.length) + (index < slots % open.length ? 1 : 0)));
    }
  }

  /** A place for one queue more; it gets nothing until it is resumed. @returns its number. */
  add(): number {
    const place = this.#shares.findIndex(({ free }) => free);
    if (place < 0) return this.#shares.push(newShare(true)) - 1;
    this.#shares[place] = newShare(true);
    return place;
  }

  /** Another queue may have the place of one that is paused, and of which nothing can arrive any more. */
  remove(queue: number): void {
    const share = this.#shares[queue];
    if (share?.paused) share.free = true;
  }

  /** A queue gets nothing until it is resumed. @returns the credits it had, which are the caller's now. */
  pause(queue: number): number {
    const share = this.#shares[queue];
    if (!share || share.paused) return 0;
    const { held } = share;
    share.paused = true;
    share.held = 0;
    return held;
  }

  /** A queue gets credits again: those that nobody else could use, or one. @returns how many there are more than before. */
  resume(queue: number): number {
    const share = this.#shares[queue];
    if (!share?.paused) return 0;
    share.paused = false;
    share.idle = false;
    const spare = this.#spare;
    this.#spare = 0;
    this.#grant(queue, Math.max(spare, 1));
    return spare > 0 ? 0 : 1;
  }

  /** A message of a queue arrived: one credit of its is used. */
  used(queue: number): void {
    const share = this.#shares[queue];
    if (!share) return;
    share.held--;
    share.idle = false;
  }

  /** A message was settled: its credit goes to the queue that needs it most. */
  release(): void {
    const queue = this.#neediest();
    if (this.#shares[queue]?.paused) this.#spare++;
    else this.#grant(queue, 1);
  }

  /**
   * Requests of a queue came back unused.
   *
   * @param surplus - Credits that are to be given up.
   * @returns how many of them were.
   */
  unused(queue: number, count: number, surplus: number): number {
    const share = this.#shares[queue];
    if (!share || share.paused) return 0;
    share.held -= count;
    share.idle = true;
    const kept = share.held > 0 ? 0 : 1;
    const dropped = Math.min(surplus, Math.max(count - kept, 0));
    const left = count - dropped;
    const others = this.#shares.some((other) => !other.idle && !other.paused);
    this.#grant(queue, others ? kept : left);
    if (others) for (let rest = left - kept; rest > 0; rest--) this.release();
    return dropped;
  }

  #grant(queue: number, count: number): void {
    const share = this.#shares[queue];
    if (!share || count <= 0) return;
    share.held += count;
    this.#request(queue, count);
  }

  // An idle queue that waits for nothing comes first; then the busy queue that waits for least, in turn among equals.
  #neediest(): number {
    const shares = this.#shares;
    if (shares.length === 1) return 0;
    this.#turn = (this.#turn + 1) % shares.length;
    let best = this.#turn;
    for (let i = 0; i < shares.length; i++) {
      const queue = (this.#turn + i) % shares.length;
      if (this.#need(queue) > this.#need(best)) best = queue;
    }
    return best;
  }

  #need(queue: number): number {
    const share = this.#shares[queue];
    if (!share || share.paused) return Number.NEGATIVE_INFINITY;
    if (share.held <= 0 && share.idle) return Number.POSITIVE_INFINITY;
    return share.idle ? Number.MIN_SAFE_INTEGER + 1_000_000 - share.held : -share.held;
  }
}

function newShare(paused: boolean): Share {
  return { held: 0, idle: false, paused, free: false };
}
