// The words of `multi`: most are options of workers, some with a selector of nodes in their flag, which the parser of the program
// does not know. They are read here; what they do for each node is in `nodes.ts`.

import { constants } from "node:os";
import type { Command } from "commander";
import { usageError } from "../exit-code.ts";

/** An option that workers, or `multi` itself, know. */
interface KnownOption {
  /** The same for its short and its long flag. */
  readonly key: string;
  readonly takesValue: boolean;
  /** Stands before the word `worker`. */
  readonly isGlobal: boolean;
  /** Meant for `multi`. */
  readonly isOwn: boolean;
}

/** An option as it was given. */
export interface GivenOption extends KnownOption {
  readonly flag: string;
  /** Null: it takes none. */
  readonly value: string | null;
  /** `1-3` of `-Q:1-3`; null: it is for all nodes. */
  readonly selector: string | null;
}

/** What the words say. */
export interface MultiWords {
  /** Words that are no options: names of nodes, or their count. */
  readonly names: readonly string[];
  readonly options: readonly GivenOption[];
  /** Words after `--`, for the workers. */
  readonly rest: readonly string[];
  /** Signal to stop by; null: none was named. */
  readonly signal: NodeJS.Signals | null;
}

/** Global options that are for the output of `multi` itself, wherever they stand. */
const OUTPUT_FLAGS = new Set(["-q", "--quiet", "-j", "--json", "-C", "--no-color"]);

/** Options by flag. */
type OptionTable = ReadonlyMap<string, KnownOption>;

/**
 * A command line whose words after `multi` the program's parser leaves as they are. Others stay as they were. Global options
 * before it go behind it, for they are options of its workers.
 */
export function withVerbatimMulti(words: readonly string[], program: Command): readonly string[] {
  const place = commandPlace(words, program);
  if (words[place] !== "multi") return words;
  const [command, ...more] = words.slice(place + 1);
  if (command === undefined) return words;
  const end = more.includes("--") ? more.indexOf("--") : more.length;
  const all = [...words.slice(0, place), ...more.slice(0, end)];
  const [forOutput, others] = [
    all.filter((word) => OUTPUT_FLAGS.has(word)),
    all.filter((word) => !OUTPUT_FLAGS.has(word)),
  ];
  return [...forOutput, "multi", "--", command, ...others, ...more.slice(end)];
}

function commandPlace(words: readonly string[], program: Command): number {
  const withValue = new Set(
    program.options.filter(({ required }) => required).flatMap(({ short, long }) => [short, long]),
  );
  for (let place = 0; place < words.length; place++) {
    const word = words[place] ?? "";
    if (!word.startsWith("-")) return place;
    if (withValue.has(word)) place++;
  }
  return words.length;
}

/** @throws {CliError} an option is unknown, or has no value. */
export function parseMultiWords(words: readonly string[], multi: Command): MultiWords {
  const table = optionTable(multi);
  const signal = signalOf(words.at(-1));
  const left = signal === null ? [...words] : words.slice(0, -1);
  const names: string[] = [];
  const options: GivenOption[] = [];
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    if (word === "--") return { names, options, rest: left, signal };
    if (/^-./.test(word)) options.push(optionOf(word, left, table));
    else names.push(word);
  }
  return { names, options, rest: [], signal };
}

function optionTable(multi: Command): OptionTable {
  const program = multi.parent;
  const worker = program?.commands.find((command) => command.name() === "worker");
  const rows = [program, worker, multi].flatMap((command) =>
    (command?.options ?? []).flatMap((option): [string, KnownOption][] => {
      const known = {
        key: option.attributeName(),
        takesValue: option.required,
        isGlobal: command === program,
        isOwn: command === multi,
      };
      return [option.short, option.long]
        .flatMap((flag) => (flag ? [[flag, known] as const] : []))
        .map(([flag]) => [flag, known]);
    }),
  );
  const table = new Map(rows);
  // As the guide spells it.
  const level = table.get("--loglevel");
  if (level) table.set("-L", level);
  return table;
}

function optionOf(word: string, left: string[], table: OptionTable): GivenOption {
  const { flag, selector, joined } = partsOf(word);
  const known = table.get(flag);
  if (!known) throw usageError(`unknown option ${flag}; see actor-cli worker --help, and actor-cli multi --help`);
  const option = { ...known, flag: flag === "-L" ? "-l" : flag, selector };
  if (known.takesValue) {
    const value = joined ?? left.shift();
    if (value !== undefined) return { ...option, value };
    throw usageError(`option ${word} needs a value; see actor-cli worker --help`);
  }
  if (joined === null) return { ...option, value: null };
  throw usageError(`option ${flag} takes no value: ${word}; write each flag as a word of its own`);
}

interface FlagParts {
  readonly flag: string;
  readonly selector: string | null;
  /** Value in the same word. */
  readonly joined: string | null;
}

// `-Q:1-3`, `-Q:1-3=images`, `-Qimages`, `--queues:1-3`, `--queues:1-3=images`, `--queues=images`.
function partsOf(word: string): FlagParts {
  const long = /^(?<flag>--[^:=]+)(?::(?<selector>[^=]*))?(?:=(?<joined>.*))?$/s.exec(word)?.groups;
  const short = /^(?<flag>-[^-])(?:(?::(?<selector>[^=]*)(?:=(?<joined>.*))?)|(?<attached>.+))?$/s.exec(word)?.groups;
  const groups = long ?? short ?? {};
  return {
    flag: groups["flag"] ?? word,
    selector: groups["selector"] ?? null,
    joined: groups["joined"] ?? groups["attached"] ?? null,
  };
}

// Only the last word, for `-QUIT` could be a queue.
function signalOf(word: string | undefined): NodeJS.Signals | null {
  const [, text = ""] = /^-(\d{1,2}|[A-Z][A-Z0-9]{2,})$/.exec(word ?? "") ?? [];
  const found = Object.entries(constants.signals).find(
    ([name, number]) => name === text || name === `SIG${text}` || String(number) === text,
  );
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Node's own table of its own names
  return found ? (found[0] as NodeJS.Signals) : null;
}
