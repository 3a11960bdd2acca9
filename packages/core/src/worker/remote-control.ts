// Answers the commands that are broadcast to workers. A command is looked up in this table only; what it names cannot reach
// anything else.

import { decodeCommand, encodeReply } from "../codec/control-codec.ts";
import type { ActiveTask, ControlCommand, WorkerStats } from "../model/control-command.ts";
import type { TaskHost } from "./task-host.ts";

/** What the commands ask the worker. */
export interface Inspected {
  active(): ActiveTask[];
  stats(): WorkerStats;
}

/** Starts to answer. @returns stops it. */
export async function answerCommands(host: TaskHost, inspected: Inspected): Promise<() => void> {
  const commands: ReadonlyMap<string, () => unknown> = new Map<string, () => unknown>([
    ["ping", () => ({ ok: "pong" })],
    ["active", () => inspected.active()],
    ["registered", () => host.tasks.names()],
    ["stats", () => inspected.stats()],
  ]);
  const onMessage = (body: Uint8Array): void => {
    try {
      answer(decodeCommand(body), commands, host);
    } catch (error) {
      host.logger.warn({ err: error, bytes: body.length }, "a control message could not be read and was ignored");
    }
  };
  const stopAll = await host.transport.broadcast.subscribe(["control", "all"], onMessage);
  try {
    const stopOwn = await host.transport.broadcast.subscribe(["control", "node", host.hostname], onMessage);
    return () => {
      stopAll();
      stopOwn();
    };
  } catch (error) {
    stopAll();
    throw error;
  }
}

function answer(command: ControlCommand, commands: ReadonlyMap<string, () => unknown>, host: TaskHost): void {
  if (command.destination && !command.destination.includes(host.hostname)) return;
  if (command.expires < host.transport.now()) return;
  const handler = commands.get(command.command);
  const value = handler
    ? handler()
    : { error: `unknown command "${command.command}"; this worker knows ${[...commands.keys()].join(", ")}` };
  host.transport.broadcast.publish(["answer", command.ticket], encodeReply({ hostname: host.hostname, value }));
}
