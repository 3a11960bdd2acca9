// The tasks: one counts the words of a text, one merges such counts. They get texts and counts and no paths, so that they can run
// on any machine.

import { app } from "./app.ts";

/** Words and how often each occurs, most frequent first. */
export type WordCounts = readonly (readonly [word: string, count: number])[];

const WORD = /\p{L}+(?:['’]\p{L}+)*/gu;

export const countWords = app.task("words.count", (text: string): WordCounts => {
  const counts = new Map<string, number>();
  for (const [word] of text.toLowerCase().matchAll(WORD)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return ranked(counts);
});

export const mergeCounts = app.task("words.merge", (all: WordCounts[]): WordCounts => {
  const total = new Map<string, number>();
  for (const [word, count] of all.flat()) total.set(word, (total.get(word) ?? 0) + count);
  return ranked(total);
});

function ranked(counts: ReadonlyMap<string, number>): WordCounts {
  return [...counts].sort(([wordA, a], [wordB, b]) => b - a || (wordA < wordB ? -1 : 1));
}
