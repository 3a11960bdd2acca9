// One wait for many tasks: one promise and one timer for all of them, and for each nothing but a place in the receiver. With
// `propagate` it ends by the first failure that becomes known, also by that of a task which these follow from: a chord's body is
// final only when the last member of its header is.

import type { FinalRecord } from "../model/task-record.ts";
import { deferred } from "../platform/deferred.ts";
import { type Bounds, bind } from "./bounded-wait.ts";
import {
  ERROR_OF,
  FINAL,
  firstOpen,
  type Handle,
  IS_SETTLED,
  isGroup,
  LEARN,
  LISTEN,
  MEMBERS,
  PORTS,
  type TaskHandle,
  tasksOf,
} from "./handle.ts";
import { keyOfGroup } from "./heard.ts";
import type { ResultReceiver } from "./result-receiver.ts";
import { Waiter } from "./waiter.ts";

/** How to wait. */
export interface ListenOptions {
  /** Id of what is awaited, for errors. */
  readonly id: string;
  /** End by the first failure. */
  readonly propagate: boolean;
  readonly bounds: Bounds;
  /** Hears of each task as it ends, unless it ends the wait. */
  readonly onEnd?: (task: TaskHandle) => void;
}

/** A wait for many tasks. Begins at once; after `cancel` nothing of it is left. */
class Listening {
  /** Resolves when all tasks have ended; rejects with what ended the wait before. */
  readonly ended: Promise<void>;
  readonly #options: ListenOptions;
  readonly #done = deferred();
  readonly #waiters: Waiter[] = [];
  #unbind: (() => void) | null = null;
  #receiver: ResultReceiver | null = null;
  #left = 1; // one more than there are tasks, until all of them are listened to
  #isOver = false;

  constructor(targets: readonly Handle[], options: ListenOptions) {
    this.#options = options;
    this.ended = this.#done.promise;
    this.ended.catch(() => {}); // whoever waits hears of it
    this.#start(targets).catch((error: unknown) => this.fail(error));
  }

  cancel(): void {
    this.#isOver = true;
    this.#unbind?.();
    for (const waiter of this.#waiters) this.#receiver?.cancel(waiter);
    this.#waiters.length = 0;
  }

  /** A task that is awaited has ended. */
  onEnded(task: TaskHandle, record: FinalRecord | null): void {
    if (record) task[LEARN](record);
    const final = task[FINAL];
    const error = this.#options.propagate && final ? task[ERROR_OF](final) : null;
    if (error) return this.fail(error);
    this.#options.onEnd?.(task);
    this.#countDown();
  }

  fail(error: unknown): void {
    this.#isOver = true;
    this.#done.reject(error);
  }

  async #start(targets: readonly Handle[]): Promise<void> {
    const open = firstOpen(targets);
    if (open) {
      const { bounds, id } = this.#options;
      bounds.signal?.throwIfAborted();
      this.#unbind = bind(bounds, id, open[PORTS].clock, (reason) => this.fail(reason));
      this.#receiver = (await open[PORTS].connect()).receiver;
    }
    for (const target of targets) this.#await(target, this.#receiver);
    this.#countDown();
  }

  #await(target: Handle, receiver: ResultReceiver | null): void {
    if (this.#isOver) return;
    const isKnown = !isGroup(target) && target[IS_SETTLED];
    if (receiver && this.#options.propagate && !isKnown) this.#hearAncestors(target, receiver);
    if (isGroup(target)) for (const member of target[MEMBERS]) this.#await(member, receiver);
    else this.#awaitTask(target, receiver);
  }

  #awaitTask(task: TaskHandle, receiver: ResultReceiver | null): void {
    if (this.#isOver) return;
    this.#left++;
    if (task[IS_SETTLED] || !receiver) this.onEnded(task, null);
    else this.#listen(task, new AwaitedTask(task, this), receiver);
  }

  // Those nearest the root come first: the failure of the first step is what the later ones were given.
  #hearAncestors(target: Handle, receiver: ResultReceiver): void {
    const ancestors: Handle[] = [];
    for (let at = target.parent; at !== null; at = at.parent) ancestors.push(at);
    for (const ancestor of ancestors.toReversed()) {
      if (this.#isOver) return;
      // Which member of a header fails what follows is not for those to say who hear of the members (Q10).
      const [task] = tasksOf(ancestor);
      if (!task) continue;
      const waiter = isGroup(ancestor) ? new AncestorGroup(task, this, ancestor.id) : new Ancestor(task, this);
      const final = isGroup(ancestor) ? null : task[FINAL];
      if (final) waiter.resolve(final);
      else this.#listen(task, waiter, receiver);
    }
  }

  #listen(task: TaskHandle, waiter: Waiter, receiver: ResultReceiver): void {
    this.#waiters.push(waiter);
    task[LISTEN](receiver, waiter);
  }

