// A task's outcome: as text or JSON, and as exit code.

import type { ResultRecord } from "@troupe/core";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Output } from "./output.ts";
import { lines } from "./plain-text.ts";
import { jsonText, valueText } from "./value-text.ts";

/** Prints what is known of a task. An unsuccessful end is an error. */
export function printRecord(record: ResultRecord, output: Output): ExitCode {
  if (output.json) output.print(recordJson(record));
  if (record.dateDone === null) {
    if (!output.json) output.print(lines(record.state));
    output.note(`task ${record.id} is not finished: ${explain(record)}`);
    return EXIT.done;
  }
  if (record.error) {
    const { name, message } = record.error;
    output.error(`task ${record.name ?? ""}[${record.id}] ended in ${record.state}: ${name}: ${message}`);
    return EXIT.failed;
  }
  if (!output.json) output.print(valueText(record.result));
  return EXIT.done;
}

function explain({ state, worker, meta }: ResultRecord): string {
  if (state === "PENDING")
    return "it waits in its queue, or its id is unknown, or its result has expired or was not kept";
  return `worker ${worker ?? "unknown"}${meta === null ? "" : `, ${jsonText(meta)}`}`;
}

function recordJson(record: ResultRecord): string {
  const { error } = record;
  return jsonText({ ...record, error: error && { name: error.name, message: error.message } }, 2);
}
