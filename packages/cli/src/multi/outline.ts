// What `multi` prints while it works: the outline of Celery's guide, or JSON of it all in the end.

import { VERSION } from "@troupe/core";
import type { Output, Paint } from "../output/output.ts";
import { oneLine } from "../output/plain-text.ts";
import { jsonText } from "../output/value-text.ts";

/** What became of a node. */
type NodeWord = "OK" | "WAITS" | "FAILED" | "DOWN" | "GONE" | "SIGNALLED";

/** One step of a node. */
export interface NodeStep {
  readonly node: string;
  readonly step: "start" | "stop" | "wait";
  readonly word: NodeWord;
  readonly pid: number | null;
  /** Exit code of a start that failed, signal, or why. */
  readonly detail: string | null;
}

const PAINTS: Readonly<Record<NodeWord, Paint | null>> = {
  OK: "green",
  GONE: "green",
  WAITS: "cyan",
  SIGNALLED: null,
  FAILED: "red",
  DOWN: "red",
};

/** See the top of the file. */
export class Outline {
  readonly #output: Output;
  readonly #write: (text: string) => void;
  readonly #isSilent: boolean;
  readonly #steps: NodeStep[] = [];
  #isMidLine = false;
  #waiting = "";

  /** @param write - Takes text that is no whole line. */
  constructor(output: Output, write: (text: string) => void) {
    this.#output = output;
    this.#write = write;
    this.#isSilent = output.quiet || output.json;
  }

  /** The line with the version. */
  splash(): void {
    this.#say(`actor-cli multi v${VERSION}\n`);
  }

  /** A heading: `Starting nodes...`. */
  heading(text: string): void {
    this.#say(`> ${text}\n`);
  }

  /** Begins a line that `dot` goes on with. */
  waiting(text: string): void {
    this.#waiting = text;
    this.#say(`> ${text}`);
    this.#isMidLine = true;
  }

  /** Something goes on. */
  dot(): void {
    if (!this.#isMidLine) this.waiting(this.#waiting);
    if (!this.#isSilent) this.#write(".");
  }

  /** What became of a node. @param restarting - it is a heading of its own. */
  step(step: NodeStep, restarting = false): void {
    this.#steps.push(step);
    this.#say(`${restarting ? "> Restarting node" : "\t>"} ${oneLine(step.node)}: ${this.#wordOf(step)}\n`);
  }

  /** A line as it is. */
  line(text: string): void {
    this.#say(`${text}\n`);
  }

  /** All that was said, where JSON is wanted. */
  end(): void {
    if (this.#output.json) this.#output.print(jsonText(this.#steps, 2));
  }

  #wordOf({ word, detail, pid }: NodeStep): string {
    if (word === "SIGNALLED") return `${detail} -> ${pid}`;
    const paint = PAINTS[word];
    const shown = word === "GONE" || word === "WAITS" ? "OK" : word;
    const text = paint ? this.#output.paint(paint, shown) : shown;
    return detail === null ? text : `${text} (${oneLine(detail)})`;
  }

  #say(text: string): void {
    if (this.#isSilent) return;
    this.#write(`${this.#isMidLine ? "\n" : ""}${text}`);
    this.#isMidLine = false;
  }
}
