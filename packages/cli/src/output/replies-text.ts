// Replies of workers, in the form that users of Celery know: a line per worker, its reply below it.

import { isActiveTask, shownTask } from "./active-task-text.ts";
import type { Output } from "./output.ts";
import { lines, oneLine } from "./plain-text.ts";
import { jsonText } from "./value-text.ts";

const INDENT = " ".repeat(8);

/** Replies by worker name. */
export type AnyReplies = Readonly<Record<string, unknown>>;

/**
 * Prints replies, sorted by worker.
 *
 * @param withBody - False: only who replied.
 * @param withCount - How many replied, below.
 */
export function printReplies(replies: AnyReplies, output: Output, withBody: boolean, withCount = true): void {
  const names = Object.keys(replies).sort();
  if (output.json) {
    output.print(jsonText(Object.fromEntries(names.map((name) => [name, replies[name]])), 2));
    return;
  }
  for (const name of names) {
    const reply = replies[name];
    const failure = textMember(reply, "error");
    const verdict = failure === null ? output.paint("green", "OK") : output.paint("red", "ERROR");
    output.print(`->  ${output.paint("cyan", oneLine(name))}: ${verdict}`);
    if (failure !== null) output.print(indented(lines(failure)));
    else if (withBody) output.print(indented(bodyOf(reply)));
  }
  if (withCount) output.print(`\n${names.length} ${names.length === 1 ? "node" : "nodes"} online.`);
}

/** Prints what workers say to an order, sorted by worker. As JSON: a list with an object for each. */
export function printOrderReplies(replies: AnyReplies, output: Output): void {
  if (!output.json) return printReplies(replies, output, true, false);
  const names = Object.keys(replies).sort();
  output.print(
    jsonText(
      names.map((name) => ({ [name]: replies[name] })),
      2,
    ),
  );
}

function bodyOf(reply: unknown): string {
  const ok = textMember(reply, "ok");
  if (ok !== null) return lines(ok);
  if (!Array.isArray(reply)) return jsonText(reply, 2);
  if (reply.length === 0) return "- empty -";
  return reply.map((item: unknown) => `* ${itemText(item)}`).join("\n");
}

function itemText(item: unknown): string {
  if (typeof item === "string") return oneLine(item);
  return isActiveTask(item) ? shownTask(item) : jsonText(item);
}

function textMember(reply: unknown, key: "ok" | "error"): string | null {
  const value: unknown = typeof reply === "object" && reply !== null ? Reflect.get(reply, key) : null;
  return typeof value === "string" ? value : null;
}

function indented(text: string): string {
  return text.replace(/^/gm, INDENT);
}
