// Lists as the guides make them.

/** 0, 1, … n - 1. */
export function range(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i);
}

/** All that comes. */
export async function list<T>(values: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const value of values) all.push(value);
  return all;
}

/** Pairs of what stands at the same place. */
export function zip<A, B>(first: readonly A[], second: readonly B[]): [A, B][] {
  return first.flatMap((a, i) => {
    const b = second[i];
    return b === undefined ? [] : [[a, b] satisfies [A, B]];
  });
}
