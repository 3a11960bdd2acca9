// How far the work is: a bar in a terminal, else a line at each quarter.

import { SingleBar } from "cli-progress";

/** Shows progress until all of `total` is done. */
export interface Progress {
  /** One more is done. */
  step(): void;
}

export function showProgress(total: number): Progress {
  return process.stdout.isTTY ? bar(total) : lines(total);
}

function bar(total: number): Progress {
  const shown = new SingleBar({
    format: "Counting {bar} {value} of {total} shelves",
    barCompleteChar: "█",
    barIncompleteChar: "░",
    stream: process.stdout,
    hideCursor: true,
    stopOnComplete: true,
  });
  shown.start(total, 0);
  return { step: () => shown.increment() };
}

function lines(total: number): Progress {
  let done = 0;
  const quarterOf = (count: number): number => Math.floor((count * 4) / total);
  return {
    step: () => {
      done++;
      if (quarterOf(done) > quarterOf(done - 1)) console.log(`Counting … ${quarterOf(done) * 25} %`);
    },
  };
}
