// The one task: counts the words of a text. It gets the text and not a path, so that it can run on any machine.

import { app } from "./app.ts";

/** Words and how often each occurs, most frequent first. */
export type WordCounts = readonly (readonly [word: string, count: number])[];

const WORD = /\p{L}+(?:['’]\p{L}+)*/gu;

export const countWords = app.task("words.count", (text: string): WordCounts => {
  const counts = new Map<string, number>();
  for (const [word] of text.toLowerCase().matchAll(WORD)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a);
});
