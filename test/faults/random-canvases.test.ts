// Random canvases while workers are killed: each ends as the model says, and nothing of it is left. Tasks may run again, but none runs
// that must not.

import { randomInt } from "node:crypto";
import fc from "fast-check";
import { expect, it } from "vitest";
import { CanvasCluster } from "../support/canvas/canvas-cluster.ts";
import { plans } from "../support/canvas/random-canvas.ts";
import { sendRandom } from "../support/canvas/random-run.ts";
import { fixtures } from "../support/canvas/random-tasks.ts";

const CANVASES = 60;
const WORKERS = 3;
const KILLS = 5;

it("workers that are killed at random: each canvas ends as the model says", async () => {
  await using canvas = await CanvasCluster.startWith(fixtures, { ackWait: "2s" }, { leaseMs: 1_000 });
  const workers = await Promise.all(Array.from({ length: WORKERS }, () => canvas.worker()));
  const seed = randomInt(2 ** 31);
  const sampled = fc.sample(plans(), { numRuns: CANVASES, seed });
  const runs = await Promise.all(sampled.map((plan, i) => sendRandom(plan, ["input"], `canvas${i}`, canvas.tasks)));
  const ending = Promise.all(runs.map((run) => run.ends()));
  const killing = (async () => {
    for (let kill = 0; kill < KILLS; kill++) {
      const victim = workers.splice(randomInt(workers.length), 1)[0];
      const before = await ranSoFar(canvas);
      // Nothing may be left to run by now.
      const some = canvas.cluster.waitFor(
        "some more tasks have run",
        async () => (await ranSoFar(canvas)) > before + 5,
      );
      await Promise.race([some, ending]);
      await victim?.kill();
      workers.push(await canvas.worker());
    }
  })();
  await Promise.all([ending, killing]).catch((error: unknown) => {
    throw new Error(`with the seed ${seed}`, { cause: error });
  });
  await canvas.quiet();
  const counts = await canvas.notes.counts();
  for (const run of runs) {
    expect(await run.isAllReady(), `with the seed ${seed}`).toBe(true);
    run.compareRuns(counts, true);
  }
});

async function ranSoFar({ notes }: { readonly notes: { counts(): Promise<Record<string, number>> } }): Promise<number> {
  return Object.keys(await notes.counts()).length;
}
