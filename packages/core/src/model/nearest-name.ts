// The name that was probably meant, for error messages.

import { closest, distance } from "fastest-levenshtein";

/** The known name that is nearest to another; null when none is near. A guess must keep more than half of the name. */
export function nearestName(name: string, known: readonly string[]): string | null {
  if (known.length === 0) return null;
  const wanted = name.toLowerCase();
  const nearest = closest(
    wanted,
    known.map((candidate) => candidate.toLowerCase()),
  );
  if (distance(wanted, nearest) > Math.min(3, name.length / 2)) return null;
  return known.find((candidate) => candidate.toLowerCase() === nearest) ?? null;
}
