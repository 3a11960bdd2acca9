// The same for many, so many at a time that neither the broker nor this process has to hold all of it.

const TOGETHER = 256;

/**
 * Asks all; gives the answers in the order of the items, batch by batch, and asks no further than is wanted. Answers that are here
 * already cost no promises.
 */
export async function* inBatches<T, A>(items: readonly T[], ask: (item: T) => A | Promise<A>): AsyncGenerator<A[]> {
  for (let start = 0; start < items.length; start += TOGETHER) {
    const answers = items.slice(start, start + TOGETHER).map(ask);
    yield areHere(answers) ? answers : await Promise.all(answers);
  }
}

function areHere<A>(answers: (A | Promise<A>)[]): answers is A[] {
  return !answers.some((answer) => answer instanceof Promise);
}

/** Whether the answer is yes for all. Ends with the first batch that has a no. */
export async function allAre<T>(items: readonly T[], is: (item: T) => Promise<boolean>): Promise<boolean> {
  for await (const answers of inBatches(items, is)) if (answers.includes(false)) return false;
  return true;
}

/** How many the answer is yes for. */
export async function countOf<T>(items: readonly T[], is: (item: T) => Promise<boolean>): Promise<number> {
  let count = 0;
  for await (const answers of inBatches(items, is)) count += answers.filter(Boolean).length;
  return count;
}

/** Does it for all. */
export async function eachOf<T>(items: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
  for (let start = 0; start < items.length; start += TOGETHER)
    await Promise.all(items.slice(start, start + TOGETHER).map(act));
}
