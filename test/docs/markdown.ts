// Reads the repository's Markdown pages: sections, tables, fenced blocks, links, headings. Knows the Markdown that the pages
// use, not all there is.

import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** Root of the repository. */
export const root: string = path.resolve(import.meta.dirname, "../..");

/** A fenced block. */
export interface Fence {
  /** The words after the opening fence: `ts run`. */
  readonly info: string;
  readonly text: string;
  /** Line of the opening fence, from 1. */
  readonly line: number;
}

const SKIPPED = new Set(["node_modules", "dist", "coverage", ".git", ".troupe"]);

/** All files of the repository, relative to its root, with slashes. */
export function filesIn(folder = ""): string[] {
  return readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : filesIn(name);
    return [name];
  });
}

/** All pages. */
export function pages(): string[] {
  return filesIn().filter((name) => name.endsWith(".md"));
}

/** Text of a file of the repository. */
export function textOf(file: string): string {
  return readFileSync(path.join(root, file), "utf8");
}

/** The fenced blocks of a text. */
export function fences(text: string): Fence[] {
  const found: Fence[] = [];
  let open: { info: string; line: number; lines: string[] } | null = null;
  for (const [index, line] of text.split("\n").entries()) {
    if (!line.startsWith("```")) open?.lines.push(line);
    else if (open === null) open = { info: line.slice(3).trim(), line: index + 1, lines: [] };
    else {
      found.push({ info: open.info, line: open.line, text: `${open.lines.join("\n")}\n` });
      open = null;
    }
  }
  return found;
}

/** A text without its fenced blocks. */
export function prose(text: string): string {
  return text.replace(/^```.*\n(?:(?!```).*\n)*```$/gm, "");
}

/** What stands between a heading and the next one. */
export function section(text: string, heading: string): string {
  const lines = prose(text).split("\n");
  const start = lines.findIndex((line) => line.startsWith("#") && line.replace(/^#+ /, "") === heading);
  if (start < 0) throw new Error(`there is no heading "${heading}"`);
  const length = lines.slice(start + 1).findIndex((line) => line.startsWith("#"));
  return lines.slice(start + 1, length < 0 ? undefined : start + 1 + length).join("\n");
}

/** Rows of all tables whose first column has that heading. */
export function tableRows(text: string, firstHeading: string): string[][] {
  const rows: string[][] = [];
  let within = false;
  for (const line of prose(text).split("\n")) {
    const cells = line.startsWith("|") ? cellsOf(line) : null;
    if (cells === null) within = false;
    else if (within && !/^[-|: ]+$/.test(line)) rows.push(cells);
    else if (!within) within = cells[0] === firstHeading;
  }
  if (rows.length === 0) throw new Error(`there is no table of "${firstHeading}"`);
  return rows;
}

/** The words in code type. */
export function codeWords(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? "");
}

/** Targets of the links in the prose, without code. */
export function links(text: string): string[] {
  const plain = prose(text).replace(/`[^`]*`/g, "code");
  return [...plain.matchAll(/\[[^\]]*\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? "");
}

/** The names by which the headings of a text can be linked to. */
export function anchors(text: string): Set<string> {
  const headings = [...prose(text).matchAll(/^#+ (.+)$/gm)].map((match) => match[1] ?? "");
  return new Set(headings.map(anchorOf));
}

function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_\- ]/gu, "")
    .replaceAll(" ", "-");
}

function cellsOf(line: string): string[] {
  return line
    .slice(1, line.lastIndexOf("|"))
    .split("|")
    .map((cell) => cell.trim());
}
