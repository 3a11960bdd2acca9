// The nodes that the words of `multi` speak of: their names, the command line of each, where its pid file is.

import os from "node:os";
import path from "node:path";
import { expandWorkerName, withoutCredentials } from "@troupe/core";
import { usageError } from "../exit-code.ts";
import { expandFile } from "../worker/file-template.ts";
import { DEFAULT_LOGFILE, DEFAULT_PIDFILE } from "../worker/worker-files.ts";
import type { GivenOption, MultiWords } from "./multi-words.ts";

/** A worker that is started, or is to be stopped. */
export interface Node {
  /** Full name. */
  readonly hostname: string;
  /** Words after `actor-cli` that start it. */
  readonly words: readonly string[];
  /** The same for people: without passwords. */
  readonly shownWords: readonly string[];
  readonly pidfile: string;
}

/** Most nodes of one command. */
const MOST_NODES = 1_000;
/** What `multi` says itself. */
const SAID = new Set(["hostname", "detach", "pidfile", "logfile"]);

/** @throws {CliError} there are none, a name is wrong, or a selector fits no node. */
export function nodesOf(words: MultiWords, folder: string): readonly Node[] {
  const short = namesOf(words);
  const host = lastOf(words.options, "hostname") ?? os.hostname();
  const hostnames = short.map((name) => expandWorkerName(name.includes("@") ? name : `${name}@${host}`));
  const twin = hostnames.find((name, index) => hostnames.indexOf(name) !== index);
  if (twin !== undefined) throw usageError(`node ${twin} is named twice; name it once`);
  const chosen = words.options.map((option) => positionsOf(option, short, hostnames));
  return hostnames.map((hostname, index) => {
    const own = words.options.filter((option, place) => !option.isOwn && chosen[place]?.has(index) !== false);
    return makeNode(hostname, overridden(own), words.rest, folder);
  });
}

function namesOf({ names, options }: MultiWords): readonly string[] {
  const [only, ...others] = names;
  if (only === undefined)
    throw usageError('no nodes are given; give their names or their count: "multi start w1 w2", "multi start 3"');
  const counts = names.filter((name) => /^\d+$/.test(name));
  if (counts.length === 0) return names;
  const count = Number(only);
  if (others.length > 0)
    throw usageError(`${counts.join(", ")} and names are mixed: give names of nodes, or one count`);
  if (count < 1 || count > MOST_NODES)
    throw usageError(`${only} is no count of nodes; give one from 1 to ${MOST_NODES}`);
  const prefix = lastOf(options, "rangePrefix") ?? "troupe";
  return Array.from({ length: count }, (_none, index) => `${prefix}${index + 1}`);
}

/** Value of an option that is the same for all nodes; the last one counts. */
export function lastOf(options: readonly GivenOption[], key: string): string | null {
  const given = options.filter((option) => option.key === key);
  const [selected] = given.filter(({ selector }) => selector !== null);
  if (selected) throw usageError(`option ${selected.flag} is for all nodes; leave out :${selected.selector}`);
  return given.at(-1)?.value ?? null;
}

/** Positions of the nodes that an option is for, from 0; null: all. */
function positionsOf(
  { selector, flag }: GivenOption,
  short: readonly string[],
  hostnames: readonly string[],
): ReadonlySet<number> | null {
  if (selector === null) return null;
  const wrong = (part: string): Error =>
    usageError(
      `"${part}" of option ${flag}:${selector} is none of the nodes; they are 1 to ${short.length}: ${shownNames(short)}`,
    );
  const positions = selector.split(",").flatMap((part) => {
    const named = short.indexOf(part) >= 0 ? short.indexOf(part) : hostnames.indexOf(part);
    if (named >= 0) return [named];
    const [, from, to = from] = /^(\d+)(?:-(\d+))?$/.exec(part) ?? [];
    const [first, last] = [Number(from), Number(to)];
    if (from === undefined || first < 1 || last > short.length || first > last) throw wrong(part);
    return Array.from({ length: last - first + 1 }, (_none, index) => first - 1 + index);
  });
  return new Set(positions);
}

function shownNames(names: readonly string[]): string {
  return names.length > 10 ? `${names.slice(0, 10).join(", ")}, …` : names.join(", ");
}

// One for some nodes comes before one for all; of each kind the last one counts.
function overridden(options: readonly GivenOption[]): readonly GivenOption[] {
  const byKey = new Map<string, GivenOption>();
  for (const option of options) {
    const before = byKey.get(option.key);
    if (before?.selector && !option.selector) continue;
    byKey.set(option.key, option);
  }
  return [...byKey.values()];
}

function makeNode(hostname: string, options: readonly GivenOption[], rest: readonly string[], folder: string): Node {
  const template = (key: string, fallback: string): string =>
    options.find((option) => option.key === key)?.value ?? fallback;
  const [pidfile, logfile] = [template("pidfile", DEFAULT_PIDFILE), template("logfile", DEFAULT_LOGFILE)];
  const line = (show: (option: GivenOption) => string | null, file: (template: string) => string): string[] => [
    ...wordsOf(
      options.filter(({ isGlobal }) => isGlobal),
      show,
    ),
    "worker",
    "--detach",
    ...wordsOf(
      options.filter(({ isGlobal }) => !isGlobal),
      show,
    ),
    "-n",
    hostname,
    `--pidfile=${file(pidfile)}`,
    `--logfile=${file(logfile)}`,
    ...rest,
  ];
  const expanded = (text: string): string => expandFile(text, hostname);
  return {
    hostname,
    words: line(
      (option) => valueFor(option, hostname),
      (file) => file,
    ),
    shownWords: line((option) => shownValue(option, hostname), expanded),
    pidfile: path.resolve(folder, expanded(template("workdir", ".")), expanded(pidfile)),
  };
}

function wordsOf(options: readonly GivenOption[], show: (option: GivenOption) => string | null): string[] {
  return options.filter(({ key }) => !SAID.has(key)).flatMap((option) => [option.flag, ...[show(option) ?? []].flat()]);
}

// A password in an address may hold what looks like a token.
function valueFor({ key, value }: GivenOption, hostname: string): string | null {
  return value === null || key === "broker" ? value : expandFile(value, hostname);
}

function shownValue(option: GivenOption, hostname: string): string | null {
  const value = valueFor(option, hostname);
  return value !== null && option.key === "broker" ? withoutCredentials(value) : value;
}
