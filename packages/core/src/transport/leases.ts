// Leases spread work over processes: who holds one tries. Correctness never depends on them (D9).

/** Named leases that end by themselves. Whether one is over is judged by the broker, not by comparing clocks. */
export interface Leases {
  /**
   * Takes or renews a lease. One that is not renewed ends after the transport's `leaseMs`.
   *
   * @returns whether `holder` has it now.
   */
  hold(name: string, holder: string): Promise<boolean>;
  /**
   * Takes a lease that nobody has, for `leaseMs`. It belongs to nobody: it can be neither renewed nor released.
   *
   * @returns whether it was free; of any number that try, one gets it.
   */
  take(name: string): Promise<boolean>;
  /** Ends the lease if `holder` has it. */
  release(name: string, holder: string): Promise<void>;
  /** How long a lease lasts without renewal, in milliseconds. */
  readonly leaseMs: number;
}
