// Small statistics, and the order of rounds: contenders take turns, so that a slow minute of the machine hits all alike.

/** Middle value; of an even number, the mean of the middle two. NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN;
  return (upper + lower) / 2;
}

/** Smallest value that `share` (0 to 1) of the values do not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** One value per round, of each side. */
export interface Pairs<T> {
  readonly troupe: readonly T[];
  readonly raw: readonly T[];
}

/**
 * Measures both sides once per round, the first round unrecorded. Who begins changes from round to round.
 *
 * @param measure - Given the side's name; returns its value of this round.
 */
export async function takeTurns<T>(rounds: number, measure: (side: "troupe" | "raw") => Promise<T>): Promise<Pairs<T>> {
  const [troupe, raw] = await inTurns(rounds, [() => measure("troupe"), () => measure("raw")]);
  return { troupe: troupe ?? [], raw: raw ?? [] };
}

/** The same of any number of sides. @returns the values of each side. */
export async function inTurns<T>(rounds: number, sides: readonly (() => Promise<T>)[]): Promise<T[][]> {
  const values = sides.map((): T[] => []);
  const order = [...sides.entries()];
  for (let round = 0; round <= rounds; round++) {
    for (const [side, measure] of order) {
      const value = await measure();
      if (round > 0) values[side]?.push(value);
    }
    order.reverse();
  }
  return values;
}

/** Median of the rounds' ratios, Troupe over raw: what both had in common in a round cancels out. */
export function medianRatio(pairs: Pairs<number>): number {
  return median(pairs.troupe.map((value, round) => value / (pairs.raw[round] ?? Number.NaN)));
}
