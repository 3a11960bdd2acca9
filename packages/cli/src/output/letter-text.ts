// Dead letters as text: one on a line, or one with all that is known. What they hold comes from whoever can reach the broker, and
// may be anything.

import type { DeadLetterInfo, LetterTask } from "@troupe/core";
import { lines, oneLine } from "./plain-text.ts";

const HEX_WIDTH = 16;
const SHOWN_BYTES = 4_096;
const UTF8 = new TextDecoder("utf-8", { fatal: true });

/** `12  2026-05-01T12:00:00.000Z  default  rejected  proj.add[<id>]  <detail>` */
export function letterLine({ id, date, queue, reason, task, sizeBytes, detail }: DeadLetterInfo): string {
  const what = task ? `${task.name}[${task.id}]` : `${sizeBytes} bytes`;
  return oneLine([id, date.toISOString(), queue, reason, what, detail].join("  "));
}

/** All that is known, a line for each thing; then the message, as text where it is text, else in hex. */
export function letterText(letter: DeadLetterInfo & { readonly body: Uint8Array }): string {
  const { error, task, body } = letter;
  const parts = [...rowsOf(letter), ...(task ? taskRows(task) : [])];
  if (error?.stack) parts.push(`\n${lines(error.stack)}`);
  // The arguments of a task that can be read are shown above, or hidden by its caller.
  if (!task) parts.push(`\n${bodyText(body)}`);
  return parts.join("\n");
}

function rowsOf({ id, date, queue, reason, detail, error, contentType, sizeBytes }: DeadLetterInfo): string[] {
  return [
    row("id", id),
    row("date", date.toISOString()),
    row("queue", queue),
    row("reason", reason),
    row("detail", detail),
    ...(error ? [row("error", error.type)] : []),
    ...(contentType === null ? [] : [row("content type", contentType)]),
    row("size", `${sizeBytes} bytes`),
  ];
}

function taskRows({ id, name, args, kwargs, rootId, parentId, retries, attempts }: LetterTask): string[] {
  return [
    row("task", `${name}[${id}]`),
    row("args", args),
    row("kwargs", kwargs),
    row("root", rootId),
    ...(parentId === null ? [] : [row("parent", parentId)]),
    row("retries", String(retries)),
    ...attempts.map(({ type, message, at }) => row("attempt", `${new Date(at).toISOString()} ${type}: ${message}`)),
  ];
}

function row(name: string, value: string): string {
  return `${name.padEnd(13)}${oneLine(value)}`;
}

/** Bytes for people: as text where they are text, else in hex; cut to 4 KiB. */
function bodyText(body: Uint8Array): string {
  const shown = body.subarray(0, SHOWN_BYTES);
  const rest = body.byteLength > SHOWN_BYTES ? `\n… ${body.byteLength - SHOWN_BYTES} bytes more` : "";
  return `${textIn(body) ?? hexOf(shown)}${rest}`;
}

function textIn(body: Uint8Array): string | null {
  try {
    return lines(UTF8.decode(body).slice(0, SHOWN_BYTES));
  } catch {
    return null;
  }
}

function hexOf(bytes: Uint8Array): string {
  const rows: string[] = [];
  for (let at = 0; at < bytes.byteLength; at += HEX_WIDTH) {
    const some = Buffer.from(bytes.subarray(at, at + HEX_WIDTH));
    const hex = some.toString("hex").replace(/..(?=.)/g, "$& ");
    const text = some.toString("latin1").replace(/[^\x20-\x7e]/g, ".");
    rows.push(`${at.toString(16).padStart(6, "0")}  ${hex.padEnd(HEX_WIDTH * 3 - 1)}  ${text}`);
  }
  return rows.join("\n");
}
