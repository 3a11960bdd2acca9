// Exact comparison of types: neither side may be wider than the other, and `any` is only the same as `any`.

/** Whether two types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Compiles only when `Got` and `Wanted` are the same type. */
export function same<Got, Wanted>(
  ..._proof: Same<Got, Wanted> extends true ? [] : [{ readonly got: Got; readonly wanted: Wanted }]
): void {}
