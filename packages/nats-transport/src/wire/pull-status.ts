// What a status message of a pull request means (R23).

/** What the consumer does next. */
export interface PullOutcome {
  /**
   * `alive`: nothing, the request stands. `again`: the request ended, ask again. `pause`: ask again after a while.
   * `check`: look whether the consumer still exists.
   */
  readonly next: "alive" | "again" | "pause" | "check";
  /** Messages that were settled may come back from here on. */
  readonly disturbed: boolean;
  /** Worth telling people. */
  readonly unusual: boolean;
}

const ALIVE: PullOutcome = { next: "alive", disturbed: false, unusual: false };
const ENDED: PullOutcome = { next: "again", disturbed: false, unusual: false };
const CROWDED: PullOutcome = { next: "pause", disturbed: true, unusual: true };
const GONE: PullOutcome = { next: "check", disturbed: true, unusual: true };
const MOVED: PullOutcome = { next: "again", disturbed: true, unusual: false };
const ENDING: PullOutcome = { next: "pause", disturbed: true, unusual: false };

const CONFLICTS: readonly (readonly [text: string, outcome: PullOutcome])[] = [
  ["consumer deleted", GONE],
  ["consumer is push based", GONE],
  ["exceeded maxwaiting", CROWDED],
  ["exceeded maxrequestbatch", CROWDED],
  ["exceeded maxrequestexpires", CROWDED],
  ["message size exceeds maxbytes", CROWDED],
  ["leadership change", MOVED],
  ["server shutdown", ENDING],
];

/** Reads a status. What is unknown ends the request and is told. */
export function readPullStatus(code: number, description: string): PullOutcome {
  switch (code) {
    case 100:
      return ALIVE;
    case 404:
    case 408:
      return ENDED;
    case 503:
      return GONE;
    default: {
      const text = description.toLowerCase();
      return CONFLICTS.find(([known]) => text.includes(known))?.[1] ?? CROWDED;
    }
  }
}
