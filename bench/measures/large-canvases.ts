// Whether a member of a large group or chord costs more than one of a small one, and what memory the largest take.

import { setTimeout } from "node:timers/promises";
import { type CanvasRun, timed } from "../canvas-run.ts";
import { type Finding, megabytes, microseconds } from "../report.ts";
import { inTurns, median } from "../statistics.ts";

/** Members. The largest canvas has 100,000 parts: the chord itself, its body and these. */
const SIZES = [100, 1_000, 10_000, 100_000] as const;
/** So many members are measured of each size in a round, or one canvas. */
const MEMBERS = 5_000;
const ROUNDS = 2;
const SAMPLE_MS = 20;
/** The coordinator still settles what it held when the value of a chord is here already. */
const REST_MS = 5_000;

type Kind = "group" | "chord";

export async function largeCanvases(run: CanvasRun): Promise<Finding[]> {
  const client = process.memoryUsage.rss();
  const worker = await run.worker.memory();
  const { value: findings, peak } = await watched(async () => [
    ...(await costs(run, "group")),
    ...(await costs(run, "chord")),
  ]);
  await setTimeout(REST_MS);
  const after = await run.worker.memory();
  const memory = (what: string, begin: number, end: number): Finding => ({
    what: `memory meanwhile, ${what}`,
    troupe: `${megabytes(begin)} → ${megabytes(end)}`,
    raw: "",
    ratio: null,
    target: null,
  });
  return [
    ...findings,
    memory("client: begin → peak", client, peak),
    memory("worker, which coordinates too: begin → peak", worker.rss, after.peak),
    memory("the worker's heap: begin → end, 5 s after the last", worker.heap, after.heap),
  ];
}

async function costs(run: CanvasRun, kind: Kind): Promise<Finding[]> {
  const perSize = await inTurns(
    ROUNDS,
    SIZES.map((size) => () => cost(run, kind, size)),
  );
  const [, thousand = []] = perSize;
  return SIZES.map((size, at) => {
    const ofSize = perSize[at] ?? [];
    const isLargest = at === SIZES.length - 1;
    return {
      what: `${kind} of ${size.toLocaleString("en")}, per member${isLargest ? "; ratio to 1,000" : ""}`,
      troupe: microseconds(median(ofSize)),
      raw: "",
      ratio: isLargest ? median(ofSize) / median(thousand) : null,
      target: isLargest ? { atMost: 1.2 } : null,
    };
  });
}

/** Microseconds per member. */
async function cost(run: CanvasRun, kind: Kind, size: number): Promise<number> {
  await run.clean();
  const times = Math.ceil(MEMBERS / size);
  let sum = 0;
  for (let time = 0; time < times; time++)
    sum += await timed(() => run.client[kind](size), kind === "group" ? size : 2 * size);
  return (sum * 1_000) / times / size;
}

/** Runs `act`. `peak`: the most memory that this process had meanwhile, in bytes. */
async function watched<T>(act: () => Promise<T>): Promise<{ value: T; peak: number }> {
  let peak = 0;
  const sampling = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, SAMPLE_MS);
  try {
    const value = await act();
    return { value, peak };
  } finally {
    clearInterval(sampling);
  }
}
