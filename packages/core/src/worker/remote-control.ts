// Hears the commands that are broadcast to workers, runs them, and sends the replies. A command is looked up in a table only; what
// it names cannot reach anything else.

import { decodeCommand, encodeReply } from "../codec/control-codec.ts";
import type { ControlCommand } from "../model/control-command.ts";
import { PayloadTooLargeError } from "../model/errors.ts";
import { matchesGlob } from "../model/glob.ts";
import type { TaskHost } from "./task-host.ts";
import type { WorkerCommand } from "./worker-command.ts";

// Runs of one command that take their time; more are refused (I7). Counted for each, so that one that never ends bars itself alone.
const MAX_RUNNING = 100;

type ControlHost = Pick<TaskHost, "transport" | "hostname" | "logger">;

/**
 * Starts to answer.
 *
 * @param members - names of all workers that are known now, this one among them; several may have the same.
 * @returns stops it.
 */
export async function answerCommands(
  host: ControlHost,
  commands: readonly WorkerCommand[],
  members: () => readonly string[],
): Promise<() => void> {
  const control = new RemoteControl(host, commands, members);
  const onMessage = (body: Uint8Array): void => control.hear(body);
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

class RemoteControl {
  readonly #host: ControlHost;
  readonly #commands: ReadonlyMap<string, WorkerCommand>;
  readonly #members: () => readonly string[];
  /** How many runs of a command have not ended. */
  readonly #running = new Map<string, number>();

  constructor(host: ControlHost, commands: readonly WorkerCommand[], members: () => readonly string[]) {
    this.#host = host;
    this.#members = members;
    this.#commands = new Map(commands.map((command) => [command.name, command]));
  }

  hear(body: Uint8Array): void {
    try {
      this.#obey(decodeCommand(body));
    } catch (error) {
      const { logger } = this.#host;
      logger.warn({ err: error, bytes: body.length }, "a control message could not be read and was ignored");
    }
  }

  #obey(asked: ControlCommand): void {
    const { hostname, transport } = this.#host;
    if (!isMeant(hostname, asked)) return;
    if (asked.expires < transport.now()) return;
    try {
      const value = this.#run(asked);
      if (value instanceof Promise) this.#wait(asked, value);
      else this.#reply(asked, value);
    } catch (error) {
      this.#refuse(asked, error);
    }
  }

  #run({ command, args }: ControlCommand): unknown {
    const known = this.#commands.get(command);
    if (!known)
      return {
        error: `unknown command "${command}"; this worker knows ${[...this.#commands.keys()].join(", ")}`,
      };
    const running = this.#running.get(command) ?? 0;
    if (running >= MAX_RUNNING)
      return { error: `command "${command}" was not run: ${running} runs of it have not ended; ask again later` };
    return known.run(args);
  }

  #wait(asked: ControlCommand, value: Promise<unknown>): void {
    this.#count(asked.command, 1);
    value
      .then((result) => this.#reply(asked, result))
      .catch((error: unknown) => this.#refuse(asked, error))
      .finally(() => this.#count(asked.command, -1));
  }

  #count(command: string, more: number): void {
    this.#running.set(command, (this.#running.get(command) ?? 0) + more);
  }

  #refuse(asked: ControlCommand, error: unknown): void {
    const { logger } = this.#host;
    logger.warn({ err: error, command: asked.command }, `command "${asked.command}" failed`);
    try {
      this.#reply(asked, { error: error instanceof Error ? error.message : String(error) });
    } catch (unsent) {
      logger.warn({ err: unsent, command: asked.command }, `the reply to "${asked.command}" could not be sent`);
    }
  }

  #reply(asked: ControlCommand, value: unknown): void {
    const { hostname, transport } = this.#host;
    const known = asked.destination ? undefined : this.#members().filter((name) => isMeant(name, asked)).length;
    const reply = encodeReply({ hostname, value, known });
    const { maxMessageBytes } = transport;
    if (reply.length > maxMessageBytes)
      throw new PayloadTooLargeError(`the reply to "${asked.command}"`, reply.length, maxMessageBytes);
    transport.broadcast.publish(["answer", asked.ticket], reply);
  }
}

function isMeant(hostname: string, { destination, pattern }: ControlCommand): boolean {
  return (destination?.includes(hostname) ?? true) && (pattern === undefined || matchesGlob(pattern, hostname));
}
