// An explanation as text: one word, what is so, the rule, and the remedy.

import type { Explanation } from "@troupe/core";
import type { Output } from "./output.ts";
import { oneLine } from "./plain-text.ts";

/** Four lines; names and reasons come from whoever can reach the broker, and may be anything. */
export function explanationText({ id, why, what, rule, remedy }: Explanation, output: Pick<Output, "paint">): string {
  return [
    `${output.paint("cyan", why)}  ${oneLine(id)}`,
    `what    ${oneLine(what)}`,
    `rule    ${oneLine(rule)}`,
    `remedy  ${oneLine(remedy)}`,
  ].join("\n");
}
