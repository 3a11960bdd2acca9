// `completion`: prints the script with which a shell completes command lines, and answers that script.

import type { Troupe } from "@troupe/core";
import type { Command } from "commander";
import { type AppNames, completeWords } from "../completion/complete-words.ts";
import { completionScript, SHELLS, type Shell } from "../completion/scripts.ts";
import { EXIT, type ExitCode, usageError } from "../exit-code.ts";
import { oneLine } from "../output/plain-text.ts";
import type { Session, Start } from "../session.ts";

/** Adds the command. */
export function addCompletion(program: Command, start: Start): void {
  program
    .command("completion")
    .summary("print the script with which a shell completes command lines")
    .description(
      "Prints the script with which a shell completes commands, options, and, with -A or TROUPE_APP, names of tasks and queues.",
    )
    .usage("<shell>")
    .argument("<shell>", SHELLS.join(", "))
    .argument("[words...]", 'behind the shell "words": what a script wants completed')
    .addHelpText("after", EXAMPLES)
    .action((shell: string, words: string[], _options: unknown, command: Command) =>
      start(command, (session) => (shell === "words" ? answer(words, program, session) : print(shell, session))),
    );
}

const EXAMPLES = `
Examples:
  source <(actor-cli completion bash)         in ~/.bashrc
  source <(actor-cli completion zsh)          in ~/.zshrc, after compinit
  actor-cli completion fish | source          in ~/.config/fish/config.fish`;

async function print(shell: string, { output }: Session): Promise<ExitCode> {
  if (!isShell(shell)) throw usageError(`there is no completion for "${shell}"; give one of ${SHELLS.join(", ")}`);
  output.print(completionScript(shell).trimEnd());
  return EXIT.done;
}

function isShell(text: string): text is Shell {
  return SHELLS.some((shell) => shell === text);
}

async function answer(words: readonly string[], program: Command, session: Session): Promise<ExitCode> {
  const completion = await completeWords(words, program, namesOf(words, session));
  if (completion === "files") session.output.print(":files");
  else
    for (const { word, description } of completion) session.output.print(`${oneLine(word)}\t${oneLine(description)}`);
  return EXIT.done;
}

// An application that cannot be loaded has no names; who runs the command is told why.
function namesOf(words: readonly string[], session: Session): AppNames {
  const place = words.findLastIndex((word) => word === "-A" || word === "--app");
  const target = place >= 0 ? words[place + 1] : words.find((word) => word.startsWith("--app="))?.slice(6);
  const load = async (): Promise<Troupe> => {
    const loaded = await session.load(target);
    await session.include(loaded);
    return loaded.app;
  };
  return {
    tasks: async () => [...(await load()).tasks.keys()].sort(),
    queues: async () => (await load()).worker().queues,
  };
}
