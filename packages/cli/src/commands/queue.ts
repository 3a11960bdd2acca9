// `queue`: what is in queues; pauses and resumes them.

import os from "node:os";
import type { PausedQueueInfo, QueueInfo } from "@troupe/core";
import type { Command } from "commander";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { oneLine } from "../output/plain-text.ts";
import { jsonText } from "../output/value-text.ts";
import type { Session, Start } from "../session.ts";

/** Adds `queue` and its commands. */
export function addQueue(program: Command, start: Start): void {
  const queue = program
    .command("queue")
    .summary("list, pause and resume queues")
    .helpCommand(false)
    .description(
      "Queues: what is in them and who consumes them. A paused queue keeps what waits in it until it is resumed.",
    );
  queue
    .command("list")
    .description(
      "lists queues, one on a line: tasks in them, workers that consume them, their own stream and its limits, since when and why they are paused",
    )
    .argument("[queues...]", "names of queues (default: all that are known)")
    .action((queues: string[], _options: unknown, command: Command) =>
      start(command, (session) => list(queues, session)),
    );
  queue
    .command("pause")
    .description("keeps all workers, now and later, from taking more of a queue; what runs is finished")
    .argument("<queue>", "name of the queue")
    .option("--reason <text>", "shown to whoever lists queues")
    .action((name: string, options: { readonly reason?: string }, command: Command) =>
      start(command, (session) => pause(name, options.reason, session)),
    );
  queue
    .command("resume")
    .description("lets workers take from a paused queue again\nExit code: 0 done, 1 it was not paused.")
    .argument("<queue>", "name of the queue")
    .action((name: string, _options: unknown, command: Command) => start(command, (session) => resume(name, session)));
}

function list(named: readonly string[], session: Session): Promise<ExitCode> {
  const { output } = session;
  return session.withClient(async ({ queues }) => {
    const infos = await queues.list(named.length > 0 ? { queues: named } : {});
    if (output.json) output.print(jsonText(infos, 2));
    else for (const line of queueLines(infos)) output.print(line);
    const paused = infos.filter((info) => info.paused !== null).length;
    output.note(`${infos.length} in all, ${paused} paused`);
    return EXIT.done;
  });
}

function pause(name: string, reason: string | undefined, session: Session): Promise<ExitCode> {
  const { output } = session;
  return session.withClient(async ({ queues }) => {
    const paused = await queues.pause(name, { reason, by: whoAmI() });
    output.print(output.json ? jsonText(paused) : oneLine(`Queue ${name} is ${pauseText(paused)}.`));
    return EXIT.done;
  });
}

function resume(name: string, session: Session): Promise<ExitCode> {
  const { output } = session;
  return session.withClient(async ({ queues }) => {
    const wasPaused = await queues.resume(name);
    if (output.json) output.print(jsonText({ queue: name, wasPaused }));
    else output.print(oneLine(wasPaused ? `Queue ${name} is resumed.` : `Queue ${name} was not paused.`));
    return wasPaused ? EXIT.done : EXIT.failed;
  });
}

/** `media    waiting=3 unsettled=1 delayed=0 workers=2  paused since … by …: …` */
function queueLines(infos: readonly QueueInfo[]): string[] {
  const width = Math.max(...infos.map(({ name }) => name.length), 0);
  return infos.map(({ name, waiting, unsettled, delayed, workers, broadcast, stream, paused }) => {
    const counts = `waiting=${waiting} unsettled=${unsettled} delayed=${delayed ?? "?"} workers=${workers.length}`;
    const kind = `${broadcast ? "  broadcast" : ""}${stream === null ? "" : `  ${streamText(stream)}`}`;
    return oneLine(`${name.padEnd(width)}  ${counts}${kind}${paused ? `  ${pauseText(paused)}` : ""}`);
  });
}

/** `stream maxMessages=100 maxBytes=default` */
function streamText({ maxMessages, maxBytes }: NonNullable<QueueInfo["stream"]>): string {
  return `stream maxMessages=${maxMessages ?? "none"} maxBytes=${maxBytes ?? "default"}`;
}

function pauseText({ since, by, reason }: PausedQueueInfo): string {
  return `paused since ${since.toISOString()} by ${by}${reason === null ? "" : `: ${reason}`}`;
}

function whoAmI(): string {
  return `${process.env["USER"] ?? process.env["USERNAME"] ?? process.pid}@${os.hostname()}`.slice(0, 256);
}
