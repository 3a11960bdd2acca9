// The other end: how a child talks to its worker, whether it is a thread or a process.

import { isMainThread, parentPort, workerData } from "node:worker_threads";
import { type FromChild, isChildMessage, type ToChild } from "./child-messages.ts";

/** What a thread of a pool is told to tell it from other threads. */
export const CHILD_THREAD = "troupe-child";

/** A child's worker. */
export interface ParentPort {
  send(message: FromChild): void;
  listen(onMessage: (message: ToChild) => void): void;
  /** Ends this child when all that was said is on its way. */
  exit(code: number): void;
}

/** The worker of this child; null when this is none. */
export function openParentPort(): ParentPort | null {
  if (!isMainThread) return workerData === CHILD_THREAD && parentPort ? threadPort(parentPort) : null;
  return process.send ? processPort(process.send.bind(process)) : null;
}

function threadPort(port: NonNullable<typeof parentPort>): ParentPort {
  return {
    send: (message) => port.postMessage(message),
    listen: (onMessage) => void port.on("message", heard(onMessage)),
    exit: (code) => process.exit(code),
  };
}

function processPort(send: NonNullable<typeof process.send>): ParentPort {
  return {
    // Its worker is gone when this fails, and it is about to hear of that.
    send: (message) => void (process.connected && send(message, undefined, undefined, () => {})),
    listen: (onMessage) => {
      process.on("message", heard(onMessage));
      process.once("disconnect", () => process.exit());
    },
    exit: (code) => {
      const bye: FromChild = { troupe: "bye" };
      if (process.connected) send(bye, undefined, undefined, () => process.exit(code));
      else process.exit(code);
    },
  };
}

function heard(onMessage: (message: ToChild) => void): (message: unknown) => void {
  return (message) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a child is of the same version as its worker
    if (isChildMessage(message)) onMessage(message as ToChild);
  };
}