  #countDown(): void {
    this.#left--;
    if (this.#left > 0 || this.#isOver) return;
    this.#isOver = true;
    this.#done.resolve();
  }
}

class AwaitedTask extends Waiter {
  readonly #task: TaskHandle;
  readonly #listening: Listening;

  constructor(task: TaskHandle, listening: Listening) {
    super();
    this.#task = task;
    this.#listening = listening;
  }

  override get id(): string {
    return this.#task.id;
  }

  override resolve(record: FinalRecord): void {
    this.#listening.onEnded(this.#task, record);
  }

  override reject(error: Error): void {
    this.#listening.fail(error);
  }
}

// A task before those that are awaited: its failure ends the wait, nothing else about it matters.
class Ancestor extends Waiter {
  readonly #task: TaskHandle;
  readonly #listening: Listening;

  constructor(task: TaskHandle, listening: Listening) {
    super();
    this.#task = task;
    this.#listening = listening;
  }

  override get id(): string {
    return this.#task.id;
  }

  override get rereads(): boolean {
    return false;
  }

  override resolve(record: FinalRecord): void {
    const task = this.#task;
    if (!task[FINAL]) task[LEARN](null);
    endBy(record, task, this.#listening);
  }

  // Those that are awaited say themselves how they end.
  override reject(): void {}
}

// A group before those that are awaited: what is decided about what follows from it ends the wait, when that is a failure.
class AncestorGroup extends Waiter {
  readonly #member: TaskHandle;
  readonly #listening: Listening;
  readonly #groupId: string;

  constructor(member: TaskHandle, listening: Listening, groupId: string) {
    super();
    this.#member = member;
    this.#listening = listening;
    this.#groupId = groupId;
  }

  override get id(): string {
    return this.#groupId;
  }

  override get key(): string {
    return keyOfGroup(this.#groupId);
  }

  override get rereads(): boolean {
    return false;
  }

  override resolve(record: FinalRecord): void {
    endBy(record, this.#member, this.#listening);
  }

  override reject(): void {}
}

function endBy(record: FinalRecord, task: TaskHandle, listening: Listening): void {
  if (record.forgotten || (record.state !== "FAILURE" && record.state !== "REVOKED")) return;
  const error = task[ERROR_OF]({ ...record, hidden: false });
  if (error) listening.fail(error);
}

/**
 * Waits until all tasks of some results have ended.
 *
 * @throws {unknown} the first failure, with `propagate`; the end of the time or the signal's reason.
 */
export async function listenToAll(targets: readonly Handle[], options: ListenOptions): Promise<void> {
  const listening = new Listening(targets, options);
  try {
    await listening.ended;
  } finally {
    listening.cancel();
  }
}

/**
 * The tasks of some results as they end; at most all of them are kept ready.
 *
 * @throws as `listenToAll`.
 */
export async function* inOrderOfEnd(targets: readonly Handle[], options: ListenOptions): AsyncGenerator<TaskHandle> {
  const ready: TaskHandle[] = [];
  const state = { isOver: false, wake: deferred() };
  const onEnd = (task: TaskHandle): void => {
    ready.push(task);
    state.wake.resolve();
  };
  const listening = new Listening(targets, { ...options, onEnd });
  const onOver = (): void => {
    state.isOver = true;
    state.wake.resolve();
  };
  listening.ended.then(onOver, onOver);
  try {
    while (!state.isOver || ready.length > 0) {
      if (ready.length === 0) await state.wake.promise;
      state.wake = deferred();
      yield* ready.splice(0);
    }
    await listening.ended;
  } finally {
    listening.cancel();
  }
}
