// Many small chords at once, and one long chain.

import { type CanvasRun, timed } from "../canvas-run.ts";
import { type Finding, milliseconds } from "../report.ts";
import { inTurns, median, medianRatio } from "../statistics.ts";

const CHORDS = 1_000;
const MEMBERS = 10;
const STEPS = 1_000;

export async function manySteps(run: CanvasRun): Promise<Finding[]> {
  const chords = async (): Promise<number> => {
    const all = Array.from({ length: CHORDS }, () => run.client.chord(MEMBERS));
    return (await Promise.all(all)).reduce((sum, value) => sum + value, 0);
  };
  const tasks = CHORDS * (MEMBERS + 1);
  const [chordTimes = [], plainTimes = [], chainTimes = []] = await inTurns(run.rounds, [
    () => fresh(run, chords, 2 * CHORDS * MEMBERS),
    () => fresh(run, () => run.plain(tasks).then(() => 0), 0),
    () => fresh(run, () => run.client.chain(STEPS), STEPS),
  ]);
  return [
    {
      what: "1,000 chords of 10 at once; ratio to 11,000 plain tasks",
      troupe: milliseconds(median(chordTimes)),
      raw: "",
      ratio: medianRatio({ troupe: chordTimes, raw: plainTimes }),
      target: null,
    },
    {
      what: "chain of 1,000 steps, per step",
      troupe: milliseconds(median(chainTimes) / STEPS),
      raw: "",
      ratio: null,
      target: null,
    },
  ];
}

async function fresh(run: CanvasRun, act: () => Promise<number>, expected: number): Promise<number> {
  await run.clean();
  return timed(act, expected);
}
