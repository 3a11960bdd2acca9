// `purge`: deletes the tasks that wait in queues.

import { directQueue } from "@troupe/core";
import type { Command } from "commander";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { oneLine } from "../output/plain-text.ts";
import { jsonText } from "../output/value-text.ts";
import { parseList } from "../parse-values.ts";
import type { Session, Start } from "../session.ts";

interface PurgeOptions {
  readonly excludeQueues?: string[];
  readonly yes?: boolean;
}

/** Adds the command. */
export function addPurge(program: Command, start: Start): void {
  program
    .command("purge")
    .summary("delete the tasks that wait in queues")
    .description(
      "Deletes the tasks that wait in queues, for good; those that a worker has stay, and so do delayed ones.\n" +
        "Nobody is told: who waits for such a task waits on.",
    )
    .argument("[queues...]", "names of queues (default: all that are declared, and the default queue)")
    .option("-X, --exclude-queues <names>", "of these queues, those that are left alone", parseList)
    .option("-y, --yes", "do not ask")
    .action((queues: string[], options: PurgeOptions, command: Command) =>
      start(command, (session) => purge(queues, options, session)),
    );
}

function purge(
  named: readonly string[],
  { excludeQueues, yes = false }: PurgeOptions,
  session: Session,
): Promise<ExitCode> {
  const { output } = session;
  return session.withClient(async (app) => {
    // Those that a worker with the same words would consume; its private queue is another worker's of that name, and not asked for.
    const worker = app.worker({ queues: named.length > 0 ? named : undefined, excludeQueues });
    const own = directQueue(worker.hostname);
    const queues = worker.queues.filter((queue) => queue !== own || named.includes(queue));
    const waiting = await app.control.waiting(queues);
    const question = Object.entries(waiting).map(([queue, count]) => `${queue} (${count} waiting)`);
    await session.confirm(`Delete all tasks that wait in ${question.join(", ")}?`, yes);
    const purged = await app.control.purge(queues);
    const total = Object.values(purged).reduce((sum, count) => sum + count, 0);
    if (output.json) output.print(jsonText(purged));
    else output.print(oneLine(`Purged ${total} ${total === 1 ? "task" : "tasks"} from ${queues.join(", ")}.`));
    return EXIT.done;
  });
}
