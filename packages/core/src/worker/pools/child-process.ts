// A child that is a process: isolated from what its tasks do to memory, to the event loop and to the process itself.

import { fork } from "node:child_process";
import os from "node:os";
import { fileURLToPath } from "node:url";
import type { Child, ChildEvents } from "./child.ts";
import { type FromChild, isChildMessage } from "./child-messages.ts";

/** How long what an ended process said may still be on its way. */
const LAST_WORDS_MS = 1_000;

/**
 * Starts one.
 *
 * @param entry - Module of Troupe that children run.
 */
export function startProcess(entry: URL, { onMessage, onEnd }: ChildEvents): Child {
  const child = fork(fileURLToPath(entry), [], {
    serialization: "advanced",
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    ...(entry.href.endsWith(".ts") && { execArgv: argumentsForSource() }),
  });
  child.on("message", (message) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a child is of the same version as its worker
    if (isChildMessage(message)) onMessage(message as FromChild);
  });
  const ended = new Promise<void>((resolve) => {
    const end = (how: string): void => {
      onEnd(how);
      resolve();
    };
    child.once("error", (error) => end(error.message));
    child.once("exit", (code, signal) => {
      const how = signal === null ? `exitcode ${code}` : `signal ${os.constants.signals[signal]} (${signal})`;
      if (!child.connected) return end(how);
      const late = setTimeout(end, LAST_WORDS_MS, how);
      child.once("disconnect", () => {
        clearTimeout(late);
        end(how);
      });
    });
  });
  return {
    id: child.pid ?? 0,
    ended,
    // What cannot be sent any more would be heard by nobody.
    send: (message) => void (child.connected && child.send(message, () => {})),
    kill: () => void child.kill("SIGKILL"),
  };
}

// While Troupe itself is developed: a process does not get the loader for TypeScript of the test runner.
function argumentsForSource(): string[] {
  return [...process.execArgv, "--conditions=troupe-source", "--import", import.meta.resolve("tsx")];
}
