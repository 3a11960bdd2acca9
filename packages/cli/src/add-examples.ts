// An example in the help of each command that has none of its own.

import { EventEmitter } from "node:events";
import type { Command } from "commander";

/** What stands behind the names of commands that need more than them. */
const WORDS: Readonly<Record<string, string>> = {
  result: "d6b3aea2-fb9b-4ebc-8da4-848818db9114 -t 10s",
  graph: "d6b3aea2-fb9b-4ebc-8da4-848818db9114 --svg graph.svg",
  explain: "d6b3aea2-fb9b-4ebc-8da4-848818db9114 --json",
  status: "-d w1@halcyon.local,w2@halcyon.local",
  "inspect active": "-d w1@halcyon.local --json",
  "delayed list": "-n 100",
  "delayed cancel": 'd6b3aea2-fb9b-4ebc-8da4-848818db9114 --reason "sent twice"',
  "delayed reschedule": "d6b3aea2-fb9b-4ebc-8da4-848818db9114 --countdown 5m",
  "dead list": "--queue images -n 100",
  "dead show": "1024",
  "dead replay": "1024 --to images",
  "dead drop": "--name proj.tasks.add --yes",
  "queue pause": "images",
  "queue resume": "images",
  purge: "images video",
  "control rate_limit": "proj.tasks.add 10/m",
  "control time_limit": "proj.tasks.add 60s 2m",
  "control pool_grow": "2 -d w1@halcyon.local",
  "control pool_shrink": "2 -d w1@halcyon.local",
  "control autoscale": "10 2",
  "control revoke": "d6b3aea2-fb9b-4ebc-8da4-848818db9114 --terminate",
  "control terminate": "d6b3aea2-fb9b-4ebc-8da4-848818db9114",
  "control revoke_by_stamped_headers": "customer=c-1",
  events: "--dump --pattern 'task-*'",
  help: "inspect active",
};

/** Commands that need no application. */
const ALONE = new Set(["help"]);

/** Adds them, below `command`. @param name - words of the command; empty for the program. */
export function addExamples(command: Command, name = ""): void {
  const below = command.createHelp().visibleCommands(command);
  for (const one of below) addExamples(one, `${name} ${one.name()}`.trim());
  // A command is an emitter of its help texts, which its types do not tell.
  if (command instanceof EventEmitter && command.listenerCount("afterHelp") > 0) return;
  const [first] = below;
  const example = first ? exampleOf(first, `${name} ${first.name()}`.trim()) : exampleOf(command, name);
  command.addHelpText("after", `\nExample:\n${example}`);
}

function exampleOf(command: Command, name: string): string {
  const given =
    WORDS[name] ??
    command.registeredArguments
      .filter(({ required }) => required)
      .map((one) => `<${one.name()}>`)
      .join(" ");
  return ["  actor-cli", ALONE.has(name) ? "" : "-A proj", name, given].filter(Boolean).join(" ");
}
