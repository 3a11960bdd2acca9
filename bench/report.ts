// Findings as a table, for the terminal and for RESULTS.md.

import os from "node:os";

/** One line of the report. */
export interface Finding {
  readonly what: string;
  readonly troupe: string;
  /** The raw loop's figure in the same run, or that of what it names; empty where there is none. */
  readonly raw: string;
  /** Compared figure, Troupe over raw unless `what` says otherwise; null: nothing to compare. */
  readonly ratio: number | null;
  readonly target: Target | null;
}

/** What a ratio shall be. */
export interface Target {
  readonly atLeast?: number;
  readonly atMost?: number;
}

const HEAD = ["measure", "Troupe", "raw loop", "ratio", "target", ""];

/** Whether a finding is as good as it shall be; true without a target. */
export function passes({ ratio, target }: Finding): boolean {
  if (target === null || ratio === null) return true;
  return ratio >= (target.atLeast ?? Number.NEGATIVE_INFINITY) && ratio <= (target.atMost ?? Number.POSITIVE_INFINITY);
}

/** A Markdown table, its columns aligned. */
export function table(findings: readonly Finding[]): string {
  const rows = [HEAD, ...findings.map(cells)];
  const widths = HEAD.map((_, column) => Math.max(3, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  return [line(HEAD), line(widths.map((width) => "-".repeat(width))), ...rows.slice(1).map(line)].join("\n");
}

function cells(finding: Finding): string[] {
  const { what, troupe, raw, ratio, target } = finding;
  const verdict = passes(finding) ? "pass" : "miss";
  return [what, troupe, raw, ratio?.toFixed(2) ?? "", textOf(target), target === null ? "" : verdict];
}

function textOf(target: Target | null): string {
  if (target?.atLeast !== undefined) return `≥ ${target.atLeast}`;
  return target?.atMost === undefined ? "" : `≤ ${target.atMost}`;
}

/** What the numbers were measured on. */
export function describeMachine(serverVersion: string): string {
  const cpus = os.cpus();
  const memory = Math.round(os.totalmem() / 1024 ** 3);
  return [
    `${cpus.length} × ${cpus[0]?.model.trim() ?? "unknown CPU"}, ${memory} GB`,
    `${os.type()} ${os.release()}`,
    `Node ${process.version}`,
    `nats-server ${serverVersion}, file storage`,
  ].join("; ");
}

/** `12,345/s`. */
export function rate(perSecond: number): string {
  return `${Math.round(perSecond).toLocaleString("en")}/s`;
}

/** `12.3 µs`. */
export function microseconds(value: number): string {
  return `${value.toFixed(1)} µs`;
}

/** `0.42 ms`. */
export function milliseconds(value: number): string {
  return `${value.toFixed(2)} ms`;
}

/** `12.3 MB`. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
