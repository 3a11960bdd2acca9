// `list bindings`: the queues that an application declares, and the routing keys that lead to them.

import type { Command } from "commander";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { oneLine } from "../output/plain-text.ts";
import { jsonText } from "../output/value-text.ts";
import type { Session, Start } from "../session.ts";

/** Adds `list` and its command. */
export function addList(program: Command, start: Start): void {
  program
    .command("list")
    .summary("list what an application declares")
    .helpCommand(false)
    .description("What an application declares. Connects to nothing; for what is in queues: queue list.")
    .command("bindings")
    .description(
      "lists declared queues, each with the patterns of routing keys that lead to it, or as a broadcast queue",
    )
    .action((_options: unknown, command: Command) => start(command, listBindings));
}

async function listBindings(session: Session): Promise<ExitCode> {
  const { output } = session;
  const { app } = await session.load();
  const bindings = app.queues.bindings();
  const width = Math.max(...bindings.map(({ queue }) => queue.length));
  if (output.json) output.print(jsonText(bindings, 2));
  else
    for (const { queue, patterns, broadcast } of bindings)
      output.print(oneLine(`${queue.padEnd(width)}  ${broadcast ? "broadcast" : patterns.join(" ")}`).trimEnd());
  return EXIT.done;
}
