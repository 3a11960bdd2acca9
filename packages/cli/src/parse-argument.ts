// Words of the command line to arguments of an application's own commands, by their declared types.

import type { CommandArgument } from "@troupe/core";
import { InvalidArgumentError } from "commander";
import { parseDuration, parseJson } from "./parse-values.ts";

/** @throws {InvalidArgumentError} the word is none of the type. */
export type ParseWord = (word: string) => unknown;

const PARSERS: { readonly [Type in NonNullable<CommandArgument["type"]>]: ParseWord } = {
  string: (word) => word,
  number: (word) => parseNumber(word, Number.isFinite, "a number"),
  integer: (word) => parseNumber(word, Number.isSafeInteger, "a whole number"),
  boolean: parseBoolean,
  duration: parseDuration,
  json: parseJson,
};

/** How words of a type are read. */
export function parserOf(type: NonNullable<CommandArgument["type"]>): ParseWord {
  return PARSERS[type];
}

function parseNumber(word: string, fits: (value: number) => boolean, wanted: string): number {
  const value = Number(word);
  if (word.trim() !== "" && fits(value)) return value;
  throw new InvalidArgumentError(`Give ${wanted}.`);
}

function parseBoolean(word: string): boolean {
  if (word === "true" || word === "false") return word === "true";
  throw new InvalidArgumentError("Give true or false.");
}
