// What a test tells the program that waits for many results.

/** Plain data: it travels as JSON. */
export interface WaitsSettings {
  readonly url: string;
  readonly results: number;
  /** Timeout of the results that never come. */
  readonly timeoutMs: number;
}
