// Counts the words of many files in parallel tasks, merges the counts and prints the most frequent words.

import { app } from "./app.ts";
import { showProgress } from "./progress.ts";
import { countWords, type WordCounts } from "./tasks.ts";
import { findTexts, readText } from "./texts.ts";
import { findWorkers } from "./workers.ts";

async function main(): Promise<void> {
  await using _worker = await findWorkers(); // stopped at the end, when it is our own
  const paths = await findTexts();
  const progress = showProgress(paths.length);
  const start = performance.now();
  const counts = await Promise.all(
    paths.map(async (path) => {
      const result = await countWords.delay(await readText(path)); // the broker has it
      const counted = await result.get(); // a worker has run it
      progress.step();
      return counted;
    }),
  );
  const seconds = (performance.now() - start) / 1_000;
  print(merge(counts));
  console.log(`\n${paths.length} files, one task each, in ${seconds.toFixed(2)} s.`);
}

function merge(counts: readonly WordCounts[]): ReadonlyMap<string, number> {
  const total = new Map<string, number>();
  for (const [word, count] of counts.flat()) total.set(word, (total.get(word) ?? 0) + count);
  return total;
}

function print(total: ReadonlyMap<string, number>): void {
  const words = [...total.values()].reduce((sum, count) => sum + count, 0);
  console.log(`\n${figure(words)} words, ${figure(total.size)} different ones. The most frequent:\n`);
  const ranking = [...total].sort(([wordA, a], [wordB, b]) => b - a || (wordA < wordB ? -1 : 1)).slice(0, 10);
  for (const [place, [word, count]] of ranking.entries()) {
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
