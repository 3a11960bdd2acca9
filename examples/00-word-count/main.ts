// Counts the words of many files: a chord of chords. The files are put on shelves; each shelf is a chord of one task per file and
// one that merges what they found; all shelves together are another. Prints the most frequent words.

import { chord, GroupResult } from "@troupe/core";
import { app } from "./app.ts";
import { showProgress } from "./progress.ts";
import { countWords, mergeCounts, type WordCounts } from "./tasks.ts";
import { findTexts, readText } from "./texts.ts";
import { findWorkers } from "./workers.ts";

const SHELF = 16; // what a merging task gets has to fit into one message

async function main(): Promise<void> {
  await using _worker = await findWorkers(); // stopped at the end, when it is our own
  const paths = await findTexts();
  const texts = await Promise.all(paths.map(readText));
  const shelves = inShelves(texts).map((shelf) =>
    chord(
      shelf.map((text) => countWords.s(text)),
      mergeCounts.s(),
    ),
  );
  const progress = showProgress(shelves.length);
  const start = performance.now();
  const result = await chord(shelves, mergeCounts.s()).delay(); // the broker has all of it
  if (result.parent instanceof GroupResult) await result.parent.join({ callback: () => progress.step() });
  const total = await result.get(); // a worker has merged the counts
  const seconds = (performance.now() - start) / 1_000;
  print(total);
  console.log(`\n${paths.length} files, one task each, ${shelves.length} shelves, in ${seconds.toFixed(2)} s.`);
}

function inShelves<T>(items: readonly T[]): T[][] {
  const shelves = Math.ceil(items.length / SHELF);
  return Array.from({ length: shelves }, (_, shelf) => items.slice(shelf * SHELF, (shelf + 1) * SHELF));
}

function print(total: WordCounts): void {
  const words = total.reduce((sum, [, count]) => sum + count, 0);
  console.log(`\n${figure(words)} words, ${figure(total.length)} different ones. The most frequent:\n`);
  for (const [place, [word, count]] of total.slice(0, 10).entries()) {
    console.log(`${String(place + 1).padStart(4)}. ${word.padEnd(12)} ${figure(count).padStart(7)}`);
  }
}

function figure(count: number): string {
  return count.toLocaleString("en");
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1); // calls that are still on their way would keep the process alive
}
await app.close();
