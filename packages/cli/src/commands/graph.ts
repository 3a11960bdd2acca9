// `graph`: shows what came of a task: a tree, or a graph for other programs.

import { writeFile } from "node:fs/promises";
import path from "node:path";
import type { Command } from "commander";
import { EXIT, type ExitCode, usageError } from "../exit-code.ts";
import { printTree, treeOf } from "../output/tree-text.ts";
import type { Session, Start } from "../session.ts";

interface GraphOptions {
  readonly dot?: boolean;
  readonly svg?: string;
}

/** Adds the command. */
export function addGraph(program: Command, start: Start): void {
  program
    .command("graph")
    .summary("show what came of a task")
    .description(
      "Shows a task and what it triggered – the next step, callbacks, groups, what its handler called – and so on, with the\n" +
        "state of each. What a task that is not finished triggers is not known yet.",
    )
    .argument("<id>", "id of the first task, or of a group that was saved")
    .option("--dot", "print the graph in the language of Graphviz instead")
    .option("--svg <file>", "draw the graph into a file instead")
    .action((id: string, options: GraphOptions, command: Command) =>
      start(command, (session) => showGraph(id, options, session)),
    );
}

function showGraph(id: string, options: GraphOptions, session: Session): Promise<ExitCode> {
  const { output, folder } = session;
  if (options.dot && options.svg !== undefined) throw usageError("options --dot and --svg are both given; choose one");
  return session.withClient(async (app) => {
    const root = (await app.groupResult(id)) ?? app.result(id);
    const graph = await root.graph({ intermediate: true });
    if (options.svg !== undefined) {
      await writeFile(path.resolve(folder, options.svg), await graph.toSvg());
      output.note(`the graph was written to ${options.svg}`);
    } else if (options.dot) output.print(graph.toDot().trimEnd());
    else printTree(await treeOf(graph), output);
    return EXIT.done;
  });
}
