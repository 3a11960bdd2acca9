// An output whose text a test can read.

import { Output, type OutputOptions } from "../../src/output/output.ts";

/** Output and what was written to it. */
export interface RecordedOutput {
  readonly output: Output;
  /** Written to standard output. */
  readonly out: () => string;
  /** Written to standard error. */
  readonly err: () => string;
}

/** Makes an output that is no terminal. */
export function recordedOutput(options: Partial<OutputOptions> = {}): RecordedOutput {
  const out: string[] = [];
  const err: string[] = [];
  const sink = (into: string[]): { write(text: string): void } => ({ write: (text) => void into.push(text) });
  const output = new Output({ quiet: false, json: false, color: true, ...options }, sink(out), sink(err));
  return { output, out: () => out.join(""), err: () => err.join("") };
}
