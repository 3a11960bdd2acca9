// What may follow on a command line that is being typed, told from the program's own commands and options, so that nothing has to be
// kept in step.

import type { Argument, Command, Option } from "commander";
import { MULTI_COMMANDS } from "../multi/run-multi.ts";
import { SHELLS } from "./scripts.ts";

/** A word that may stand there. */
interface Candidate {
  readonly word: string;
  readonly description: string;
}

/** What may stand there: these words; or any file. */
export type Completion = readonly Candidate[] | "files";

/** Names that an application knows. Slow: its modules are loaded. */
export interface AppNames {
  tasks(): Promise<readonly string[]>;
  queues(): Promise<readonly string[]>;
}

/** Where the word that is typed stands. */
interface Place {
  readonly command: Command;
  /** Words before it that are no options, behind the command. */
  readonly operands: readonly string[];
  /** The option whose value it is. */
  readonly option: Option | null;
}

const LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"];
const FILES = /<(path|folder|file|modules?)>/;
const QUEUE_OPTIONS = new Set(["queues", "excludeQueues", "queue", "to"]);

/**
 * Completes the last of the words.
 *
 * @param words - Those after the program's name; the last one is what is typed so far, and may be empty.
 */
export async function completeWords(words: readonly string[], program: Command, names: AppNames): Promise<Completion> {
  const typed = words.at(-1) ?? "";
  const before = words.slice(0, -1);
  if (before.includes("--")) return [];
  const place = placeAfter(before, program);
  const [, flag, joined] = /^(--[^=]+)=(.*)$/s.exec(typed) ?? [];
  if (flag !== undefined) {
    const option = optionsAt(place.command).find(({ long }) => long === flag);
    return option ? valuesOf(option, `${flag}=`, joined ?? "", names) : [];
  }
  if (place.option) return valuesOf(place.option, "", typed, names);
  if (typed.startsWith("-")) return starting(typed, flagsAt(place.command));
  return operandsAt(place, typed, names);
}

function placeAfter(words: readonly string[], program: Command): Place {
  let command = program;
  const operands: string[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? "";
    if (word.startsWith("-") && word !== "-") {
      const option = takingNext(word, command);
      if (option && index === words.length - 1) return { command, operands, option };
      if (option) index++;
      continue;
    }
    const below = operands.length === 0 ? shownCommands(command).find((one) => one.name() === word) : undefined;
    if (below) command = below;
    else operands.push(word);
  }
  return { command, operands, option: null };
}

// `-Q:1-3` of multi, too.
function takingNext(word: string, command: Command): Option | null {
  const flag = word.replace(/:[^=]*$/, "");
  const option = optionsAt(command).find(({ short, long }) => short === flag || long === flag);
  return option?.required ? option : null;
}

/** Options of a command and of those above it. */
function optionsAt(command: Command): readonly Option[] {
  const own = command.createHelp().visibleOptions(command);
  const above = command.parent ? optionsAt(command.parent) : [];
  const worker = command.name() === "multi" ? command.parent?.commands.find((one) => one.name() === "worker") : null;
  return [...own, ...(worker ? worker.createHelp().visibleOptions(worker) : []), ...above];
}

function flagsAt(command: Command): Candidate[] {
  const byFlag = new Map<string, Candidate>();
  for (const { short, long, description } of optionsAt(command))
    for (const word of [long, short]) if (word && !byFlag.has(word)) byFlag.set(word, { word, description });
  return [...byFlag.values()];
}

async function valuesOf(option: Option, prefix: string, typed: string, names: AppNames): Promise<Completion> {
  if (option.argChoices) return plain(prefix, typed, option.argChoices);
  if (option.attributeName() === "loglevel") return plain(prefix, typed, LEVELS);
  if (QUEUE_OPTIONS.has(option.attributeName())) {
    // Lists have commas.
    const done = typed.slice(0, typed.lastIndexOf(",") + 1);
    return plain(prefix + done, typed.slice(done.length), await names.queues());
  }
  return FILES.test(option.flags) ? "files" : [];
}

async function operandsAt({ command, operands }: Place, typed: string, names: AppNames): Promise<Completion> {
  if (operands.length === 0) {
    const first = firstWords(command);
    if (first.length > 0) return starting(typed, first);
  }
  const argument = argumentAt(command, operands.length)?.name() ?? "";
  if (argument === "task") return plain("", typed, await names.tasks());
  return argument.startsWith("queue") ? plain("", typed, await names.queues()) : [];
}

/** Words that a command itself has names for. */
function firstWords(command: Command): readonly Candidate[] {
  switch (command.name()) {
    case "multi":
      return [...MULTI_COMMANDS].map(([word, { help }]) => ({ word, description: help }));
    case "completion":
      return SHELLS.map((word) => ({ word, description: "" }));
    case "help":
      return command.parent ? firstWords(command.parent) : [];
    default:
      return shownCommands(command).map((one) => ({
        word: one.name(),
        description: one.summary() || one.description(),
      }));
  }
}

function argumentAt(command: Command, index: number): Argument | undefined {
  const last = command.registeredArguments.at(-1);
  return command.registeredArguments[index] ?? (last?.variadic ? last : undefined);
}

function shownCommands(command: Command): readonly Command[] {
  return command.createHelp().visibleCommands(command);
}

function plain(prefix: string, typed: string, words: readonly string[]): readonly Candidate[] {
  return starting(
    prefix + typed,
    words.map((word) => ({ word: prefix + word, description: "" })),
  );
}

function starting(typed: string, candidates: readonly Candidate[]): readonly Candidate[] {
  return candidates.filter(({ word }) => word.startsWith(typed));
}
