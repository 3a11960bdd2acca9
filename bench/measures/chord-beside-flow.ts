// A chord of 1,000 beside BullMQ's flow of 1,000 children, and beside 1,000 plain tasks.

import { BullFlows } from "../bull-flows.ts";
import { type CanvasRun, timed } from "../canvas-run.ts";
import { WorkerProcess } from "../orders.ts";
import { startRedis } from "../redis-server.ts";
import { type Finding, milliseconds } from "../report.ts";
import { inTurns, median, medianRatio } from "../statistics.ts";

const MEMBERS = 1_000;
/** Of each side in a round, which counts with their median. */
const REPEATS = 5;
const TARGET = { atMost: 0.33 };

export async function chordBesideFlow(run: CanvasRun): Promise<Finding[]> {
  await using redis = await startRedis();
  if (!redis)
    console.error("no redis-server here (apt-get install redis-server): the chord is not compared with BullMQ");
  await using flows = redis && (await BullFlows.connect(redis.url));
  await using worker = redis && (await WorkerProcess.start("./bull-worker.ts", redis.url));
  await worker?.consume();
  const chord = (): Promise<number> => several(run, () => timed(() => run.client.chord(MEMBERS), 2 * MEMBERS));
  const plain = (): Promise<number> => several(run, () => timed(async () => run.plain(MEMBERS).then(() => 0), 0));
  const flow = (bull: BullFlows) => async (): Promise<number> => {
    await bull.clean();
    return several(run, () => timed(() => bull.sum(MEMBERS), 2 * MEMBERS));
  };
  const [chords = [], plains = [], flowTimes = []] = await inTurns(run.rounds, [
    chord,
    plain,
    ...(flows ? [flow(flows)] : []),
  ]);
  await worker?.rest();
  const ofChord = { what: "chord of 1,000", troupe: milliseconds(median(chords)) };
  const ofPlain = { what: "the same; ratio to 1,000 plain tasks, awaited", troupe: milliseconds(median(plains)) };
  return [
    flows
      ? {
          ...ofChord,
          what: "chord of 1,000; ratio to BullMQ's flow",
          raw: `BullMQ: ${milliseconds(median(flowTimes))}`,
          ratio: medianRatio({ troupe: chords, raw: flowTimes }),
          target: TARGET,
        }
      : { ...ofChord, raw: "BullMQ: no Redis", ratio: null, target: null },
    { ...ofPlain, raw: "", ratio: medianRatio({ troupe: chords, raw: plains }), target: null },
  ];
}

async function several(run: CanvasRun, measure: () => Promise<number>): Promise<number> {
  await run.clean();
  const times: number[] = [];
  while (times.length < REPEATS) times.push(await measure());
  return median(times);
}
