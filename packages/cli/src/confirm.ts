// Asks before something is done that cannot be undone.

import { createInterface } from "node:readline/promises";
import { CliError, usageError } from "./exit-code.ts";

/** Asks a question of whoever sits at the terminal; null: nobody does. */
export type Ask = ((question: string) => Promise<string>) | null;

/**
 * Goes on when the answer is yes.
 *
 * @param isSure - `--yes` was given: nothing is asked.
 * @throws {CliError} the answer is no, or there is nobody to ask.
 */
export async function confirm(question: string, isSure: boolean, ask: Ask): Promise<void> {
  if (isSure) return;
  if (!ask) throw usageError(`${question} There is no terminal to ask on: give --yes to do it`);
  const answer = await ask(`${question} [y/N] `);
  if (!/^y(es)?$/i.test(answer.trim())) throw new CliError("nothing was done");
}

/** Asks on the terminal of this process; null where it has none. */
export function terminalAsk(): Ask {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return null;
  return async (question) => {
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    try {
      return await terminal.question(question);
    } finally {
      terminal.close();
    }
  };
}
