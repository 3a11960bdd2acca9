import type { Command } from "commander";
import { describe, expect, it } from "vitest";
import { makeProgram } from "../src/program.ts";

/** A command and all below it that the help shows, with their words. */
function all(command: Command, words: readonly string[] = []): (readonly [string, Command])[] {
  const below = command.createHelp().visibleCommands(command);
  return [[words.join(" "), command], ...below.flatMap((one) => all(one, [...words, one.name()]))];
}

function helpOf(command: Command): string {
  let text = "";
  command.configureOutput({
    writeOut: (more) => {
      text += more;
    },
  });
  command.outputHelp();
  return text;
}

describe("the help of", () => {
  it.each(all(makeProgram(async () => undefined)))('"%s" has an example', (words, command) => {
    const [, examples = ""] = /^Examples?:\n([^]+)/m.exec(helpOf(command)) ?? [];
    expect(examples).toMatch(new RegExp(`actor-cli .*${words}`));
  });
});
