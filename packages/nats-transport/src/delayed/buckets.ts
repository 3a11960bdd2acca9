// Buckets of delayed tasks: slices of time, by the broker's clock. Each has a consumer from shortly before it begins until
// some time after its end, when it is empty.

const BUCKET_MS = 10_000;
const OPEN_BEFORE_MS = 1_000;
/** A task may be stored late: its sender's try, and a clock that differs. */
const OPEN_AFTER_MS = 30_000;

/** The bucket that a time is in. */
export function bucketOf(timeMs: number): number {
  return Math.floor(timeMs / BUCKET_MS);
}

/** When a bucket may be closed, if it is empty. */
export function closingTime(bucket: number): number {
  return (bucket + 1) * BUCKET_MS + OPEN_AFTER_MS;
}

/** First and last of the buckets that have to be open. */
export function openBuckets(nowMs: number): { readonly first: number; readonly last: number } {
  return { first: bucketOf(nowMs - BUCKET_MS - OPEN_AFTER_MS) + 1, last: bucketOf(nowMs + OPEN_BEFORE_MS) };
}
