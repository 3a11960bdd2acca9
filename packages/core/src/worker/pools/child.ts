// The port of a pool to its children: a thread or a process, each with what the worker's modules hold.

import type { FromChild, ToChild } from "./child-messages.ts";

/** One thread or process. */
export interface Child {
  /** Id of the thread or process; 0 when there is none. */
  readonly id: number;
  /** Resolves when it has ended; never rejects. */
  readonly ended: Promise<void>;
  send(message: ToChild): void;
  /** Ends it by force, at once. */
  kill(): void;
}

/** What is heard of a child. */
export interface ChildEvents {
  readonly onMessage: (message: FromChild) => void;
  /** It has ended, after all that it said was heard: "signal 9 (SIGKILL)", "exitcode 1". */
  readonly onEnd: (how: string) => void;
}

/** Starts a child. It is of use when it says `ready`. */
export type StartChild = (events: ChildEvents) => Child;
