// Where a command writes: results on standard output, everything about the command itself on standard error.

import { styleText } from "node:util";
import { oneLine } from "./plain-text.ts";

/** How to write. */
export interface OutputOptions {
  /** Leave out what is not asked for: notes and banner. */
  readonly quiet: boolean;
  /** Standard output gets JSON only. */
  readonly json: boolean;
  /** False: no colours, even in a terminal. */
  readonly color: boolean;
}

/** Colours that have a meaning here. */
export type Paint = "green" | "red" | "cyan";

/** Part of a stream that is written to. */
export interface Sink {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  once?(event: "drain", listener: () => void): unknown;
}

/** Writes for one command. */
export class Output {
  readonly quiet: boolean;
  readonly json: boolean;
  /** Standard error is a terminal. */
  readonly isTerminal: boolean;
  /** Standard error takes colours. */
  readonly colorsErrors: boolean;
  readonly #colors: boolean;
  readonly #out: Sink;
  readonly #err: Sink;

  constructor(options: OutputOptions, out: Sink, err: Sink) {
    const forced = isForced(process.env["FORCE_COLOR"]);
    const color = options.color && (forced ?? !process.env["NO_COLOR"]);
    this.quiet = options.quiet;
    this.json = options.json;
    this.isTerminal = err.isTTY ?? false;
    this.colorsErrors = color && (forced ?? this.isTerminal);
    this.#colors = color && (forced ?? out.isTTY ?? false);
    this.#out = out;
    this.#err = err;
  }

  /** Writes a result. The text is safe to print already. */
  print(text: string): void {
    this.#out.write(`${text}\n`);
  }

  /** As `print`, for results without end: what it gives resolves when there is room for more. */
  async printNext(text: string): Promise<void> {
    const out = this.#out;
    if (out.write(`${text}\n`) === false) await new Promise<void>((resolve) => out.once?.("drain", resolve));
  }

  /** Says something useful beside the result, on standard error. */
  note(text: string): void {
    if (!this.quiet) this.#err.write(`${oneLine(text)}\n`);
  }

  /** Says in one line what went wrong and what to do. @param details - below it, as they are. */
  error(message: string, details: string | null = null): void {
    this.#err.write(`Error: ${oneLine(message)}\n${details === null ? "" : `${details}\n`}`);
  }

  /** Text in a colour, where standard output takes colours. */
  paint(color: Paint, text: string): string {
    return this.#colors ? styleText(color, text, { validateStream: false }) : text;
  }
}

// As Node itself reads the variable; null: it is not set.
function isForced(value: string | undefined): boolean | null {
  return value === undefined ? null : value !== "0" && value !== "false";
}
